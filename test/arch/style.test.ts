import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sourceFiles } from './source-files.js';

const files = sourceFiles();
const shipped = files.filter((name) => /^(core|adapters|lambdas|cli|demo|lib|bin|tools)\//.test(name));
const linesOf = (name: string): number => readFileSync(name, 'utf8').split('\n').length - 1;

describe('the shape of the code', () => {
  it('is looked at in enough files to mean something', () => {
    expect(shipped.length).toBeGreaterThan(80);
  });

  it('has no file over 400 lines', () => {
    const long = shipped.filter((name) => linesOf(name) > 400).map((name) => `${name}: ${linesOf(name)}`);
    expect(long).toEqual([]);
  });

  it('has kebab-case file names, and none called utils, helpers, common or manager', () => {
    const wrong = files.filter((name) => {
      const base = name.split('/').at(-1) ?? '';
      return !/^[.a-z0-9]+(?:[-.][a-z0-9]+)*$/.test(base) || /^(utils?|helpers?|common|manager)\./.test(base);
    });
    expect(wrong).toEqual([]);
  });

  it('silences no check but the one on patterns that are about control characters, and casts nothing to any', () => {
    const silenced =
      /biome-ignore (?!lint\/suspicious\/noControlCharactersInRegex:)|eslint-disable|@ts-(?:ignore|expect-error|nocheck)|\bas any[;,)\]]|\bas unknown as\b/;
    const wrong = shipped.filter((name) => silenced.test(readFileSync(name, 'utf8')));
    expect(wrong).toEqual([]);
  });

  it('keeps the clock, randomness and the environment out of the core', () => {
    const forbidden = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\./;
    const core = shipped.filter((name) => name.startsWith('core/'));
    expect(core.length).toBeGreaterThan(30);
    expect(core.filter((name) => forbidden.test(readFileSync(name, 'utf8')))).toEqual([]);
  });
});
