import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { requiredLiteral } from '../../../../core/sigma/compile/regex-literals.js';

const exact = { ignoreCase: false };

describe('the literal that a pattern requires', () => {
  it.each([
    ['powershell\\.exe', 'powershell.exe'],
    ['^C:\\\\Users\\\\[^\\\\]+\\\\AppData\\\\', 'c:\\users\\'],
    ['ABC+d', 'ab'],
    ['abc?def', 'def'],
    ['ab{0,3}cde', 'cde'],
    ['(abc|def)gh', 'gh'],
    ['(?:abc)?xy', 'xy'],
    ['[abc]de[^f]g', 'de'],
    ['[]abc]de', 'de'],
    ['a.b', 'a'],
    ['\\d\\w\\s', undefined],
    ['abc|def', undefined],
    ['\\x41bc', 'bc'],
    ['\\x{41}b\\pLcd', 'cd'],
    ['\\101b', 'b'],
    ['(?i)abc', undefined],
    ['.*', undefined],
    ['é', undefined],
  ])('%s: %s', (pattern, expected) => {
    expect(requiredLiteral(pattern, exact)).toBe(expected);
  });

  it('leaves out letters that patterns fold otherwise than texts', () => {
    expect(requiredLiteral('desktop', { ignoreCase: true })).toBe('top');
  });

  it('is in every text that the pattern matches', () => {
    const atom = fc.constantFrom(
      'a',
      'b',
      'K',
      's',
      '\\.',
      '[ab]',
      '(a|b)',
      '(ab)',
      '.',
      'é',
      '\\w',
      '^',
      '(?:k)',
    );
    const quantified = fc.tuple(atom, fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,1}', '+?'));
    const pattern = fc
      .array(
        quantified.map((parts) => parts.join('')).filter((text) => !/^\^./.test(text)),
        { minLength: 1, maxLength: 6 },
      )
      .chain((parts) => fc.constantFrom(parts.join(''), parts.join('|')));
    const text = fc.stringMatching(/^[abKs.éſ\u212Ak]{0,10}$/);
    let matched = 0;
    fc.assert(
      fc.property(pattern, fc.boolean(), text, (source, ignoreCase, seen) => {
        const literal = requiredLiteral(source, { ignoreCase });
        if (literal === undefined) return;
        const matches = re2Engine.compile(source, { ignoreCase, multiline: false, dotAll: true });
        if (!matches(seen)) return;
        matched += 1;
        expect(seen.toLowerCase()).toContain(literal);
      }),
      { numRuns: 5_000 },
    );
    expect(matched).toBeGreaterThan(50);
  });
});
