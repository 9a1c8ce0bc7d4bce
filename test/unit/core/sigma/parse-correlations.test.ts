import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';
import type { CorrelationRule } from '../../../../core/sigma/rule-source.js';

const SOURCE = 'logsource: { product: aws, service: apigateway }';
const rule = (name: string, status: number, source = SOURCE, field = 'status') =>
  `title: ${name}\nid: id-${name}\nname: ${name}\n${source}\ndetection:\n    s:\n        ${field}: ${status}\n    condition: s\n`;
const correlation = (name: string, body: string) =>
  `title: ${name}\nid: id-${name}\nname: ${name}\ncorrelation:\n${body.replace(/^/gm, '    ')}\n`;
const RULES = [rule('denied', 401), rule('granted', 200), rule('missing', 404)];
const parse = (...documents: string[]) =>
  parseRules([{ name: 'a.yml', text: [...RULES, ...documents].join('---\n') }], { digest: nodeDigest });
const problemsOf = (...documents: string[]) => parse(...documents).problems.map(describeProblem);

function parsed(...documents: string[]): CorrelationRule {
  const { rules, problems } = parse(...documents);
  expect(problems.map(describeProblem)).toEqual([]);
  const last = rules.at(-1);
  if (last?.kind !== 'correlation') throw new Error('the last document is no correlation');
  return last;
}

const body = (type: string, condition: string, rest = '') =>
  `type: ${type}\nrules: [denied]\ngroup-by: [principal]\ntimespan: 5m\n${condition === '' ? '' : `condition: ${condition}\n`}${rest}`;
const two = (type: string, condition = '', rest = '') =>
  body(type, condition, rest).replace('[denied]', '[denied, granted]');

describe('parsing a correlation of each type', () => {
  it.each([
    ['event_count', '{ gt: 3 }', { operator: 'gt', threshold: 3 }],
    [
      'event_count',
      '{ gte: 5, lt: 10 }',
      { operator: 'gte', threshold: 5, also: [{ operator: 'lt', threshold: 10 }] },
    ],
    ['event_count', '{ neq: 3 }', { operator: 'neq', threshold: 3 }],
    ['value_count', '{ field: path, gte: 3 }', { valueField: 'path' }],
    [
      'value_count',
      '{ field: [path, method], gte: 3 }',
      { valueField: 'path', valueFields: ['path', 'method'] },
    ],
    [
      'value_sum',
      '{ field: responseBytes, gt: 1000000 }',
      { valueField: 'responseBytes', threshold: 1_000_000 },
    ],
    ['value_sum', '{ field: responseBytes, lt: -1.5 }', { operator: 'lt', threshold: -1.5 }],
    ['value_avg', '{ field: latencyMs, gt: 500.5 }', { threshold: 500.5 }],
    ['value_percentile', '{ field: latencyMs, percentile: 95, gt: 900 }', { percentile: 95 }],
    ['value_percentile', '{ field: userAgent, lte: 1 }', { operator: 'lte', threshold: 1 }],
    ['temporal', '', { operator: 'gte', threshold: 1 }],
  ])('%s with %s', (type, condition, expected) => {
    expect(parsed(correlation('c', body(type, condition)))).toMatchObject({ type, ...expected });
  });

  it('wants every rule where a temporal correlation has no condition', () => {
    expect(parsed(correlation('c', two('temporal_ordered')))).toMatchObject({
      ruleIds: ['id-denied', 'id-granted'],
      operator: 'gte',
      threshold: 2,
    });
  });

  it.each([
    ['30s', 30_000],
    ['90m', 5_400_000],
    ['24h', 86_400_000],
    ['30d', 2_592_000_000],
  ])('takes a timespan of %s', (timespan, timespanMs) => {
    expect(parsed(correlation('c', body('event_count', '{ gte: 3 }').replace('5m', timespan)))).toMatchObject(
      {
        timespanMs,
      },
    );
  });
});

describe('aliases', () => {
  it('give a name of a group its own field in the events of each rule', () => {
    const aliases = 'aliases: { caller: { denied: sourceIp, granted: principal } }';
    expect(
      parsed(correlation('c', two('temporal', '', aliases).replace('[principal]', '[caller]'))),
    ).toMatchObject({
      groupBy: ['caller'],
      aliases: { caller: { 'id-denied': 'sourceIp', 'id-granted': 'principal' } },
    });
  });

  it('are not needed where two log sources call one field differently', () => {
    const web = rule('web', 401, 'logsource: { category: webserver }', 'sc-status');
    const text = correlation(
      'c',
      two('temporal', '', 'aliases: { ip: { denied: sourceIp, web: c-ip } }')
        .replace('granted', 'web')
        .replace('[principal]', '[ip]'),
    );
    expect(parsed(web, text).aliases).toEqual({ ip: { 'id-denied': 'sourceIp', 'id-web': 'sourceIp' } });
  });

  it('reach through a correlation to the events that its firings rest on', () => {
    const inner = correlation('inner', body('event_count', '{ gte: 3 }'));
    const outer = correlation(
      'outer',
      two('temporal_ordered', '', 'aliases: { who: { inner: sourceIp, granted: principal } }')
        .replace('denied', 'inner')
        .replace('[principal]', '[who]'),
    );
    expect(parsed(inner, outer).aliases).toEqual({
      who: { 'id-denied': 'sourceIp', 'id-granted': 'principal' },
    });
  });
});

describe('chained correlations', () => {
  const inner = correlation('inner', body('event_count', '{ gte: 3 }'));
  const outer = correlation('outer', two('temporal_ordered').replace('denied', 'inner'));

  it('refer to correlations by name or id, in any order of the documents', () => {
    expect(parsed(inner, outer).ruleIds).toEqual(['id-inner', 'id-granted']);
    const { rules, problems } = parse(outer, inner);
    expect(problems).toEqual([]);
    expect(rules.map(({ id, alerts }) => [id, alerts ?? true])).toEqual([
      ['id-denied', false],
      ['id-granted', false],
      ['id-missing', true],
      ['id-outer', true],
      ['id-inner', false],
    ]);
  });

  it('leave the alerts of what they refer to where they say so', () => {
    const { rules } = parse(inner, `${outer}    generate: true\n`);
    expect(rules.map(({ id, alerts }) => [id, alerts ?? true])).toContainEqual(['id-inner', true]);
  });

  it('have a new content hash when a rule at the end of the chain changes', () => {
    const hash = (status: string) => parsed(inner, outer.replace('granted', status)).contentHash;
    expect(hash('granted')).toBe(parsed(inner, outer).contentHash);
    expect(hash('missing')).not.toBe(hash('granted'));
  });

  it('are refused when they come back to themselves', () => {
    const text = (name: string, other: string) =>
      correlation(name, body('event_count', '{ gte: 2 }').replace('denied', other));
    const problems = problemsOf(text('a', 'b'), text('b', 'c'), text('c', 'a'));
    expect(problems[0]).toMatch(/^a\.yml:\d+:\d+: the correlation refers to itself, through 'a'/);
    expect(parse(text('a', 'b'), text('b', 'c'), text('c', 'a')).rules).toHaveLength(3);
  });
});

describe('a correlation that cannot run', () => {
  const many = Array.from({ length: 17 }, (_, at) => rule(`r${at}`, 400 + at));
  const names = many.map((_, at) => `r${at}`).join(', ');
  it.each([
    [
      'an alias for a rule that is not its own',
      two('temporal', '', 'aliases: { x: { missing: path } }'),
      /'missing', which is not among/,
    ],
    [
      'an alias of a field that is not there',
      two('temporal', '', 'aliases: { x: { denied: pth } }').replace('[principal]', '[x]'),
      /no field 'pth'.*did you mean 'path'/,
    ],
    ['an alias that is no map', two('temporal', '', 'aliases: { x: path }'), /alias 'x' is not a map/],
    ['a rule listed twice', body('temporal', '').replace('[denied]', '[denied, denied]'), /listed twice/],
    [
      'a condition in words',
      two('temporal', 'denied and granted'),
      /no 'condition' map.*leave 'condition' out/,
    ],
    ['more rules than there are', two('temporal', '{ gte: 3 }'), /no number of the 2 rules meets/],
    [
      'bounds that exclude each other',
      body('event_count', '{ gt: 5, lt: 6 }'),
      /no number of events meets.*mend the bounds/,
    ],
    ['a wish for silence', body('event_count', '{ lt: 1 }'), /no number of events meets.*apigateway-minute/],
    ['a count that always holds', body('event_count', '{ gte: 0 }'), /holds without a single event/],
    ['a count of fractions', body('event_count', '{ gte: 1.5 }'), /not a whole number/],
    [
      'a sum that is no number',
      body('value_sum', '{ field: status, gte: "9" }'),
      /threshold is not a number/,
    ],
    ['a sum of two fields', body('value_sum', '{ field: [status, latencyMs], gte: 9 }'), /takes one field/],
    ['a sum of nothing', body('value_sum', '{ gte: 9 }'), /none is named/],
    ['a percentile of a count', body('event_count', '{ percentile: 5, gte: 9 }'), /only value_percentile/],
    [
      'a percentile beyond 100',
      body('value_percentile', '{ field: latencyMs, percentile: 101, gte: 9 }'),
      /from 0 to 100/,
    ],
    ['an unknown comparison', body('event_count', '{ gtee: 9 }'), /did you mean 'gte'/],
    [
      'a timespan that is too long',
      body('event_count', '{ gte: 9 }').replace('5m', '31d'),
      /longer than 30 days/,
    ],
    [
      'too many rules in order',
      body('temporal_ordered', '').replace('[denied]', `[${names}]`),
      /rests on 17 rules/,
    ],
  ])('is refused for %s, with the place and what would be right', (_, text, expected) => {
    const problems = problemsOf(...many, correlation('c', text));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^a\.yml:\d+:\d+: .+; .+/s);
    expect(problems[0]).toMatch(expected);
  });

  it('is refused for time spans that are too long together', () => {
    const inner = correlation('inner', body('event_count', '{ gte: 3 }').replace('5m', '20d'));
    const outer = correlation('outer', two('temporal').replace('denied', 'inner').replace('5m', '20d'));
    expect(problemsOf(inner, outer)[0]).toMatch(/longer than 30 days together/);
  });

  it('is refused for a sample of what a sample cannot tell', () => {
    const text = correlation('c', body('value_count', '{ field: path, lt: 30 }'));
    expect(problemsOf(`${text}gatewarden: { sample: 4 }\n`)[0]).toMatch(/a sample cannot tell/);
  });
});
