import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';
import { sampleCall } from './sample-call.js';

const CALLS = '{ product: aws, service: apigateway }';
const rule = (id: string, logsource = CALLS, field = 'status: 404') =>
  `title: Rule ${id}\nid: ${id}\nname: name_${id}\nlogsource: ${logsource}\ndetection: { s: { ${field} }, condition: s }\n`;
const filter = (rules: string, condition = 'selection', logsource = CALLS, field = 'principal: scanner') =>
  `title: Our scanner\nlogsource: ${logsource}\nfilter:\n    rules: ${rules}\n    selection: { ${field} }\n    condition: ${condition}\n`;
const parse = (...documents: readonly string[]) =>
  parseRules([{ name: 'f.yml', text: documents.join('---\n') }], { digest: nodeDigest });

/** Ids of the rules that a missing object, asked for by this principal, matches. */
function matched(principal: string, ...documents: readonly string[]): readonly string[] {
  const { rules, problems } = parse(...documents);
  expect(problems.map(describeProblem)).toEqual([]);
  return compileRules(rules, undefined)
    .match(sampleCall({ status: 404, principal }))
    .map(({ id }) => id);
}

describe('a filter', () => {
  it.each([
    ['by id', '[a]', ['b']],
    ['by name', '[name_b]', ['a']],
    ['by several', '[a, name_b]', []],
    ['by log source', 'any', []],
  ])('suppresses what it selects, in the rules it names %s', (_, rules, left) => {
    const documents = [rule('a'), rule('b'), filter(rules)];
    expect(matched('scanner', ...documents)).toEqual(left);
    expect(matched('other', ...documents)).toEqual(['a', 'b']);
  });

  it('may stand before the rules, and in another file', () => {
    const { rules, problems } = parseRules(
      [
        { name: '1.yml', text: filter('[a]') },
        { name: '2.yml', text: rule('a') },
      ],
      { digest: nodeDigest },
    );
    expect(problems).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(['a']);
    expect(compileRules(rules, undefined).match(sampleCall({ status: 404, principal: 'scanner' }))).toEqual(
      [],
    );
  });

  it('means the same where its condition is written negated', () => {
    const documents = [rule('a'), filter('[a]', 'not selection')];
    expect(matched('scanner', ...documents)).toEqual([]);
    expect(matched('other', ...documents)).toEqual(['a']);
  });

  it('joins others of the same rule', () => {
    const documents = [rule('a'), filter('[a]'), filter('any', 'selection', CALLS, 'principal: crawler')];
    expect(['scanner', 'crawler', 'x'].map((who) => matched(who, ...documents).length)).toEqual([0, 0, 1]);
  });

  it('reads its fields as each rule does that it is put on', () => {
    const documents = [
      rule('a', '{ category: webserver }', 'sc-status: 404'),
      filter('any', 'selection', '{ category: webserver }', 'cs-username: scanner'),
    ];
    expect(matched('scanner', ...documents)).toEqual([]);
  });

  it('leaves rules of other log sources alone', () => {
    const documents = [rule('a'), rule('b', '{ category: webserver }', 'sc-status: 404'), filter('any')];
    expect(matched('scanner', ...documents)).toEqual(['b']);
  });

  it('gives the rules it changes a new content hash, and no others', () => {
    const hashes = (...documents: readonly string[]) =>
      parse(...documents).rules.map((one) => one.contentHash);
    const [a, b] = hashes(rule('a'), rule('b'));
    const [filteredA, filteredB] = hashes(rule('a'), rule('b'), filter('[a]'));
    expect(filteredA).not.toBe(a);
    expect(filteredB).toBe(b);
    expect(hashes(rule('a'), rule('b'), filter('[a]', 'selection', CALLS, 'principal: x'))[0]).not.toBe(
      filteredA,
    );
  });

  it.each([
    [
      'names a rule that is not there',
      [rule('a'), filter('[name_c]')],
      /f\.yml:\d+:12: no rule has .*'name_c'.*did you mean 'name_a'/,
    ],
    ['names nothing', [rule('a'), filter('[]')], /the filter names no rules.*rules: any/],
    [
      'is for a log source without rules',
      [rule('a'), filter('any', 'selection', '{ category: proxy }')],
      /no rule of the log source of this filter/,
    ],
    [
      'names a rule of another log source',
      [rule('a'), filter('[a]', 'selection', '{ category: proxy }')],
      /'a' has another log source/,
    ],
    [
      'names a correlation',
      [
        rule('a'),
        'title: C\nid: c\ncorrelation: { type: event_count, rules: [a], group-by: [apiId], timespan: 5m, condition: { gte: 3 } }\n',
        filter('[c]'),
      ],
      /'c' is a correlation.*name name_a/,
    ],
    [
      'names a field that calls do not have',
      [rule('a'), filter('[a]', 'selection', CALLS, 'principle: x')],
      /no field 'principle'.*'principal'/,
    ],
    [
      'has no condition',
      [rule('a'), filter('[a]').replace(/ {4}condition.*\n/, '')],
      /the filter has no 'condition'/,
    ],
    [
      'has no log source',
      [rule('a'), filter('[a]').replace(/logsource.*\n/, '')],
      /the filter has no 'logsource' map/,
    ],
  ] satisfies [string, readonly string[], RegExp][])('is refused when it %s', (_, documents, expected) => {
    const { rules, problems } = parse(...documents);
    expect(problems.map(describeProblem).join('\n')).toMatch(expected);
    expect(problems).toHaveLength(1);
    expect(rules.filter(({ kind }) => kind === 'event').map(({ id }) => id)).toEqual(['a']);
  });
});
