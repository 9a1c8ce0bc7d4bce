import type { Budgets } from '../settings/settings.js';
import { budgetOf } from './life-cycle.js';

const DAY_MS = 86_400_000;
/** One bad day may be an attack, and two a weekend of it; three running are the rule's own doing. */
export const DAYS_RUNNING = 3;

/** An active rule as it runs. */
export interface WatchedRule {
  readonly id: string;
  readonly name: string | undefined;
  /** Of the rule as it runs (`Alert.ruleHash`): alerts of other thresholds are not its own. */
  readonly runsAs: string;
  /** When somebody last decided about it, epoch ms; `undefined` where nobody did. */
  readonly decidedMs: number | undefined;
}

/** Alerts of one UTC day, by the `ruleHash` they carry. */
export type AlertsOfDay = ReadonlyMap<string, number>;

export interface BrokenBudget<R extends WatchedRule> {
  readonly rule: R;
  readonly budget: number;
  /** Of the last days, newest first. */
  readonly alerts: readonly number[];
}

/**
 * The rules that were over their budget on each of these days, newest first, the last of which ended with `todayMs`. A rule
 * that somebody made active meanwhile is let be until it has had its days. Given fewer than `DAYS_RUNNING` days it tells which
 * rules may still turn out so.
 */
export function brokenBudgets<R extends WatchedRule>(
  rules: readonly R[],
  days: readonly AlertsOfDay[],
  { todayMs, budgets }: { readonly todayMs: number; readonly budgets: Budgets },
): readonly BrokenBudget<R>[] {
  return rules.flatMap((rule) => {
    const { runsAs, decidedMs } = rule;
    if (decidedMs !== undefined && decidedMs > todayMs - DAYS_RUNNING * DAY_MS) return [];
    const budget = budgetOf(rule, budgets);
    const alerts = days.map((day) => day.get(runsAs) ?? 0);
    return alerts.every((count) => count > budget) ? [{ rule, budget, alerts }] : [];
  });
}
