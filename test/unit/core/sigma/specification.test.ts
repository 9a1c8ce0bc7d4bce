import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { compilePlainRules } from '../../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';

/** Sentences of the Sigma rules specification 2.1 and its appendices, by section, that no other test holds to the letter. */
const HEAD = 'title: t\nlogsource: { product: any }\n';
const parse = (text: string) =>
  parseRules([{ name: 'r.yml', text }], { digest: nodeDigest, regex: re2Engine, logSources: 'any' });
const matches = (detection: string, event: unknown): boolean => {
  const { rules, problems } = parse(`${HEAD}detection:\n${detection.replace(/^/gm, '    ')}\n`);
  expect(problems.map(describeProblem)).toEqual([]);
  const events = rules.flatMap((rule) => (rule.kind === 'event' ? [rule] : []));
  return compilePlainRules(events, re2Engine)(event).length > 0;
};
const problemsOf = (text: string) => parse(text).problems.map(describeProblem);
const field = (fields: string) => `s:\n    ${fields}\ncondition: s`;

describe('specification, "General" and "String Wildcard"', () => {
  it.each([
    ['all values are case-insensitive strings', "f: 'PowerShell.EXE'", 'powershell.exe', true],
    ['a number is a string', 'f: 4688', '4688', true],
    ['a string is a number', "f: '4688'", 4688, true],
    ['a regular expression is case-sensitive', "f|re: 'Evil'", 'evil', false],
    ['? is a single mandatory character', "f: 'prog?.exe'", 'progA.exe', true],
    ['? is mandatory', "f: 'prog?.exe'", 'prog.exe', false],
    ['* is of any length', "f: 'antivirus_V*.exe'", 'antivirus_V21.2.1.exe', true],
    ['* may be nothing', "f: 'antivirus_V*.exe'", 'antivirus_V.exe', true],
    ['* spans lines', "f: 'a*c'", 'a\nb\nc', true],
  ])('%s', (_, fields, seen, expected) => {
    expect(matches(field(fields), { f: seen })).toBe(expected);
  });
});

describe('specification, "Escape Character"', () => {
  it.each([
    ['a single backslash is one', String.raw`C:\Windows\cmd.exe`, String.raw`C:\Windows\cmd.exe`, true],
    ['two are one', String.raw`C:\\Windows`, String.raw`C:\Windows`, true],
    ['two are not two', String.raw`C:\\Windows`, String.raw`C:\\Windows`, false],
    [String.raw`\* is a star`, String.raw`a\*b`, 'a*b', true],
    [String.raw`\* is no wildcard`, String.raw`a\*b`, 'axb', false],
    [String.raw`\? is a question mark`, String.raw`a\?b`, 'a?b', true],
    [String.raw`\? is no wildcard`, String.raw`a\?b`, 'axb', false],
    [String.raw`\\* is a backslash and a wildcard`, String.raw`C:\\*`, String.raw`C:\x\y`, true],
    [String.raw`\\* needs the backslash`, String.raw`C:\\*`, 'C:x', false],
    [String.raw`\\\* is a backslash and a star`, String.raw`C:\\\*`, String.raw`C:\*`, true],
    [String.raw`\\\* is no wildcard`, String.raw`C:\\\*`, String.raw`C:\x`, false],
    ['three backslashes are two', String.raw`\\\host`, String.raw`\\host`, true],
    ['four backslashes are two', String.raw`\\\\host`, String.raw`\\host`, true],
    ['one at the end is one', 'C:\\', 'C:\\', true],
    ['two at the end are one', 'C:\\\\', 'C:\\', true],
  ])('%s', (_, value, seen, expected) => {
    expect(matches(field(`f: '${value}'`), { f: seen })).toBe(expected);
  });

  it.each([
    ['startswith', String.raw`C:\Users\\`, String.raw`c:\users\ann`, true],
    ['endswith', String.raw`\cmd.exe`, String.raw`C:\Windows\CMD.EXE`, true],
    ['contains', '\\Temp\\', String.raw`C:\temp\x`, true],
    ['contains', '\\Temp\\', String.raw`C:\template`, false],
  ])('a backslash beside the wildcards that %s puts is itself: %s', (modifier, value, seen, expected) => {
    expect(matches(field(`f|${modifier}: '${value}'`), { f: seen })).toBe(expected);
  });
});

describe('specification, "Lists", "Maps" and "Keywords search"', () => {
  const either = "s:\n    - f|endswith: '\\example.exe'\n    - d|contains: Test executable\ncondition: s";
  const logon = 's: { log: Security, id: [517, 1102] }\ncondition: s';
  const words = "k: ['EVILSERVICE', 'svchost.exe -n evil']\ncondition: k";
  const every = "k: { '|all': ['OabVirtualDirectory', ' -ExternalUrl '] }\ncondition: k";

  it.each([
    ['maps in a list are joined with or', either, { f: 'x', d: 'a test executable' }, true],
    ['the other of them', either, { f: 'C:\\example.exe' }, true],
    ['neither of them', either, { f: 'example.exe', d: 'y' }, false],
    ['the entries of a map are joined with and', logon, { log: 'security', id: 1102 }, true],
    ['one entry is not enough', logon, { log: 'system', id: 1102 }, false],
    ['values in a list are joined with or', logon, { log: 'security', id: 517 }, true],
    ['a keyword applies to the full message', words, { a: { b: ['x svchost.exe -n evil y'] } }, true],
    ['either keyword', words, { message: 'evilservice' }, true],
    ['no keyword', words, { message: 'svchost.exe' }, false],
    ['|all of keywords', every, { a: 'Set-OabVirtualDirectory', b: 'x -externalurl y' }, true],
    ['|all of keywords needs each', every, { a: 'Set-OabVirtualDirectory' }, false],
  ])('%s', (_, detection, event, expected) => {
    expect(matches(detection, event)).toBe(expected);
  });
});

describe('specification, "Special Field Values" and "Field Existence"', () => {
  const notNull = 's: { id: 4738 }\nfilter: { pwd: null }\ncondition: s and not filter';
  const empty = "m: { a: x }\ne1: { b: '' }\ne2: { b: null }\ncondition: m and 1 of e*";

  it.each([
    ['not null wants a value', notNull, { id: 4738, pwd: 'x' }, true],
    ['not null and null', notNull, { id: 4738, pwd: null }, false],
    ['not null and absent', notNull, { id: 4738 }, false],
    ['not null and empty', notNull, { id: 4738, pwd: '' }, true],
    ['empty or null: empty', empty, { a: 'x', b: '' }, true],
    ['empty or null: null', empty, { a: 'x', b: null }, true],
    ['empty or null: absent', empty, { a: 'x' }, true],
    ['empty or null: neither', empty, { a: 'x', b: ' ' }, false],
    ['exists, however empty', field('f|exists: true'), { f: '' }, true],
    ['exists not', field('f|exists: false'), { g: 1 }, true],
  ])('%s', (_, detection, event, expected) => {
    expect(matches(detection, event)).toBe(expected);
  });
});

describe('specification, "Condition"', () => {
  const selections = ['a', 'b', 'c', 'sel_1', 'sel_2', 'sel_x_2', 'filter_1', '_hidden']
    .map((name) => `${name}: { f|contains: '<${name}>' }`)
    .join('\n');
  const seen = (...names: readonly string[]) => ({ f: names.map((name) => `<${name}>`).join(' ') });
  const holds = (condition: string, ...names: readonly string[]) =>
    matches(`${selections}\ncondition: ${condition}`, seen(...names));

  it.each([
    ['or binds least: a or b and c', 'a or b and c', ['a'], true],
    ['or binds least: b alone', 'a or b and c', ['b'], false],
    ['and binds less than not', 'not a and b', ['b'], true],
    ['and binds less than not: neither', 'not a and b', [], false],
    ['not binds only what is next', 'not a or b', ['a', 'b'], true],
    ['brackets', '(a or b) and c', ['a'], false],
    ['brackets hold', '(a or b) and c', ['b', 'c'], true],
    ['not of brackets', 'not (a or b)', ['b'], false],
    ['not of x of', 'a and not 1 of filter*', ['a', 'filter_1'], false],
    ['x of binds more than not', 'not 1 of sel*', ['c'], true],
    ['1 of them', '1 of them', ['c'], true],
    ['1 of them leaves out underscores', '1 of them', ['_hidden'], false],
    ['all of them', 'all of them', ['a', 'b', 'c', 'sel_1', 'sel_2', 'sel_x_2', 'filter_1'], true],
    ['all of a pattern', 'all of sel*', ['sel_1', 'sel_2', 'sel_x_2'], true],
    ['all of a pattern wants each', 'all of sel*', ['sel_1', 'sel_2'], false],
    ['a wildcard amid the pattern', 'all of sel*2', ['sel_2', 'sel_x_2'], true],
    ['a wildcard at its start', '1 of *_1', ['filter_1'], true],
    ['wildcards on both sides', '1 of *_x_*', ['sel_x_2'], true],
    ['a hidden name may be named', 'a and _hidden', ['a', '_hidden'], true],
    ['a list is joined with or', '[a and b, c]', ['c'], true],
    ['a list is joined with or: neither', '[a and b, c]', ['a'], false],
  ] satisfies [string, string, string[], boolean][])('%s', (_, condition, names, expected) => {
    expect(holds(condition, ...names)).toBe(expected);
  });

  it('may be written over several lines', () => {
    expect(matches(`${selections}\ncondition: |\n    a\n    and not\n    b\n`, seen('a'))).toBe(true);
  });
});

describe('specification, "Placeholders"', () => {
  const text = `${HEAD}detection: { s: { f|expand: '%Servers%' }, condition: s }\n`;

  it('are literal without expand', () => {
    expect(matches(field("f: '%name%'"), { f: '%NAME%' })).toBe(true);
  });

  it('are rejected where the tool cannot handle them', () => {
    expect(problemsOf(text)).toEqual([expect.stringMatching(/%Servers% has no values/)]);
  });
});

describe('specification, modifiers of regular expressions', () => {
  it.each([
    ['.', 'a.c', 'abc', true],
    ['. is no line break', 'a.c', 'a\nc', false],
    ['^', '^b', 'ab', false],
    ['$', 'b$', 'bc', false],
    ['*', '^ab*c$', 'ac', true],
    ['+', '^ab+c$', 'ac', false],
    ['?', '^ab?c$', 'abc', true],
    ['{n,m}', '^a{2,3}$', 'aaaa', false],
    ['a class', '^[a-c]$', 'b', true],
    ['a negated class', '^[^a-c]$', 'b', false],
    ['alternatives', '^(cat|dog)$', 'dog', true],
    ['a group', '^(ab)+$', 'abab', true],
  ])('%s', (_, pattern, seen, expected) => {
    expect(matches(field(`f|re: '${pattern}'`), { f: seen })).toBe(expected);
  });

  it('looks a wildcard of Sigma up as what it is in a pattern', () => {
    expect(matches(field("f|re: 'a?b'"), { f: 'b' })).toBe(true);
    expect(matches(field("f|re: 'a?b'"), { f: 'axc' })).toBe(false);
  });
});

describe('specification of filters', () => {
  const rules = ['one', 'two', 'three']
    .map(
      (id) =>
        `title: ${id}\nid: ${id}\nlogsource: { product: windows }\ndetection: { s: { f: x }, condition: s }\n`,
    )
    .join('---\n');
  const filter = (body: string) => `---\ntitle: F\nlogsource: { product: windows }\nfilter: { ${body} }\n`;
  const fired = (text: string, event: unknown) => {
    const { rules: parsed, problems } = parse(text);
    expect(problems.map(describeProblem)).toEqual([]);
    const events = parsed.flatMap((rule) => (rule.kind === 'event' ? [rule] : []));
    return compilePlainRules(events, re2Engine)(event).map(({ id }) => id);
  };

  it('suppresses matches of several rules, and of no others', () => {
    const text = rules + filter('rules: [one, two], s: { u|startswith: adm_ }, condition: s');
    expect(fired(text, { f: 'x', u: 'adm_ann' })).toEqual(['three']);
    expect(fired(text, { f: 'x', u: 'ann' })).toEqual(['one', 'two', 'three']);
  });

  it('may have several selections', () => {
    const text = rules + filter('rules: any, a: { u: ann }, b: { v: 1 }, condition: a and not b');
    expect(fired(text, { f: 'x', u: 'ann' })).toEqual([]);
    expect(fired(text, { f: 'x', u: 'ann', v: 1 })).toEqual(['one', 'two', 'three']);
  });
});
