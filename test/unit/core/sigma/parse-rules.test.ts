import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { planRules } from '../../../../core/alerts/plan-rules.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';

import { sampleCall } from './sample-call.js';

const options = { digest: nodeDigest, regex: re2Engine };
const HEAD = 'title: A rule\nname: base\nlogsource: { product: aws, service: apigateway }\n';
const BASE = `${HEAD}detection:\n    s:\n        status: 401\n    condition: s\n`;
const parse = (text: string) => parseRules([{ name: 'a.yml', text }], options);
const problemsOf = (text: string) => parse(text).problems.map(describeProblem);
const detection = (body: string) => `${HEAD}detection:\n${body.replace(/^/gm, '    ')}\n`;
const correlation = (body: string) =>
  `${BASE}---\ntitle: Many\nid: many\ncorrelation:\n${body.replace(/^/gm, '    ')}\n`;
const COUNT = 'type: event_count\nrules: [base]\ngroup-by: [principal]\ntimespan: 5m\ncondition: { gte: 3 }';

describe('parsing a rule', () => {
  it('keeps what a person needs to know of it', () => {
    const text = `${BASE}id: 3f0c1b0e-8a55-4a43-9c9f-0c7d6a0e51f2\nlevel: high\ndescription: Says why.\ntags: [owasp-api-2023.api2]\nfalsepositives: [tests]\nreferences: [https://example.com]\ngatewarden: { blind-spots: [nights], runbook: [look, act] }\n`;
    const [rule] = parse(text).rules;
    expect(rule).toMatchObject({
      kind: 'event',
      level: 'high',
      description: 'Says why.',
      tags: ['owasp-api-2023.api2'],
      falsePositives: ['tests'],
      references: ['https://example.com'],
      blindSpots: ['nights'],
      runbook: ['look', 'act'],
      alerts: true,
    });
  });

  it('takes the name of the file as id where there is none', () => {
    expect(parseRules([{ name: 'rules/slow-login.yml', text: BASE }], options).rules[0]?.id).toBe(
      'slow-login',
    );
  });

  it('is plain JSON, so that a bundle can carry it', () => {
    const { rules } = parse(correlation(COUNT));
    const carried: typeof rules = JSON.parse(JSON.stringify(rules));
    const plansOf = (some: typeof rules) => JSON.stringify(planRules(some));
    expect(rules).toHaveLength(2);
    expect(plansOf(carried)).toBe(plansOf(rules));
    expect(compileRules(carried, undefined).match(sampleCall({ status: 401 }))).toHaveLength(1);
  });

  it('gives a rule a new content hash when its behaviour changes, and only then', () => {
    const hash = (text: string) => parse(text).rules[0]?.contentHash;
    expect(hash(BASE.replace('A rule', 'Another title'))).toBe(hash(BASE));
    expect(hash(BASE.replace('401', '403'))).not.toBe(hash(BASE));
  });

  it('gives a correlation a new content hash when the rule it counts changes', () => {
    const hash = (text: string) => parse(text).rules[1]?.contentHash;
    expect(hash(correlation(COUNT).replace('401', '403'))).not.toBe(hash(correlation(COUNT)));
  });
});

describe('what people write in rules', () => {
  const matchesOf = (text: string, call: Parameters<typeof sampleCall>[0]) => {
    const { rules, problems } = parse(text);
    expect(problems.map(describeProblem)).toEqual([]);
    return compileRules(rules, re2Engine).match(sampleCall(call)).length === 1;
  };

  it.each([
    ['0x17', '0x17', true],
    ['0x17', '0X17', true],
    ['0x17', '23', true],
    ['0x17', '17', false],
    ['1.10', '1.10', true],
    ['1.10', '1.1', true],
    ['007', '007', true],
    ['1e3', '1E3', true],
    ['23', '0x17', false],
    ["'0x17'", '23', false],
  ])('a number is the text that was written, and the number: %s and %s', (written, seen, expected) => {
    const matched = matchesOf(detection(`s: { userAgent: ${written} }\ncondition: s`), { userAgent: seen });
    expect(matched).toBe(expected);
  });

  it.each([
    ['userAgent|contains: 0x17', 'a 0x17 b', true],
    ['userAgent|contains: 0x17', 'a 23 b', false],
    ['userAgent|contains|all: [0x17, 0x18]', '0x18 0x17', true],
    ["'|all': [0x17, 007]", '007 0x17', true],
    ["'|all': [0x17, 007]", '7 23', false],
  ])('a part of a text is only the number as written: %s in %s', (field, seen, expected) => {
    expect(matchesOf(detection(`s: { ${field} }\ncondition: s`), { userAgent: seen })).toBe(expected);
  });

  it.each([
    ['a selection', 's: &a { userAgent: x }\nt: *a\ncondition: s and t'],
    ['a value', 's: { userAgent: &a x }\nt: { userAgent: *a }\ncondition: s and t'],
    ['a list', 's: { userAgent: &a [y, x] }\nt: { userAgent: *a }\ncondition: s and t'],
    ['an item', 's: { userAgent: [&a x, y] }\nt: { userAgent: [z, *a] }\ncondition: t'],
    [
      'the newest anchor of a name',
      's: { userAgent: &a y, method: &a GET }\nt: { method: *a }\ncondition: t',
    ],
    ['merged entries', 's: &a { userAgent: x, method: PUT }\nt: { <<: *a, method: GET }\ncondition: t'],
    ['several merged maps', 's: [&a { method: GET }, &b { method: PUT }]\nt: { <<: [*a, *b] }\ncondition: t'],
  ])('an alias stands for what its anchor names: %s', (_, body) => {
    expect(matchesOf(detection(body), { userAgent: 'x', method: 'GET' })).toBe(true);
  });

  it('an alias stands for no more than anyone writes, and says so once', () => {
    const ten = (item: string) => `[${Array(10).fill(item).join(', ')}]`;
    const ladder = Array.from({ length: 9 }, (_, at) => `x${at + 1}: &a${at + 1} ${ten(`*a${at}`)}`);
    const text = `${['x0: &a0 [1]', ...ladder].join('\n')}\n${BASE}`;
    expect(problemsOf(text)).toEqual([expect.stringContaining('more than 50000 values')]);
  });

  it('an alias nests no deeper than anyone writes, and says so once', () => {
    const ladder = Array.from({ length: 5_000 }, (_, at) => `x${at + 1}: &a${at + 1} [*a${at}]`);
    const text = `x: &a0 1\n${ladder.join('\n')}\n${BASE}falsepositives: [{ a: *a5000 }]\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining('deeper than 64 levels')]);
  });

  it('a level is one in any case, and a note is text however YAML reads it', () => {
    const text = `${BASE}level: High\nfalsepositives:\n    - Backup: every night\n    -\n    - 3\nreferences:\n    -\n`;
    expect(problemsOf(text)).toEqual([]);
    expect(parse(text).rules[0]).toMatchObject({
      level: 'high',
      falsePositives: ['Backup: every night', '3'],
      references: [],
    });
  });

  it.each([
    ['1 of *', false],
    ['1 of them', false],
    ['all of *', true],
    ['1 of _*', true],
    ['1 of _h', true],
  ])(
    'a name that begins with an underscore is left out unless the pattern begins with one: %s',
    (condition, hidden) => {
      const selections = condition.startsWith('all')
        ? '_h: { method: PUT }\ns: { method: GET }'
        : '_h: { method: GET }\ns: { method: PUT }';
      expect(matchesOf(detection(`${selections}\ncondition: ${condition}`), { method: 'GET' })).toBe(hidden);
    },
  );
});

describe('the id and name of a rule', () => {
  it.each([
    ['id: ""', 'the id is empty'],
    ['id: " "', 'the id is empty'],
    ['id: "a\\u0000b"', 'not seen'],
    ['id: "a\\u001b[2J"', 'not seen'],
    ['id: "a\\u202eb"', 'not seen'],
    ['id: a/b', "a '/'"],
    ['name: ""', 'the name is empty'],
    ['name: "a\\nb"', 'not seen'],
  ])('is refused: %s', (line, what) => {
    const text = line.startsWith('name') ? BASE.replace('name: base', line) : `${BASE}${line}\n`;
    expect(problemsOf(text)).toEqual([expect.stringContaining(what)]);
  });
});

describe('the size of a rule', () => {
  const selections = (count: number) =>
    Array.from({ length: count }, (_, at) => `s${at}: { status: ${at} }`).join('\n');
  const quantified = (times: number) =>
    `${selections(100)}\ncondition: ${Array(times).fill('1 of s*').join(' or ')}`;

  it('is bounded by the parts of its condition once they are written out', () => {
    expect(problemsOf(detection(quantified(40)))).toEqual([]);
    expect(problemsOf(detection(quantified(60)))).toEqual([expect.stringContaining('more than 5000 parts')]);
  });

  it('is bounded together with its filters, and the filter that is too much is told', () => {
    const filter = (times: number) =>
      `---\ntitle: F\nlogsource: { product: aws }\nfilter:\n${`rules: [base]\n${quantified(times)}`.replace(/^/gm, '    ')}\n`;
    expect(problemsOf(BASE + filter(30))).toEqual([]);
    expect(problemsOf(BASE + filter(30) + filter(30))).toEqual([expect.stringContaining('filters included')]);
  });

  it.each([
    ['[^z]{40000}', 'repeats more than 2000 times'],
    ['a{3}b{1,2001}', 'repeats more than 2000 times'],
    ['[^a]{2000}'.repeat(6), 'more than 10000 steps'],
  ])('is bounded by what a pattern compiles to: %s', (pattern, what) => {
    expect(problemsOf(detection(`s: { path|re: '${pattern}' }\ncondition: s`))).toEqual([
      expect.stringContaining(what),
    ]);
    expect(problemsOf(detection("s: { path|re: '^.{1,1000}$' }\ncondition: s"))).toEqual([]);
  });

  it('is bounded by the length of a pattern', () => {
    const pattern = (length: number) => detection(`s: { path|re: '${'a'.repeat(length)}' }\ncondition: s`);
    expect(problemsOf(pattern(4_000))).toEqual([]);
    expect(problemsOf(pattern(4_001))).toEqual([expect.stringContaining('4001 characters')]);
  });
});

describe('a text nested too deeply', () => {
  const ladder = (step: string) =>
    Array.from({ length: 70 }, (_, at) => `${' '.repeat(at)}${step}`).join('\n');
  it.each([
    ['brackets', '['.repeat(100_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['brackets after an apostrophe', `title: don't\nx: ${'['.repeat(100_000)}`],
    ['items', '- '.repeat(100_000)],
    ['keys', '? '.repeat(100_000)],
    ['values', ': '.repeat(100_000)],
    ['tagged items', '- !!seq '.repeat(50_000)],
    ['indentation', ladder('a:')],
    ['indented items', ladder('-')],
  ])('by %s is refused before it is parsed, for that could end the process', (_, text) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining('nest at most 64 levels')]);
  });

  it('is not one with as many brackets in text', () => {
    const value = `'${'[ { '.repeat(1_000)}'`;
    expect(problemsOf(`${BASE}description: ${value}\n`)).toEqual([]);
    const list = detection(`s:\n  path:\n${'    - a\n'.repeat(500)}condition: s`);
    expect(problemsOf(list)).toEqual([]);
  });
});

describe('parsing a correlation', () => {
  it('links rules by name, and silences them unless it generates', () => {
    const silent = parse(correlation(COUNT)).rules;
    expect(silent[1]).toMatchObject({
      kind: 'correlation',
      type: 'event_count',
      groupBy: ['principal'],
      timespanMs: 300_000,
      operator: 'gte',
      threshold: 3,
      ruleIds: [silent[0]?.id],
      sampleOneIn: 1,
    });
    expect(silent[0]).toMatchObject({ alerts: false });
    expect(parse(correlation(`${COUNT}\ngenerate: true`)).rules[0]).toMatchObject({ alerts: true });
  });

  it('reads fields by the names of the counted rule', () => {
    const text = `${correlation(COUNT).replace('{ product: aws, service: apigateway }', '{ category: webserver }').replace('status', 'sc-status').replace('[principal]', '[c-ip]')}`;
    expect(parse(text).rules[1]).toMatchObject({ groupBy: ['sourceIp'] });
  });

  it('carries how many values are sampled', () => {
    const text = correlation(
      'type: value_count\nrules: [base]\ngroup-by: [principal]\ntimespan: 1h\ncondition: { field: path, gte: 500 }',
    );
    expect(parse(`${text}gatewarden: { sample: 64 }\n`).rules[1]).toMatchObject({
      valueField: 'path',
      sampleOneIn: 64,
    });
  });

  it('finds rules in other files, whatever the order', () => {
    const [, second = ''] = correlation(COUNT).split('---\n');
    const { rules, problems } = parseRules(
      [
        { name: 'b.yml', text: second },
        { name: 'a.yml', text: BASE },
      ],
      options,
    );
    expect(problems).toEqual([]);
    expect(rules.map(({ kind }) => kind)).toEqual(['correlation', 'event']);
  });
});

describe('a rule that cannot run', () => {
  it.each([
    [
      'an unknown field',
      detection('s: { statsu: 1 }\ncondition: s'),
      /a\.yml:5:10: API Gateway calls have no field 'statsu'.*did you mean 'status'/,
    ],
    [
      'an unknown modifier',
      detection('s: { path|contians: x }\ncondition: s'),
      /there is no modifier 'contians'.*did you mean 'contains'/,
    ],
    [
      'two kinds of comparison',
      detection('s: { path|contains|re: x }\ncondition: s'),
      /'contains' and 're' exclude each other/,
    ],
    ['a flag without a pattern', detection('s: { path|i: x }\ncondition: s'), /'i' belongs after 're'/],
    ['all with a single value', detection('s: { path|contains|all: x }\ncondition: s'), /'all' needs a list/],
    ['null in a list', detection('s: { path: [a, null] }\ncondition: s'), /null is a list item/],
    [
      'a pattern with look-around',
      detection("s: { path|re: '(?=a)b' }\ncondition: s"),
      /RE2 cannot run this pattern/,
    ],
    [
      'a network with bits behind the prefix',
      detection('s: { sourceIp|cidr: 192.0.2.7/24 }\ncondition: s'),
      /write 192\.0\.2\.0\/24/,
    ],
    [
      'text where a number is compared',
      detection("s: { status|gt: '5' }\ncondition: s"),
      /this is no number/,
    ],
    [
      'a number compared with a text field',
      detection('s: { path|gt: 5 }\ncondition: s'),
      /the field holds no number/,
    ],
    [
      'exists without a boolean',
      detection('s: { path|exists: 1 }\ncondition: s'),
      /'exists' takes true or false/,
    ],
    [
      'a timeframe',
      detection('s: { status: 1 }\ntimeframe: 5m\ncondition: s'),
      /'timeframe' in a detection is obsolete/,
    ],
    ['no condition', detection('s: { status: 1 }'), /the detection has no 'condition'/],
    [
      'a condition that names nothing',
      detection('s: { status: 1 }\ncondition: t'),
      /no selection named 't'.*name one of: s/,
    ],
    [
      'an aggregation',
      detection('s: { status: 1 }\ncondition: s | count() > 5'),
      /aggregation after a pipe is obsolete.*event_count, rules: \[its name\], timespan: .*condition: \{ gt: 5 \}/,
    ],
    [
      'an aggregation by fields',
      detection('s: { status: 1 }\ncondition: s | count() by src_ip, host >= 10'),
      /event_count, .*group-by: \[src_ip, host\], .*\{ gte: 10 \}/,
    ],
    [
      'an aggregation of values',
      detection('s: { status: 1 }\ncondition: s | count(User) by Computer < 3'),
      /value_count, .*group-by: \[Computer\], .*\{ field: User, lt: 3 \}/,
    ],
    [
      'a sum',
      detection('s: { status: 1 }\ncondition: s | sum(bytes) by src > 1000'),
      /value_sum, .*\{ field: bytes, gt: 1000 \}/,
    ],
    [
      'nearness',
      detection('s: { status: 1 }\nt: { status: 2 }\ncondition: s | near t'),
      /a name for each selection.*type: temporal/,
    ],
    [
      'an aggregation that nobody can read',
      detection('s: { status: 1 }\ncondition: s | stats x'),
      /obsolete.*write a correlation rule/,
    ],
    ['an open parenthesis', detection('s: { status: 1 }\ncondition: (s'), /a parenthesis is not closed/],
    [
      'a pattern of selections that fits none',
      detection('s: { status: 1 }\ncondition: 1 of t*'),
      /no selection matches 't\*'/,
    ],
    ['an empty selection', detection('s: {}\ncondition: s'), /the selection 's' is empty/],
    [
      'a foreign log source',
      BASE.replace('apigateway', 'guardduty'),
      /no feed carries this log source.*service: cloudtrail/,
    ],
    [
      'no detection',
      'title: x\nlogsource: { product: aws, service: apigateway }\ndetecton: {}\n',
      /did you mean 'detection'/,
    ],
    ['no title', BASE.replace('title: A rule\n', ''), /the rule has no title/],
    ['an unknown level', `${BASE}level: hihg\n`, /there is no such level/],
    [
      'a setting of ours that does not exist',
      `${BASE}gatewarden: { runbok: [] }\n`,
      /did you mean 'runbook'/,
    ],
    [
      'an unknown correlation type',
      correlation(COUNT.replace('event_count', 'event_cuont')),
      /no known type.*did you mean 'event_count'/,
    ],
    [
      'a correlation over no rule',
      correlation(COUNT.replace('[base]', '[bases]')),
      /no rule has the id or name 'bases'.*did you mean 'base'/,
    ],
    [
      'an unknown group field',
      correlation(COUNT.replace('[principal]', '[princpal]')),
      /calls have no field 'princpal'.*did you mean 'principal'/,
    ],
    [
      'a group by a derived field',
      correlation(COUNT.replace('[principal]', '[uri]')),
      /cannot be grouped or counted by 'uri'/,
    ],
    [
      'a timespan without unit',
      correlation(COUNT.replace('5m', '5')),
      /the timespan is missing or not a number with a unit/,
    ],
    [
      'an unknown part of a correlation',
      correlation(`${COUNT}\nalises: {}`),
      /'alises' in a correlation is not supported.*did you mean 'aliases'/,
    ],
    [
      'value_count without a field',
      correlation(COUNT.replace('event_count', 'value_count')),
      /none is named/,
    ],
    ['YAML that is none', 'title: [\n', /not valid YAML/],
    [
      'a key that is written twice',
      detection('s: { path: a, path: b }\ncondition: s'),
      /write each key once/,
    ],
    ['indentation with a tab', 'title: x\nlogsource:\n\tproduct: y\n', /indent with spaces/],
    ['text that begins with a star', detection('s:\n  path:\n    - *iex *\ncondition: s'), /in quotes/],
    ['an alias of nothing', detection('s: { path: *iex }\ncondition: s'), /no anchor before it.*in quotes/],
    ['an alias of itself', detection('s: &a { path: *a }\ncondition: s'), /inside its own anchor/],
    [
      'a merged list',
      detection('s: { <<: [a], path: x }\ncondition: s'),
      /merges something that is not a map/,
    ],
    [
      'a modifier that other tools have',
      detection('s: { path|re|ignorecase: x }\ncondition: s'),
      /no modifier 'ignorecase'.*did you mean 'i'/,
    ],
    ['a list', '- title: x\n', /the document is not a map/],
    [
      'a filter for nothing',
      'title: x\nlogsource: {}\nfilter: {}\n',
      /the filter names no rules.*rules: any/,
    ],
    ['a rule collection', 'title: x\naction: global\n', /'action' are obsolete.*document of its own/],
    ['two kinds in one', `${BASE}filter: {}\n`, /both 'detection' and 'filter'/],
  ])('is refused for %s, with the place and what would be right', (_, text, expected) => {
    const problems = problemsOf(text);
    expect(problems.join('\n')).toMatch(expected);
    for (const problem of problems) expect(problem).toMatch(/^a\.yml:\d+:\d+: .+; .+/s);
  });

  it('is reported together with all others of all files, and takes no other rule down', () => {
    const { rules, problems } = parseRules(
      [
        { name: 'bad.yml', text: detection('s: { statsu: 1, path|re: "(" }\ncondition: s') },
        { name: 'good.yml', text: BASE },
        { name: 'worse.yml', text: detection('s: { status: 1 }\ncondition: t') },
      ],
      options,
    );
    expect(problems.map(({ file, line }) => `${file}:${line}`)).toEqual([
      'bad.yml:5',
      'bad.yml:5',
      'worse.yml:6',
    ]);
    expect(rules.length).toBe(1);
  });

  it('is told once where it is a collection, not for what its documents lack', () => {
    const text =
      'title: x\naction: global\ndetection: { condition: s }\n---\ndetection: { s: { path: a } }\n';
    expect(problemsOf(text)).toEqual([expect.stringMatching(/^a\.yml:2:1: .*'action' are obsolete/)]);
    expect(problemsOf(`${BASE}action: block\n`)).toEqual([]);
  });

  it('is told apart by its folder where it has no id, and another file has the same name', () => {
    const text = BASE.replace('name: base\n', '');
    const ids = (logSources: 'any' | 'fed') =>
      parseRules(
        ['win/a/x.yml', 'win/b/x.yml', 'x.yml', 'y.yml'].map((name) => ({ name, text })),
        { ...options, logSources },
      );
    expect(ids('any').rules.map(({ id }) => id)).toEqual(['x', 'b.x', 'y']);
    expect(ids('any').problems.map(describeProblem)).toEqual([
      expect.stringMatching(/^x\.yml.*'x' is taken/),
    ]);
    expect(ids('fed').problems.length).toBe(2);
  });

  it('is refused when its id or name is taken', () => {
    const { rules, problems } = parseRules(
      [
        { name: 'a.yml', text: BASE },
        { name: 'b.yml', text: BASE },
      ],
      options,
    );
    expect(rules.length).toBe(1);
    expect(problems.map(({ file, what }) => `${file} ${what}`)).toEqual([
      "b.yml 'base' is taken by the rule 'A rule'",
    ]);
  });

  it('is a list of problems and never an exception, whatever the file holds', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc
            .json()
            .map((text) => `title: x\nlogsource: { product: aws, service: apigateway }\ndetection: ${text}`),
          fc.json().map((text) => `title: x\ncorrelation: ${text}`),
        ),
        (text) => {
          const { rules, problems } = parse(text);
          for (const problem of problems) expect(describeProblem(problem)).toMatch(/^a\.yml:\d+:\d+: /);
          expect(() => compileRules(rules, re2Engine)).not.toThrow();
        },
      ),
      { numRuns: 1_000 },
    );
    expect(problemsOf('['.repeat(100_000)).length).toBeGreaterThan(0);
    expect(
      problemsOf(detection(`s: { status: 1 }\ncondition: ${'('.repeat(5_000)}s${')'.repeat(5_000)}`)).join(),
    ).toMatch(/nested too deeply/);
  });
});
