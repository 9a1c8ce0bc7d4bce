import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { parseRules } from '../../../../core/sigma/parse-rules.js';
import { checkRuleCases } from '../../../../core/sigma/rule-cases.js';
import { firesExactly } from '../../../rules/sliding-window.js';

const RULES = `title: Denied
name: denied
logsource: { product: aws, service: apigateway }
detection: { s: { status: 403 }, condition: s }
---
title: Many denied
name: many
correlation: { type: value_count, rules: [denied], group-by: [principal], timespan: 1m, condition: { field: path, gte: 3 } }
`;

function failures(cases: string): readonly string[] {
  const { rules, problems } = parseRules([{ name: 'denied.yml', text: RULES }], { digest: nodeDigest });
  expect(problems).toEqual([]);
  const ruleSet = compileRules(rules, undefined);
  return checkRuleCases({ name: 'denied.calls.yml', text: cases, rules, ruleSet, fires: firesExactly })
    .failures;
}

const walk = (as: string, repeat: number, every: string) =>
  `    - { about: walk ${repeat}, as: ${as}, calls: [{ repeat: ${repeat}, every: ${every}, call: { status: 403, path: '/p/<n>' } }] }\n`;
const GOOD = `sequences:\n${walk('match', 3, '10s')}${walk('look-alike', 3, '31s')}`;

describe('the cases of a rule', () => {
  it('pass when the rule does what they say', () => {
    expect(failures(GOOD)).toEqual([]);
  });

  it.each([
    [
      'a match that the rule misses',
      `${GOOD}${walk('match', 2, '1s')}`,
      /"Many denied" misses the match "walk 2"/,
    ],
    [
      'a look-alike that the rule fires on',
      `${GOOD}${walk('look-alike', 9, '1s')}`,
      /"Many denied" fires on the look-alike "walk 9"/,
    ],
    [
      'a call that the rule misses',
      `calls: [{ about: ok, as: match, call: { status: 200 } }]\n${GOOD}`,
      /"Denied" misses the match "ok"/,
    ],
    [
      'a rule without a look-alike',
      `sequences:\n${walk('match', 3, '1s')}`,
      /"Many denied" has no look-alike/,
    ],
    [
      'a field that calls do not have',
      `calls: [{ about: x, as: match, call: { statsu: 403 } }]\n${GOOD}`,
      /cannot set 'statsu'; did you mean 'status'/,
    ],
    [
      'a value of the wrong type',
      `calls: [{ about: x, as: match, call: { status: many } }]\n${GOOD}`,
      /'status'/,
    ],
    ['a role that there is not', `calls: [{ about: x, as: maybe, call: {} }]\n${GOOD}`, /calls\.0\.as/],
    ['a file that is no YAML', 'calls: [', /denied\.calls\.yml/],
  ])('report %s', (_, cases, expected) => {
    expect(failures(cases).join('\n')).toMatch(expected);
  });
});
