import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { compilePlainRules } from '../../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';

const options = {
  digest: nodeDigest,
  regex: re2Engine,
  logSources: 'any',
  placeholders: { Servers: ['srv*', 'db1'], Offices: ['192.0.2.0/24'], Nobody: [], Ports: [80, 443] },
} as const;
const parse = (selection: string) =>
  parseRules(
    [
      {
        name: 'r.yml',
        text: `title: t\nlogsource: { product: any }\ndetection:\n    s: ${selection}\n    condition: s\n`,
      },
    ],
    options,
  );

/** Whether one selection, written in YAML, matches a plain event. */
function selects(selection: string, event: unknown): boolean {
  const { rules, problems } = parse(selection);
  expect(problems).toEqual([]);
  const events = rules.filter((rule) => rule.kind === 'event');
  expect(events).toHaveLength(1);
  return compilePlainRules(events, re2Engine)(event).length === 1;
}

const base64 = (text: string, encoding: BufferEncoding = 'utf8') =>
  Buffer.from(text, encoding).toString('base64');

describe('a modifier', () => {
  it.each([
    ['contains finds a text anywhere', '{ f|contains: bc }', { f: 'aBCd' }, true],
    ['contains lets a wildcard stand inside', "{ f|contains: 'b*d' }", { f: 'abXde' }, true],
    ['startswith minds the start', '{ f|startswith: bc }', { f: 'abc' }, false],
    ['endswith minds the end', '{ f|endswith: bc }', { f: 'abc' }, true],
    ['all needs every value', '{ f|contains|all: [a, z] }', { f: 'abc' }, false],
    ['all may stand before the shape', '{ f|all|contains: [a, c] }', { f: 'abc' }, true],
    ['exists sees a field that is null', '{ f|exists: true }', { f: null }, true],
    ['exists sees a field that is empty', '{ f|exists: true }', { f: '' }, true],
    ['exists false wants the field away', '{ f|exists: false }', { g: 1 }, true],
    ['cased minds case', '{ f|contains|cased: Bc }', { f: 'abc' }, false],
    ['neq turns a list round', '{ f|neq: [a, b] }', { f: 'b' }, false],
    ['neq holds where the field is absent', '{ f|neq: a }', {}, true],
    ['neq goes with a shape', '{ f|startswith|neq: a }', { f: 'ba' }, true],
    ['neq goes with a number', '{ f|neq: 5 }', { f: 5 }, false],
    ['windash takes a slash for a hyphen', "{ f|contains|windash: ' -x ' }", { f: 'cmd /x y' }, true],
    ['windash takes a horizontal bar', "{ f|windash: '/x' }", { f: '\u2015x' }, true],
    ['windash takes every dash of its own', "{ f|windash: '-a -b' }", { f: '/a \u2013b' }, true],
    ['windash leaves other characters', "{ f|windash: '-a' }", { f: '+a' }, false],
    ['windash keeps wildcards', "{ f|windash: '-a*z' }", { f: '/a_z' }, true],
    ['re searches, minding case', "{ f|re: 'b+c' }", { f: 'abbcd' }, true],
    ['re minds case', "{ f|re: 'B' }", { f: 'b' }, false],
    ['re|i does not mind case', "{ f|re|i: 'B' }", { f: 'b' }, true],
    ['re|m lets ^ stand at each line', "{ f|re|m: '^b$' }", { f: 'a\nb\nc' }, true],
    ['re without m does not', "{ f|re: '^b' }", { f: 'a\nb' }, false],
    ['re|s lets . stand for a line break', "{ f|re|s: 'a.b' }", { f: 'a\nb' }, true],
    ['re without s does not', "{ f|re: 'a.b' }", { f: 'a\nb' }, false],
    ['re takes several flags', "{ f|re|i|s: 'A.b' }", { f: 'a\nB' }, true],
    ['re with all needs every pattern', "{ f|re|all: ['^a', 'c$'] }", { f: 'abc' }, true],
    ['re reads an escaped slash', "{ f|re: '^\\/a\\/\\d+' }", { f: '/a/1' }, true],
    ['base64 looks for the encoded value', '{ f|base64: attack }', { f: base64('attack') }, true],
    ['base64 goes with contains', '{ f|base64|contains: attack }', { f: `x ${base64('attack')} y` }, true],
    ['base64 encodes as UTF-8', '{ f|base64: é€𝄞 }', { f: base64('é€𝄞') }, true],
    ['base64 encodes an escaped wildcard', "{ f|base64: 'a\\*b' }", { f: base64('a*b') }, true],
    [
      'base64offset finds the value at offset 0',
      '{ f|base64offset|contains: attack }',
      { f: base64('attack now') },
      true,
    ],
    [
      'base64offset finds the value at offset 1',
      '{ f|base64offset|contains: attack }',
      { f: base64('1attack now') },
      true,
    ],
    [
      'base64offset finds the value at offset 2',
      '{ f|base64offset|contains: attack }',
      { f: base64('12attack') },
      true,
    ],
    [
      'base64offset does not find another',
      '{ f|base64offset|contains: attack }',
      { f: base64('attaca attaco') },
      false,
    ],
    ['wide puts a zero behind each letter', '{ f|wide: ab }', { f: 'a\0b\0' }, true],
    ['utf16be puts it before', '{ f|utf16be: ab }', { f: '\0a\0b' }, true],
    ['utf16 begins with a byte order mark', '{ f|utf16: ab }', { f: '\u00ff\u00fea\0b\0' }, true],
    [
      'wide is encoded in base64',
      '{ f|wide|base64offset|contains: ping }',
      { f: base64('x ping', 'utf16le') },
      true,
    ],
    [
      'utf16le is encoded in base64 beyond Latin letters',
      '{ f|utf16le|base64: 中文 }',
      { f: base64('中文', 'utf16le') },
      true,
    ],
    ['windash goes before base64', "{ f|windash|base64: '-a' }", { f: base64('\u2014a') }, true],
    ['gt compares numbers', '{ f|gt: 5 }', { f: 6 }, true],
    ['gte takes the limit', '{ f|gte: 5 }', { f: 5 }, true],
    ['lt reads a number written as text', '{ f|lt: 5 }', { f: '4.5' }, true],
    ['lte compares no text', '{ f|lte: 5 }', { f: 'a4' }, false],
    ['gt takes any of a list', '{ f|gt: [5, 1] }', { f: 3 }, true],
    ['minute reads a date', '{ f|minute: 30 }', { f: '2026-03-04T05:30:00Z' }, true],
    ['hour compares', '{ f|hour|gte: 18 }', { f: '2026-03-04 17:59:00' }, false],
    ['hour converts no time zone', '{ f|hour: 23 }', { f: '2026-03-04T23:10:00+09:00' }, true],
    ['day reads the log format of web servers', '{ f|day: 4 }', { f: '04/Mar/2026:05:06:07 +0000' }, true],
    ['week counts as ISO 8601', '{ f|week: 53 }', { f: '2027-01-01' }, true],
    ['month reads epoch milliseconds', '{ f|month: 3 }', { f: Date.UTC(2026, 2, 4) }, true],
    ['month reads epoch seconds', '{ f|month: 3 }', { f: Date.UTC(2026, 2, 4) / 1000 }, true],
    ['year goes with neq', '{ f|year|neq: 2025 }', { f: '2026-03-04' }, true],
    ['a time part of no date matches nothing', '{ f|year|gte: 0 }', { f: 'yesterday' }, false],
    ['cidr finds an address', '{ f|cidr: 10.0.0.0/8 }', { f: '10.1.2.3' }, true],
    ['cidr finds an IPv6 address', "{ f|cidr: 'fe80::/10' }", { f: 'FE80::1' }, true],
    ['cidr takes no host name', '{ f|cidr: 0.0.0.0/0 }', { f: 'host' }, false],
    ['fieldref compares two fields', '{ f|fieldref: g }', { f: 'A', g: 'a' }, true],
    ['fieldref goes with neq', '{ f|fieldref|neq: g }', { f: 'a', g: 'b' }, true],
    ['fieldref goes with endswith', '{ f|fieldref|endswith: g }', { f: 'ab', g: 'B' }, true],
    ['fieldref goes with contains, cased', '{ f|fieldref|contains|cased: g }', { f: 'ab', g: 'B' }, false],
    ['fieldref compares a number with its text', '{ f|fieldref: g }', { f: 5, g: '5' }, true],
    ['fieldref finds nothing equal to what is absent', '{ f|fieldref: g }', {}, false],
    ['expand fills in every value', "{ f|expand: '%Servers%' }", { f: 'DB1' }, true],
    ['expand lets values hold wildcards', "{ f|expand: '%Servers%' }", { f: 'srv77' }, true],
    ['expand fills in amid text', "{ f|expand: 'a.%Servers%.x' }", { f: 'A.srv7.x' }, true],
    ['expand keeps an escaped percent sign', "{ f|expand: '\\%a%Servers%' }", { f: '%adb1' }, true],
    ['expand goes before a shape', "{ f|expand|contains: '%Servers%' }", { f: 'a db1 b' }, true],
    ['expand goes with networks', "{ f|cidr|expand: '%Offices%' }", { f: '192.0.2.77' }, true],
    ['expand takes numbers', "{ f|expand: '%Ports%' }", { f: 443 }, true],
    ['expand with an empty list finds nothing', "{ f|expand: '%Nobody%' }", { f: '' }, false],
    ['without expand a placeholder is text', "{ f: '%Servers%' }", { f: '%servers%' }, true],
    ['keywords take modifiers', "{ '|contains|all': [ab, cd] }", { f: 'xaby', g: { h: ['zcd'] } }, true],
    ['keywords may be patterns', "{ '|re': '^a.c$' }", { f: ['b', 'abc'] }, true],
  ] satisfies [string, string, unknown, boolean][])('%s', (_, selection, event, expected) => {
    expect(selects(selection, event)).toBe(expected);
  });
});

describe('modifiers that mean nothing together', () => {
  it.each([
    ['two shapes', '{ f|contains|startswith: a }', /'contains' and 'startswith' exclude each other/],
    ['a shape of a pattern', '{ f|re|contains: a }', /'re' and 'contains' exclude each other/],
    ['a number and a network', '{ f|gt|cidr: 1 }', /'gt' and 'cidr' exclude each other/],
    ['two parts of a date', '{ f|hour|day: 1 }', /'hour' and 'day' exclude each other/],
    ['an encoding of a pattern', '{ f|base64|re: a }', /'base64' and 're' exclude each other/],
    ['one twice', '{ f|contains|contains: a }', /'contains' is written twice/],
    ['a flag without a pattern', '{ f|i: a }', /'i' belongs after 're'.*write re\|i/],
    ['a flag before its pattern', '{ f|i|re: a }', /'i' belongs after 're'/],
    [
      'a shape before an encoding',
      '{ f|contains|base64: a }',
      /wildcards around the value, which cannot be encoded.*base64\|contains/,
    ],
    ['dashes of what is encoded', '{ f|base64|windash: a }', /'windash' has no meaning.*windash\|base64/],
    ['cased patterns', '{ f|re|cased: a }', /'re' is case-sensitive already/],
    ['all networks', '{ f|cidr|all: [10.0.0.0/8, 10.0.0.0/9] }', /'all' has no meaning with 'cidr'/],
    ['neq and exists', '{ f|exists|neq: true }', /turn the boolean round/],
    ['all of one', '{ f|all: a }', /'all' needs a list of at least two/],
    ['a wildcard in base64', "{ f|base64: 'a*' }", /a wildcard cannot be encoded \(base64\).*escape it/],
    ['too many dashes in base64', "{ f|windash|base64: '-a-b-c-d-e' }", /more than 4 dashes/],
    ['a number as text', "{ f|gt: '5' }", /this is no number.*seen: 5.*without quotes/],
    ['an hour there is not', '{ f|hour: 24 }', /this is no hour.*from 0 to 23/],
    ['null with a shape', '{ f|contains: null }', /null takes no modifier/],
    ['null in a list', "{ f: ['', null] }", /null is a list item.*selection of its own/],
    ['exists of a list', '{ f|exists: [true, false] }', /'exists' takes one value/],
    ['exists of a text', '{ f|exists: maybe }', /'exists' takes true or false/],
    ['a reference to nothing', "{ f|fieldref: '' }", /'fieldref' takes the name of a field/],
    ['a network that is none', '{ f|cidr: 10.0.0.1/8 }', /this is no network.*10\.0\.0\.0\/8/],
    [
      'a placeholder misspelt',
      "{ f|expand: '%Server%' }",
      /%Server% has no values.*did you mean '%Servers%'/,
    ],
    ['a look-ahead', "{ f|re: 'a(?=b)' }", /RE2 cannot run this pattern.*without look-around/],
    ['a back reference', "{ f|re: '(a)\\1' }", /RE2 cannot run this pattern.*back references/],
    ['a keyword in a network', "{ '|cidr': 10.0.0.0/8 }", /a keyword search takes no such modifier/],
    ['a modifier misspelt', '{ f|base46: a }', /there is no modifier 'base46'.*did you mean 'base64'/],
  ])('%s: refused with the place and what would be right', (_, selection, expected) => {
    const problems = parse(selection).problems.map(describeProblem);
    expect(problems.join('\n')).toMatch(expected);
    for (const problem of problems) expect(problem).toMatch(/^r\.yml:4:\d+: /);
  });
});
