import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { compileRules, needsRegex } from '../../../../core/sigma/compile-rules.js';
import { parseRules } from '../../../../core/sigma/parse-rules.js';
import type { Condition, EventRule, FieldMatch } from '../../../../core/sigma/rule-source.js';
import { matchesSlowly, slowCall } from './reference-matcher.js';
import { sampleCall } from './sample-call.js';

function rule(condition: Condition, id = 'r'): EventRule {
  return {
    kind: 'event',
    id,
    name: undefined,
    title: id,
    description: undefined,
    level: 'low',
    tags: [],
    falsePositives: [],
    references: [],
    blindSpots: [],
    runbook: [],
    contentHash: id,
    logsource: {},
    condition,
    alerts: true,
  };
}

/** Whether one detection, written in YAML, matches a call. */
function detects(
  detection: string,
  call: Partial<ApiCall>,
  logsource = '{ product: aws, service: apigateway }',
): boolean {
  const text = `title: t\nlogsource: ${logsource}\ndetection:\n${detection.replace(/^/gm, '    ')}`;
  const { rules, problems } = parseRules([{ name: 'r.yml', text }], { digest: nodeDigest, regex: re2Engine });
  expect(problems).toEqual([]);
  return compileRules(rules, re2Engine).match(sampleCall(call)).length === 1;
}

describe('a compiled rule', () => {
  const path = (pattern: string) => `s: { path: '${pattern}' }\ncondition: s`;
  it.each([
    ['compares without regard to case', path('/ADMIN'), { path: '/admin' }, true],
    ['lets * stand for any characters', path('/a*z'), { path: '/a-b/z' }, true],
    ['lets * stand for none', path('/a*z'), { path: '/az' }, true],
    ['lets ? stand for exactly one', path('/a?z'), { path: '/az' }, false],
    ['takes an escaped * as it is', path('/a\\*z'), { path: '/a*z' }, true],
    ['does not take an escaped * for others', path('/a\\*z'), { path: '/abz' }, false],
    ['reads an escaped backslash before a wildcard', path('c:\\\\*'), { path: 'c:\\windows' }, true],
    ['does not let head and tail of a pattern overlap', path('/ab*ba'), { path: '/aba' }, false],
    [
      'finds text anywhere with contains',
      's: { path|contains: min }\ncondition: s',
      { path: '/ADMIN' },
      true,
    ],
    [
      'needs every value with contains|all',
      's: { path|contains|all: [a, z] }\ncondition: s',
      { path: '/abc' },
      false,
    ],
    ['compares numbers', 's: { status|gte: 500 }\ncondition: s', { status: 503 }, true],
    ['matches a number written as text', "s: { status: '404' }\ncondition: s", { status: 404 }, true],
    ['matches a number with a wildcard', "s: { status: '4*' }\ncondition: s", { status: 404 }, true],
    ['does not compare what is absent', 's: { status|lt: 500 }\ncondition: s', { status: undefined }, false],
    [
      'matches null where a field is absent',
      's: { userAgent: null }\ncondition: s',
      { userAgent: undefined },
      true,
    ],
    ['tells empty from absent', "s: { userAgent: '' }\ncondition: s", { userAgent: undefined }, false],
    [
      'asks whether a field exists',
      's: { userAgent|exists: false }\ncondition: s',
      { userAgent: undefined },
      true,
    ],
    ['turns a comparison round with neq', 's: { method|neq: GET }\ncondition: s', { method: 'POST' }, true],
    ['minds case with cased', 's: { path|cased: /Admin }\ncondition: s', { path: '/admin' }, false],
    [
      'finds an address in a network',
      's: { sourceIp|cidr: 192.0.2.0/24 }\ncondition: s',
      { sourceIp: '192.0.2.9' },
      true,
    ],
    [
      'finds an IPv6 address in a network',
      's: { sourceIp|cidr: 2001:db8::/32 }\ncondition: s',
      { sourceIp: '2001:DB8:1::7' },
      true,
    ],
    [
      'sees IPv4 through its IPv6 form',
      's: { sourceIp|cidr: 192.0.2.0/24 }\ncondition: s',
      { sourceIp: '::ffff:192.0.2.9' },
      true,
    ],
    [
      'takes no octal for an address',
      's: { sourceIp|cidr: 8.0.0.0/8 }\ncondition: s',
      { sourceIp: '010.0.0.1' },
      false,
    ],
    [
      'runs patterns with their flags',
      "s: { path|re|i: '^/ADMIN$' }\ncondition: s",
      { path: '/admin' },
      true,
    ],
    ['minds case in patterns', "s: { path|re: '^/ADMIN$' }\ncondition: s", { path: '/admin' }, false],
    [
      'searches keywords in any text',
      "k: ['\u0024{jndi:']\ncondition: k",
      { userAgent: 'x \u0024{JNDI:ldap://x}' },
      true,
    ],
    [
      'needs all keywords with |all',
      "k: { '|all': [alpha, beta] }\ncondition: k",
      { userAgent: 'alpha', path: '/beta' },
      true,
    ],
    [
      'joins a list of maps with or',
      's: [{ method: PUT }, { status: 200 }]\ncondition: s',
      { method: 'GET', status: 200 },
      true,
    ],
    [
      'binds and before or',
      'a: { method: GET }\nb: { status: 1 }\nc: { status: 2 }\ncondition: a or b and c',
      {},
      true,
    ],
    ['binds not before and', 'a: { method: PUT }\nb: { status: 200 }\ncondition: not a and b', {}, true],
    [
      'leaves underscored selections out of them',
      '_a: { status: 200 }\nb: { status: 404 }\ncondition: 1 of them',
      {},
      false,
    ],
    [
      'takes any of a pattern of selections',
      's_a: { status: 200 }\ns_b: { status: 404 }\ncondition: 1 of s_*',
      {},
      true,
    ],
    [
      'needs all of a pattern of selections',
      's_a: { status: 200 }\ns_b: { status: 404 }\ncondition: all of s_*',
      {},
      false,
    ],
    [
      'joins a list of conditions with or',
      'a: { status: 1 }\nb: { status: 200 }\ncondition: [a, b]',
      {},
      true,
    ],
    [
      'finds a letter that folds into ASCII',
      's: { path|contains: kelvin }\ncondition: s',
      { path: '/\u212Aelvin' },
      true,
    ],
  ] satisfies [string, string, Partial<ApiCall>, boolean][])('%s', (_, detection, call, expected) => {
    expect(detects(detection, call)).toBe(expected);
  });

  it('runs public rules by the field names of web servers and proxies', () => {
    const detection = "s: { cs-method: GET, cs-uri-query|contains: '/../', sc-status: 200 }\ncondition: s";
    const call = { path: '/a/../b', status: 200 };
    expect(detects(detection, call, '{ category: webserver }')).toBe(true);
    expect(
      detects(
        "s: { c-useragent|startswith: 'rclone/v' }\nf: { dst_ip|cidr: 10.0.0.0/8 }\ncondition: s and not f",
        { userAgent: 'rclone/v1' },
        '{ category: proxy }',
      ),
    ).toBe(true);
  });

  it('stays quick on an exponential pattern and a hostile text', () => {
    expect(detects("s: { path|re: '^(a+)+$' }\ncondition: s", { path: `${'a'.repeat(5000)}!` })).toBe(false);
  });
});

const FIELDS = ['path', 'userAgent', 'method', 'status', 'errorType', 'sourceIp', 'query'] as const;
const texts = fc.oneof(
  fc.stringMatching(/^[abAB/*?\\é\u212A.]{0,6}$/),
  fc.constantFrom(
    '/admin',
    'GET',
    'post',
    '404',
    '200',
    'sqlmap',
    '192.0.2.7',
    'a*b',
    '*',
    '?',
    '\\*',
    'THROTTLED',
  ),
);
const match: fc.Arbitrary<FieldMatch> = fc.oneof(
  fc.record({
    field: fc.constantFrom(...FIELDS),
    modifiers: fc.constantFrom<readonly string[]>(
      [],
      ['contains'],
      ['startswith'],
      ['endswith'],
      ['cased'],
      ['contains', 'cased'],
      ['neq'],
      ['contains', 'neq'],
    ),
    values: fc.array(texts, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    field: fc.constantFrom(...FIELDS),
    modifiers: fc.constantFrom<readonly string[]>(['all'], ['contains', 'all'], ['startswith', 'all', 'neq']),
    values: fc.array(texts, { minLength: 2, maxLength: 3 }),
  }),
  fc.record({
    field: fc.constant(undefined),
    modifiers: fc.constantFrom<readonly string[]>([], ['all']),
    values: fc.array(texts, { minLength: 2, maxLength: 3 }),
  }),
  fc.record({
    field: fc.constantFrom('status', 'path'),
    modifiers: fc.constantFrom<readonly string[]>(['gt'], ['gte'], ['lt'], ['lte']),
    values: fc.tuple(fc.integer({ min: 199, max: 405 })),
  }),
  fc.record({
    field: fc.constantFrom(...FIELDS),
    modifiers: fc.constant(['exists']),
    values: fc.tuple(fc.boolean()),
  }),
  fc.record({ field: fc.constantFrom(...FIELDS), modifiers: fc.constant([]), values: fc.constant([null]) }),
  fc.record({
    field: fc.constant('sourceIp'),
    modifiers: fc.constant(['cidr']),
    values: fc.constantFrom(['192.0.2.0/24'], ['192.0.2.0/29', '198.51.100.0/24']),
  }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    match.map((inner) => ({ kind: 'match', match: inner }) as const),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    }),
    tie('node').map((of) => ({ kind: 'not', of }) as const),
  ),
})).node;
const call = fc
  .record({
    path: fc.option(texts, { nil: undefined }),
    userAgent: fc.option(texts, { nil: undefined }),
    method: fc.option(fc.constantFrom('GET', 'POST', 'a'), { nil: undefined }),
    status: fc.option(fc.constantFrom(200, 403, 404), { nil: undefined }),
    errorType: fc.option(texts, { nil: undefined }),
    sourceIp: fc.option(fc.constantFrom('192.0.2.7', '192.0.2.9', '198.51.100.3', '2001:db8::1', 'a'), {
      nil: undefined,
    }),
    query: fc.option(texts, { nil: undefined }),
  })
  .map(sampleCall);

describe('a compiled rule set', () => {
  it('agrees with a slow reading of the specification, on any rules and calls', () => {
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 8 }),
        fc.array(call, { minLength: 1, maxLength: 6 }),
        (conditions, calls) => {
          const rules = conditions.map((tree, at) => rule(tree, `r${at}`));
          const set = compileRules(rules, undefined);
          // Twice, so that what was remembered of the first time is tried too.
          for (const seen of [...calls, ...calls]) {
            const expected = rules
              .filter((one) => matchesSlowly(one.condition, slowCall(seen)))
              .map(({ id }) => id);
            expect(set.match(seen).map(({ id }) => id)).toEqual(expected);
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('gives the same rules in whatever order they were compiled', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 2, maxLength: 6 }), call, (conditions, seen) => {
        const rules = conditions.map((tree, at) => rule(tree, `r${at}`));
        const ids = (list: readonly EventRule[]) =>
          compileRules(list, undefined)
            .match(seen)
            .map(({ id }) => id)
            .sort();
        expect(ids([...rules].reverse())).toEqual(ids(rules));
      }),
      { numRuns: 300 },
    );
  });

  it('stays right after far more user agents than it remembers', () => {
    const set = compileRules(
      [rule({ kind: 'match', match: { field: 'userAgent', modifiers: ['contains'], values: ['sqlmap'] } })],
      undefined,
    );
    for (let n = 0; n < 10_000; n += 1)
      expect(set.match(sampleCall({ userAgent: `agent-${n} ${n % 7 === 0 ? 'SQLmap' : ''}` })).length).toBe(
        n % 7 === 0 ? 1 : 0,
      );
  });

  it('tells that it needs a regular expression engine, and names the rule when it has none', () => {
    const pattern = rule(
      { kind: 'not', of: { kind: 'match', match: { field: 'path', modifiers: ['re'], values: ['a+'] } } },
      'with-pattern',
    );
    expect(needsRegex([pattern])).toBe(true);
    expect(() => compileRules([pattern], undefined)).toThrow(/rule=with-pattern/);
    expect(
      needsRegex([rule({ kind: 'match', match: { field: 'path', modifiers: [], values: ['a'] } })]),
    ).toBe(false);
  });

  it('matches nothing when it is empty', () => {
    expect(compileRules([], undefined).match(sampleCall())).toEqual([]);
  });
});
