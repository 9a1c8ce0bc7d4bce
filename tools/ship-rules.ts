import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { unsupportedCorrelations } from '../core/alerts/unsupported-correlations.js';
import { parseRules } from '../core/sigma/parse-rules.js';
import type { RuleSource } from '../core/sigma/rule-source.js';

/** The module that `npm run ship-rules` writes: parsed rules, so that no function carries a YAML parser. */
export const SHIPPED_MODULE = 'adapters/shipped/shipped-rules.ts';

/** The rules of `rules/`, as they lie there now. Throws with every problem when one cannot be shipped. */
export function rulesToShip(folder = 'rules'): readonly RuleSource[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /^[^.]+\.yml$/.test(name))
    .sort()
    .map((name) => ({ name: name.replaceAll('\\', '/'), text: readFileSync(join(folder, name), 'utf8') }));
  const { rules, problems } = parseRules(files, { digest: nodeDigest });
  const refused = [...problems, ...unsupportedCorrelations(rules)];
  if (refused.length > 0)
    throw new Error(`rules that cannot be shipped: ${JSON.stringify(refused, null, 2)}`);
  return rules;
}

function moduleText(rules: readonly RuleSource[]): string {
  return `// Written by \`npm run ship-rules\` from rules/; a test compares the two.
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
import type { RuleSource } from '../../core/sigma/rule-source.js';

/** The rules of rules/, parsed. */
export const shippedRules: readonly RuleSource[] = [
${rules.map((rule) => `  ${toLiteral(rule)},`).join('\n')}
];
`;
}

/** JSON leaves out what is undefined; the types want it said. */
function toLiteral(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (Array.isArray(value)) return `[${value.map(toLiteral).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([name, part]) => `${JSON.stringify(name)}: ${toLiteral(part)}`,
    );
    return `{ ${entries.join(', ')} }`;
  }
  return JSON.stringify(value);
}

if (process.argv[1]?.endsWith('ship-rules.ts') === true) {
  writeFileSync(SHIPPED_MODULE, moduleText(rulesToShip()));
}
