import type { CorrelationRule, RuleSource } from '../../../../core/sigma/rule-source.js';
import { correlation, eventRule } from './samples.js';

const MINUTE = 60_000;
let made = 0;

function rule(id: string, overrides: Partial<CorrelationRule>): CorrelationRule {
  made += 1;
  return correlation({
    id,
    title: id,
    contentHash: made.toString(16).padStart(32, '0'),
    ruleIds: ['a'],
    groupBy: ['user'],
    timespanMs: 5 * MINUTE,
    threshold: 3,
    ...overrides,
  });
}

const EVENT_RULES = ['a', 'b', 'c'].map((id) =>
  eventRule({ id, title: id, contentHash: `${id}0`.repeat(16) }),
);

/** Correlations of every type, monotone and not, alone and in chains, over the rules `a`, `b` and `c`. */
export const EVERY_TYPE: readonly (readonly [string, readonly RuleSource[]])[] = (
  [
    ['event_count', [rule('r', { ruleIds: ['a', 'b'] })]],
    ['event_count gt', [rule('r', { operator: 'gt', threshold: 2, groupBy: [] })]],
    [
      'event_count in a range',
      [rule('r', { operator: 'gte', threshold: 2, also: [{ operator: 'lt', threshold: 4 }] })],
    ],
    ['event_count lt', [rule('r', { operator: 'lt', threshold: 2 })]],
    ['event_count eq', [rule('r', { operator: 'eq', threshold: 2, ruleIds: ['a', 'b'] })]],
    ['event_count neq', [rule('r', { operator: 'neq', threshold: 1 })]],
    ['value_count', [rule('r', { type: 'value_count', valueField: 'text', ruleIds: ['a', 'b'] })]],
    [
      'value_count of two fields',
      [rule('r', { type: 'value_count', valueField: 'text', valueFields: ['text', 'size'] })],
    ],
    [
      'value_count lte',
      [rule('r', { type: 'value_count', valueField: 'text', operator: 'lte', threshold: 2 })],
    ],
    ['value_sum', [rule('r', { type: 'value_sum', valueField: 'size', threshold: 40, ruleIds: ['a', 'b'] })]],
    ['value_sum lt', [rule('r', { type: 'value_sum', valueField: 'size', operator: 'lt', threshold: 0.5 })]],
    ['value_avg', [rule('r', { type: 'value_avg', valueField: 'size', operator: 'gt', threshold: 12.5 })]],
    [
      'value_percentile',
      [rule('r', { type: 'value_percentile', valueField: 'size', percentile: 75, threshold: 15 })],
    ],
    [
      'value_percentile of shares',
      [rule('r', { type: 'value_percentile', valueField: 'text', operator: 'lte', threshold: 34 })],
    ],
    ['temporal', [rule('r', { type: 'temporal', ruleIds: ['a', 'b', 'c'] })]],
    ['temporal, two of three', [rule('r', { type: 'temporal', ruleIds: ['a', 'b', 'c'], threshold: 2 })]],
    [
      'temporal eq',
      [rule('r', { type: 'temporal', ruleIds: ['a', 'b', 'c'], operator: 'eq', threshold: 1 })],
    ],
    ['temporal_ordered', [rule('r', { type: 'temporal_ordered', ruleIds: ['c', 'a', 'b'] })]],
    [
      'temporal_ordered, two of three',
      [rule('r', { type: 'temporal_ordered', ruleIds: ['a', 'b', 'c'], threshold: 2 })],
    ],
    [
      'temporal_ordered with aliases',
      [
        rule('r', {
          type: 'temporal_ordered',
          ruleIds: ['a', 'b'],
          threshold: 2,
          groupBy: ['who'],
          aliases: { who: { a: 'user', b: 'text' } },
        }),
      ],
    ],
    [
      'a burst, then a success',
      [
        rule('burst', { alerts: false }),
        rule('r', {
          type: 'temporal_ordered',
          ruleIds: ['burst', 'c'],
          threshold: 2,
          timespanMs: 3 * MINUTE,
        }),
      ],
    ],
    [
      'a chain whose inner groups are finer',
      [
        rule('burst', {
          alerts: false,
          groupBy: ['user', 'text'],
          threshold: 2,
          timespanMs: 15 * MINUTE,
        }),
        rule('r', { ruleIds: ['burst'], threshold: 2, timespanMs: 20 * MINUTE }),
      ],
    ],
    [
      'a chain on what can turn false',
      [
        rule('few', { alerts: false, operator: 'lt', threshold: 3 }),
        rule('r', { ruleIds: ['few'], threshold: 2, timespanMs: 15 * MINUTE }),
      ],
    ],
    [
      'a chain of three, inner values and all',
      [
        rule('large', { alerts: false, type: 'value_sum', valueField: 'size', threshold: 20 }),
        rule('both', {
          alerts: false,
          type: 'temporal',
          ruleIds: ['large', 'b'],
          threshold: 2,
          groupBy: ['user', 'text'],
        }),
        rule('r', { ruleIds: ['both', 'c'], threshold: 2, timespanMs: 10 * MINUTE }),
      ],
    ],
  ] satisfies (readonly [string, readonly RuleSource[]])[]
).map(
  ([name, rules]) => [name, [...EVENT_RULES.map((each) => ({ ...each, alerts: false })), ...rules]] as const,
);
