import type { ApiCall } from '../../core/calls/api-call.js';
import type { CorrelationRule } from '../../core/sigma/rule-source.js';

/**
 * Exact, slow reading of a correlation: does some window `(t − timespan, t]` that ends with a signal hold enough calls or
 * distinct values? Sampling is left out: it estimates the same number.
 */
export function firesExactly(rule: CorrelationRule, signals: readonly ApiCall[]): boolean {
  const groups = new Map<string, ApiCall[]>();
  for (const call of signals) {
    const key = groupKey(rule, call);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), call]);
  }
  return [...groups.values()].some((calls) => fires(rule, calls));
}

function fires(rule: CorrelationRule, calls: readonly ApiCall[]): boolean {
  const counts = new Map<string, number>();
  let from = 0;
  for (const call of calls) {
    const value = memberOf(rule, call);
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
    for (
      let oldest = calls[from];
      oldest !== undefined && oldest.timeMs <= call.timeMs - rule.timespanMs;
      oldest = calls[from]
    ) {
      const left = memberOf(rule, oldest) ?? '';
      const remaining = (counts.get(left) ?? 0) - 1;
      if (remaining > 0) counts.set(left, remaining);
      else counts.delete(left);
      from += 1;
    }
    if (holds(rule, counts.size)) return true;
  }
  return false;
}

function memberOf(rule: CorrelationRule, call: ApiCall): string | undefined {
  return rule.type === 'event_count' ? call.id : textOf(call, rule.valueField ?? '');
}

function groupKey(rule: CorrelationRule, call: ApiCall): string | undefined {
  if (call.principalKind === 'proxy' && rule.groupBy.includes('principal')) return undefined;
  const parts = rule.groupBy.map((field) => textOf(call, field));
  return parts.includes(undefined) ? undefined : JSON.stringify(parts);
}

function textOf(call: ApiCall, field: string): string | undefined {
  const value = Object.entries(call).find(([name]) => name === field)?.[1];
  return value === undefined || value === null ? undefined : String(value);
}

function holds({ operator, threshold }: CorrelationRule, count: number): boolean {
  if (operator === 'gt') return count > threshold;
  if (operator === 'gte') return count >= threshold;
  throw new Error(`no shipped rule uses '${operator}'`);
}
