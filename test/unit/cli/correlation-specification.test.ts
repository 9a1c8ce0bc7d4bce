import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../adapters/regex/re2-engine.js';
import { PlainCorrelations } from '../../../cli/rules/correlated-events.js';
import { compilePlainRules } from '../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../core/sigma/parse-rules.js';

/** Sentences of the Sigma correlation rules specification 2.1, as `rules match` runs them. */
const base = (name: string) =>
  `title: ${name}\nname: ${name}\nlogsource: { product: any }\ndetection: { s: { kind: ${name} }, condition: s }\n`;
const correlation = (body: string, name = 'c') =>
  `title: ${name}\nid: ${name}\nname: ${name}\ncorrelation: { ${body} }\n`;

interface Seen extends Readonly<Record<string, unknown>> {
  /** Seconds after some hour began. */
  readonly at: number;
  readonly kind: string;
}

/** Indexes of the events of each firing, by rule and group. */
function fired(documents: readonly string[], events: readonly Seen[]) {
  const { rules, problems } = parseRules([{ name: 'r.yml', text: documents.join('---\n') }], {
    digest: nodeDigest,
    regex: re2Engine,
    logSources: 'any',
  });
  expect(problems.map(describeProblem)).toEqual([]);
  const matching = compilePlainRules(
    rules.flatMap((rule) => (rule.kind === 'event' ? [rule] : [])),
    re2Engine,
  );
  const run = new PlainCorrelations(rules, 'time');
  for (const [index, { at, ...fields }] of events.entries()) {
    const event = { ...fields, time: new Date(Date.UTC(2026, 0, 1, 10) + at * 1000).toISOString() };
    run.add(event, index, matching(event));
  }
  return run.finish().map(({ rule, group, events: indexes }) => ({ rule, group, events: indexes }));
}

const a = (at: number, fields: object = {}): Seen => ({ at, kind: 'a', ...fields });
const b = (at: number, fields: object = {}): Seen => ({ at, kind: 'b', ...fields });
const eventsOf = (documents: readonly string[], events: readonly Seen[]) =>
  fired(documents, events).map((firing) => firing.events);

describe('specification, "Event Count"', () => {
  const count = (condition: string, rest = 'group-by: [host], timespan: 1m') => [
    base('a'),
    base('b'),
    correlation(`type: event_count, rules: [a], ${rest}, condition: { ${condition} }`),
  ];

  it('counts events for each group separately', () => {
    const events = [a(0, { host: 'x' }), a(1, { host: 'y' }), a(2, { host: 'x' }), b(3, { host: 'y' })];
    expect(fired(count('gte: 2'), events)).toEqual([{ rule: 'c', group: { host: 'x' }, events: [0, 2] }]);
  });

  it('links several group fields with AND', () => {
    const documents = count('gte: 2', 'group-by: [host, user], timespan: 1m');
    const events = [
      a(0, { host: 'x', user: 'u' }),
      a(1, { host: 'x', user: 'v' }),
      a(2, { host: 'x', user: 'u' }),
    ];
    expect(fired(documents, events)).toEqual([
      { rule: 'c', group: { host: 'x', user: 'u' }, events: [0, 2] },
    ]);
  });

  it('counts all together where nothing groups', () => {
    expect(eventsOf(count('gte: 2', 'timespan: 1m'), [a(0, { host: 'x' }), a(1, { host: 'y' })])).toEqual([
      [0, 1],
    ]);
  });

  it('is not restricted to the boundaries of minutes or hours', () => {
    expect(eventsOf(count('gte: 2'), [a(3_590, { host: 'x' }), a(3_610, { host: 'x' })])).toEqual([[0, 1]]);
  });

  it.each([
    ['30s', 29, true],
    ['30s', 31, false],
    ['2m', 119, true],
    ['2m', 121, false],
    ['1h', 3_599, true],
    ['1h', 3_601, false],
    ['90d', 89 * 86_400, true],
    ['90d', 91 * 86_400, false],
    ['1d', 86_399, true],
    ['1d', 86_401, false],
  ])('counts within %s: %s seconds', (timespan, seconds, expected) => {
    const found = eventsOf(count('gte: 2', `timespan: ${timespan}`), [a(0), a(seconds)]);
    expect(found.length > 0).toBe(expected);
  });

  it.each([
    ['gt: 2', 2, false],
    ['gt: 2', 3, true],
    ['gte: 2', 2, true],
    ['eq: 2', 2, true],
    ['eq: 2', 3, false],
    ['gt: 1, lte: 3', 3, true],
    ['gt: 1, lte: 3', 4, false],
  ])('meets { %s } with %s events: %s', (condition, events, expected) => {
    const found = eventsOf(
      count(condition, 'timespan: 1m'),
      Array.from({ length: events }, () => a(5)),
    );
    expect(found.length > 0).toBe(expected);
  });
});

describe('specification, "Value Count" and values', () => {
  const values = (type: string, condition: string) => [
    base('a'),
    correlation(`type: ${type}, rules: [a], group-by: [host], timespan: 1m, condition: { ${condition} }`),
  ];

  it('counts distinct values of the field', () => {
    const documents = values('value_count', 'field: user, gte: 2');
    expect(
      eventsOf(
        documents,
        [a(0, { user: 'u' }), a(1, { user: 'u' })].map((one) => ({ ...one, host: 'x' })),
      ),
    ).toEqual([]);
    const two = [a(0, { host: 'x', user: 'u' }), a(1, { host: 'x', user: 'v' })];
    expect(eventsOf(documents, two)).toEqual([[0, 1]]);
  });

  it('links several fields with AND', () => {
    const documents = values('value_count', 'field: [user, port], gte: 2');
    const same = [a(0, { host: 'x', user: 'u', port: 1 }), a(1, { host: 'x', user: 'u', port: 1 })];
    expect(eventsOf(documents, same)).toEqual([]);
    const other = [a(0, { host: 'x', user: 'u', port: 1 }), a(1, { host: 'x', user: 'u', port: 2 })];
    expect(eventsOf(documents, other)).toEqual([[0, 1]]);
  });

  it.each([
    ['value_sum', 'field: n, gt: 10', [4, 7], true],
    ['value_sum', 'field: n, gt: 10', [4, 6], false],
    ['value_avg', 'field: n, gt: 5', [4, 7], true],
    ['value_avg', 'field: n, gt: 5', [4, 6], false],
    ['value_percentile', 'field: n, percentile: 50, gte: 5', [1, 5, 9], true],
    ['value_percentile', 'field: n, percentile: 50, gte: 6', [1, 5, 9], false],
  ])('%s with { %s } over %s: %s', (type, condition, numbers, expected) => {
    const found = eventsOf(
      values(type, condition),
      numbers.map((n, at) => a(at, { host: 'x', n })),
    );
    expect(found.length > 0).toBe(expected);
  });
});

describe('specification, "Temporal Proximity"', () => {
  const both = (type: string, rest = '') => [
    base('a'),
    base('b'),
    correlation(`type: ${type}, rules: [a, b], group-by: [host], timespan: 5m${rest}`),
  ];
  const x = { host: 'x' };

  it.each([
    ['temporal in either order', 'temporal', [b(0, x), a(10, x)], true],
    ['temporal wants every rule', 'temporal', [a(0, x), a(10, x)], false],
    ['temporal wants one group', 'temporal', [a(0, x), b(10, { host: 'y' })], false],
    ['temporal wants the time frame', 'temporal', [a(0, x), b(301, x)], false],
    ['temporal over a boundary', 'temporal', [a(3_500, x), b(3_700, x)], true],
    ['ordered in order', 'temporal_ordered', [a(0, x), b(10, x)], true],
    ['ordered not in the other', 'temporal_ordered', [b(0, x), a(10, x)], false],
    ['ordered, whatever came before', 'temporal_ordered', [b(0, x), a(10, x), b(20, x)], true],
  ] satisfies [string, string, Seen[], boolean][])('%s', (_, type, events, expected) => {
    expect(fired(both(type), events).length > 0).toBe(expected);
  });

  it('wants as many of the rules as its condition says', () => {
    const some = both('temporal', ', condition: { gte: 1 }');
    expect(fired(some, [a(0, x)]).length).toBe(1);
  });
});

describe('specification, "Field Name Aliases" and chains', () => {
  it('groups by fields that each rule calls otherwise', () => {
    const documents = [
      base('a'),
      base('b'),
      correlation(
        'type: temporal, rules: [a, b], group-by: [inside], timespan: 10s, aliases: { inside: { a: destination.ip, b: source.ip } }',
      ),
    ];
    const from = (ip: string) => ({ source: { ip }, destination: { ip: '192.0.2.9' } });
    const to = (ip: string) => ({ source: { ip: '192.0.2.8' }, destination: { ip } });
    expect(fired(documents, [a(0, to('192.0.2.1')), b(1, from('192.0.2.1'))])).toEqual([
      { rule: 'c', group: { inside: '192.0.2.1' }, events: [0, 1] },
    ]);
    expect(fired(documents, [a(0, to('192.0.2.1')), b(1, from('192.0.2.2'))])).toEqual([]);
  });

  it('follows many failed logins by a successful one, before the rules they refer to', () => {
    const documents = [
      correlation('type: temporal_ordered, rules: [many, b], group-by: [user], timespan: 10m', 'chain'),
      correlation(
        'type: event_count, rules: [a], group-by: [user], timespan: 10m, condition: { gte: 3 }',
        'many',
      ),
      base('a'),
      base('b'),
    ];
    const u = { user: 'u' };
    const tries = [a(0, u), a(10, u), a(20, u)];
    expect(fired(documents, [...tries, b(30, u)]).map(({ rule, group }) => [rule, group])).toEqual([
      ['chain', { user: 'u' }],
    ]);
    expect(fired(documents, [b(0, u), ...tries])).toEqual([]);
    expect(fired(documents, [a(0, u), a(10, u), b(30, u)])).toEqual([]);
    expect(fired(documents, [...tries, b(30, { user: 'v' })])).toEqual([]);
  });
});
