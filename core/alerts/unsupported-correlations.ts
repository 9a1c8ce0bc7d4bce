import { comparisonsOf, meetsCondition } from '../sigma/meets-condition.js';
import { type CorrelationRule, type RuleSource, TIMESPAN_MS_MAX } from '../sigma/rule-source.js';

/** A correlation that cannot be judged, and why. */
export interface UnsupportedCorrelation {
  readonly ruleId: string;
  readonly reason: string;
}

const TIMESPAN_MS_MIN = 1000;

/** Correlations in a bundle that `parseRules` would have refused: they would never end, never fire, or never stop. */
export function unsupportedCorrelations(rules: readonly RuleSource[]): readonly UnsupportedCorrelation[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return rules.flatMap((rule) => {
    const reason = rule.kind === 'correlation' ? reasonAgainst(rule, byId) : undefined;
    return reason === undefined ? [] : [{ ruleId: rule.id, reason }];
  });
}

function reasonAgainst(rule: CorrelationRule, rules: ReadonlyMap<string, RuleSource>): string | undefined {
  const comparisons = comparisonsOf(rule);
  if (!comparisons.every(({ threshold }) => Number.isFinite(threshold)))
    return 'the threshold is not a number';
  const isCount = !['value_sum', 'value_avg', 'value_percentile'].includes(rule.type);
  const isLowerBound = comparisons.every(({ operator }) => operator === 'gt' || operator === 'gte');
  if (isCount && isLowerBound && meetsCondition(comparisons, 0))
    return `condition "${rule.operator}: ${rule.threshold}" holds without a single event`;
  if (rule.timespanMs < TIMESPAN_MS_MIN) return 'the timespan is shorter than 1 second';
  if (rule.type.startsWith('value_') && rule.valueField === undefined)
    return `${rule.type} needs the field whose values are looked at`;
  if (rule.ruleIds.length === 0) return 'it refers to no rule';
  const reachMs = reachOf(rule, rules, new Set());
  if (reachMs === undefined) return 'it refers to itself';
  if (reachMs > TIMESPAN_MS_MAX) return 'the timespan, with those it refers to, is longer than 30 days';
  return undefined;
}

/** `undefined` where the chain comes back to itself. */
function reachOf(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  above: ReadonlySet<CorrelationRule>,
): number | undefined {
  if (above.has(rule)) return undefined;
  const within = new Set([...above, rule]);
  let most = 0;
  for (const id of rule.ruleIds) {
    const child = rules.get(id);
    const reach = child?.kind === 'correlation' ? reachOf(child, rules, within) : 0;
    if (reach === undefined) return undefined;
    most = Math.max(most, reach);
  }
  return rule.timespanMs + most;
}
