import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

interface KnipReport {
  readonly issues: readonly Readonly<Record<string, unknown>>[];
}

function knip(extra: readonly string[]): KnipReport {
  const run = spawnSync('npx', ['knip', '--no-progress', '--reporter', 'json', ...extra], {
    encoding: 'utf8',
  });
  if (run.status === 2 || run.stdout === '') throw new Error(`knip failed: ${run.stderr}`);
  return JSON.parse(run.stdout) as KnipReport;
}

describe('dead code', () => {
  it('is not there: every export, file and dependency is used', () => {
    expect(knip([]).issues).toEqual([]);
  }, 120_000);

  it('would be seen: with the CLI no longer an entry, its files are reported', () => {
    expect(
      knip(['--config', 'test/arch/knip-blind.json', '--include', 'files']).issues.length,
    ).toBeGreaterThan(0);
  }, 120_000);
});
