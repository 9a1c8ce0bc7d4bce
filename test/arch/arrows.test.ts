import { createRequire } from 'node:module';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { describe, expect, it } from 'vitest';

const require = createRequire(import.meta.url);
const rules = require('../../.dependency-cruiser.cjs') as {
  readonly forbidden: never[];
  readonly options: Record<string, unknown>;
};
const FOLDERS = ['core', 'adapters', 'lambdas', 'cli', 'demo', 'lib', 'bin'];

async function look(folders: readonly string[], forbidden: readonly unknown[]): Promise<ICruiseResult> {
  const answer = await cruise(
    [...folders],
    { ...rules.options, validate: true, ruleSet: { forbidden: forbidden as never[] } } as never,
    {},
    { tsConfig: extractTSConfig('tsconfig.json') },
  );
  if (typeof answer.output === 'string') throw new TypeError('the cruise answered with text');
  return answer.output;
}

describe('the arrows of the architecture', () => {
  it('all point inwards, in a graph that was really looked at', async () => {
    const result = await look(FOLDERS, rules.forbidden);
    expect(result.summary.totalCruised).toBeGreaterThan(80);
    expect(result.summary.totalDependenciesCruised ?? 0).toBeGreaterThan(150);
    const problems = result.summary.violations.map(
      (found) => `${found.rule.name}: ${found.from} -> ${found.to}`,
    );
    expect(problems).toEqual([]);
  });

  it('would be seen if one pointed outwards', async () => {
    const planted = {
      name: 'planted',
      severity: 'error',
      from: { path: '^adapters/' },
      to: { path: '^core/' },
    };
    const result = await look(['adapters', 'core'], [planted]);
    expect(result.summary.violations.length).toBeGreaterThan(0);
  });
});
