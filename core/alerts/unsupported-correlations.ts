import type { CorrelationRule, RuleSource } from '../sigma/rule-source.js';

/** A correlation that cannot be judged, and why. */
export interface UnsupportedCorrelation {
  readonly ruleId: string;
  readonly reason: string;
}

/** State of a window lives as long as its time span and the lateness horizon; beyond this it is a job for the trail. */
const TIMESPAN_MS_MAX = 30 * 86_400_000;
const TIMESPAN_MS_MIN = 1000;

/**
 * Correlations that must be refused when rules are compiled: conditions that more events can turn false again (`lt`, `lte`,
 * `eq`, `neq`) can be judged only once a window is closed, and those that hold without any event never end.
 */
export function unsupportedCorrelations(rules: readonly RuleSource[]): readonly UnsupportedCorrelation[] {
  return rules.flatMap((rule) => {
    const reason = rule.kind === 'correlation' ? reasonAgainst(rule) : undefined;
    return reason === undefined ? [] : [{ ruleId: rule.id, reason }];
  });
}

function reasonAgainst(rule: CorrelationRule): string | undefined {
  if (rule.operator !== 'gt' && rule.operator !== 'gte')
    return `condition "${rule.operator}" can be judged only when the window is closed; use "gt" or "gte"`;
  if (!Number.isFinite(rule.threshold)) return 'the threshold is not a number';
  if (rule.operator === 'gt' ? rule.threshold < 0 : rule.threshold <= 0)
    return `condition "${rule.operator}: ${rule.threshold}" holds without a single event`;
  if (rule.timespanMs < TIMESPAN_MS_MIN) return 'the timespan is shorter than 1 second';
  if (rule.timespanMs > TIMESPAN_MS_MAX) return 'the timespan is longer than 30 days';
  if (rule.type === 'value_count' && rule.valueField === undefined)
    return 'value_count needs the field whose values are counted';
  if (rule.ruleIds.length === 0) return 'it refers to no rule';
  return undefined;
}
