import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { correlator } from '../../../../cli/rules/fires-on.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { parseRules } from '../../../../core/sigma/parse-rules.js';
import { checkRuleCases } from '../../../../core/sigma/rule-cases.js';

const RULE = `title: slow
id: slow
logsource: { product: aws, service: apigateway-minute }
detection: { s: { p95LatencyMs|gte: 5000 }, condition: s }
`;
const COUNTED = `${RULE}---
title: slow for long
id: long
correlation: { type: event_count, rules: [slow], group-by: [apiId], timespan: 10m, condition: { gte: 3 } }
`;

function failuresOf(rule: string, cases: string): readonly string[] {
  const { rules, problems } = parseRules([{ name: 'r.yml', text: rule }], { digest: nodeDigest });
  expect(problems).toEqual([]);
  const ruleSet = compileRules(rules, undefined);
  const { onCalls: fires, onRecords: firesOnRecords } = correlator(rules);
  return checkRuleCases({ name: 'r', text: cases, rules, ruleSet, fires, firesOnRecords }).failures;
}

const slow = 'event: { apiId: a, p95LatencyMs: 9000 }';
const fast = 'event: { apiId: a, p95LatencyMs: 90 }';

describe('the events beside a rule over plain JSON', () => {
  it('pass where the rule does what they say', () => {
    const cases = `events: [{ about: m, as: match, ${slow} }, { about: l, as: look-alike, ${fast} }]`;
    expect(failuresOf(RULE, cases)).toEqual([]);
  });

  it.each([
    [
      'a match that is missed',
      `events: [{ about: m, as: match, ${fast} }, { about: l, as: look-alike, ${fast} }]`,
      /misses the match "m"/,
    ],
    [
      'a look-alike that fires',
      `events: [{ about: m, as: match, ${slow} }, { about: l, as: look-alike, ${slow} }]`,
      /fires on the look-alike "l"/,
    ],
    ['no look-alike', `events: [{ about: m, as: match, ${slow} }]`, /has no look-alike/],
    ['calls in place of events', 'calls: []', /calls/],
  ])('fail on %s', (_, cases, failure) => {
    expect(failuresOf(RULE, cases).join('\n')).toMatch(failure);
  });

  it('are put into an order of time for correlations', () => {
    const cases = (every: string): string =>
      `sequences: [{ about: m, as: match, events: [{ repeat: 3, every: ${every}, ${slow} }] }, { about: l, as: look-alike, events: [{ repeat: 2, ${slow} }] }]`;
    expect(failuresOf(COUNTED, cases('1m'))).toEqual([]);
    expect(failuresOf(COUNTED, cases('20m')).join()).toMatch(/misses the match "m"/);
    expect(failuresOf(COUNTED, cases('often')).join()).toMatch(/a time is not written as/);
  });
});
