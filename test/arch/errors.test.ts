import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FAULT_CODES } from '../../core/fault.js';
import { sourceFiles } from './source-files.js';

const documented = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^## `([a-z.]+)`$/gm)].map(
  (found) => found[1],
);

describe('the catalogue of faults', () => {
  it('documents every code, and no code that is gone', () => {
    expect(FAULT_CODES.length).toBeGreaterThan(5);
    expect([...documented].sort()).toEqual([...FAULT_CODES].sort());
  });

  it('has no code that nothing throws', () => {
    const thrown = new Set<string>();
    for (const name of sourceFiles().filter((file) => /^(core|adapters|lambdas|cli|lib)\//.test(file))) {
      for (const found of readFileSync(name, 'utf8').matchAll(/Fault\(\s*'([a-z.]+)'/g))
        thrown.add(found[1] ?? '');
    }
    expect(FAULT_CODES.filter((code) => !thrown.has(code))).toEqual([]);
  });
});
