import { describe, expect, it } from 'vitest';
import { pcreToRe2 } from '../../../../adapters/regex/pcre-to-re2.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';

const PLAIN = { ignoreCase: false, multiline: false, dotAll: false };
const finds = (pattern: string, text: string, flags = PLAIN): boolean =>
  re2Engine.compile(pattern, flags)(text);

describe('a pattern as PCRE writes it', () => {
  it.each([
    ['an escaped slash', '^\\/a\\/', '/a/', true],
    ['an escaped underscore', 'a\\_b', 'a_b', true],
    ['$ before a last line feed', 'a$', 'a\n', true],
    ['$ not before another', 'a$', 'a\nb', false],
    ['\\Z as $', 'a\\Z', 'a\n', true],
    ['\\z only at the very end', 'a\\z', 'a\n', false],
    ['$ in a class as itself', '[$]x', '$x', true],
    ['an escaped $', 'a\\$', 'a$', true],
    ['horizontal space', 'a\\hb', 'a\tb', true],
    ['horizontal space in a class', '[\\h]b', ' b', true],
    ['any line break', 'a\\Rb', 'a\r\nb', true],
    ['no line break', 'a\\Nb', 'a\nb', false],
    ['a comment', 'a(?# why \\d)b', 'ab', true],
    ['a bracket first in a class', '[]a]+$', ']a]', true],
    ['a bracket first in a negated class', '[^]a]', ']a', false],
    ['a class of POSIX', '[[:digit:]-]+$', '4-2', true],
    ['quoted text', '\\Q$a(\\E$', '$a(', true],
    ['a count over the limit', '^a{1500}$', 'a'.repeat(1500), true],
    ['the same, one short', '^a{1500}$', 'a'.repeat(1499), false],
    ['a range over the limit', '^(?:ab){2,1200}$', 'ab'.repeat(1200), true],
    ['the same, one beyond', '^(?:ab){2,1200}$', 'ab'.repeat(1201), false],
    ['an open count over the limit', '^[ab]{1001,}$', 'ab'.repeat(501), true],
    ['the same, one short of it', '^[ab]{1001,}$', 'a'.repeat(1000), false],
    ['a lazy count over the limit', 'x(a|b){1001,2000}?y', `x${'ab'.repeat(600)}y`, true],
    ['a count of an escape', '^\\x41{1001}$', 'A'.repeat(1001), true],
    ['a brace that is no count', 'a{b', 'a{b', true],
    ['inline flags', '(?i)ABC', 'abc', true],
    ['$ of every line under an inline flag', '(?m)a$', 'a\nb', true],
  ])('is read: %s', (_, pattern, text, expected) => {
    expect(finds(pattern, text)).toBe(expected);
  });

  it('stays as it is where there is nothing to rewrite', () => {
    const patterns = [
      '^(?:a|b)+?\\.exe',
      '[^\\]a-z]{3,5}',
      '\\p{L}\\x{1F600}(?i:x)',
      'C:\\\\Users\\\\[^\\\\]+\\\\',
    ];
    for (const pattern of patterns) expect(pcreToRe2(pattern, { multiline: false })).toBe(pattern);
    expect(pcreToRe2('^a$', { multiline: true })).toBe('^a$');
  });
});

describe('look-ahead right behind a leading ^', () => {
  const patterns = [
    '^(?!10\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.|192\\.168\\.)',
    '^(?!.*\\$).*(DC|SRV)\\d+$',
    '^(?!.*\\$).+',
    '^(?=.*a)(?=.*b)(?!.*c)[a-c.]*$',
    '^(?![)\\]])(?=[^(])x?',
    '^(?!\\)|a)b',
    '^(?!a)(?:b|c)',
    '^(?!(?:a(?:b|c)))a',
  ];
  const texts = [
    '',
    'a',
    'b',
    'ab',
    'ac',
    'ad',
    'abc',
    'ba',
    ')',
    ']x',
    '(',
    'x',
    ')b',
    'DC01',
    'DC01$',
    'SRV2',
  ];
  const addresses = ['10.1.2.3', '172.16.0.1', '172.32.0.1', '192.168.1.1', '192.0.2.1', 'a\n10.1.2.3', '\n'];

  it.each(patterns)('matches as JavaScript has it: %s', (pattern) => {
    for (const text of [...texts, ...addresses])
      expect([text, finds(pattern, text)]).toEqual([text, new RegExp(pattern).test(text)]);
  });

  it('minds inline flags and those of the rule', () => {
    expect(finds('(?i)^(?!.*X)a', 'Ax')).toBe(false);
    expect(finds('(?i)^(?!.*X)a', 'Ab')).toBe(true);
    expect(finds('^(?!.*X)a', 'AX', { ...PLAIN, ignoreCase: true })).toBe(false);
    expect(finds('^(?!.*x)a', 'a\nx', { ...PLAIN, dotAll: true })).toBe(false);
  });

  it.each([
    ['of many lines', '^(?!a)b', { ...PLAIN, multiline: true }],
    ['of many lines by an inline flag', '(?m)^(?!a)b', PLAIN],
    ['with alternatives beside it', '^(?!a)b|c', PLAIN],
    ['that is optional', '^(?!a)*b', PLAIN],
    ['inside itself', '^(?!a(?=b))a', PLAIN],
    ['that holds what is referred to', '^(?=(a|b))\\1', PLAIN],
    ['that never ends', '^(?!a', PLAIN],
  ])('is refused %s', (_, pattern, flags) => {
    expect(() => re2Engine.compile(pattern, flags)).toThrow();
  });
});

describe('a pattern that needs more than linear time', () => {
  it.each([
    ['(?=a)b'],
    ['(?!a)b'],
    ['(?<=a)b'],
    ['(?<!a)b'],
    ['(a)\\1'],
    ['(?>a+)b'],
    ['a++b'],
    ['(?<n>a)\\k<n>'],
  ])('is refused: %s', (pattern) => {
    expect(() => re2Engine.compile(pattern, PLAIN)).toThrow(/rule\.invalid/);
  });

  // A backtracking engine does not come back from the first three, and takes minutes over the others.
  it.each([
    ['^(a+)+$', 'a'],
    ['^(a|aa)+$', 'a'],
    ['^(a|a?)+$', 'a'],
    ['(x+x+)+y', 'x'],
    ['(.*a){12}b', 'a'],
    ['\\s+$', ' '],
  ])('is run in time that grows with the text only, on 100 KB: %s', (pattern, letter) => {
    expect(finds(pattern, `${letter.repeat(100_000)}!`)).toBe(false);
  });
});
