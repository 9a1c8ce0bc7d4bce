import type { RuleState } from '../bundle.js';
import type { Budgets } from '../settings/settings.js';
import { poissonUpperBound } from './poisson-bound.js';

export const RULE_STATES = ['draft', 'shadow', 'active'] as const satisfies readonly RuleState[];

/** A decision about a rule of exactly this content: a changed rule is another one, and starts again. */
export interface LifeCycleRecord {
  readonly ruleId: string;
  /** Of the rule as written (`ConfiguredRule.contentHash`). */
  readonly contentHash: string;
  readonly state: RuleState;
  readonly atMs: number;
  /** Who decided. */
  readonly by: string;
  /** Past the budget, or without a backtest. */
  readonly forced: boolean;
  /** Why it was demoted without anybody's doing; absent from people's decisions. */
  readonly reason?: string | undefined;
}

/** What a backtest says of a rule's alerts a day. */
export interface AlertRate {
  readonly alerts: number;
  /** Days that calls really covered. */
  readonly exposureDays: number;
  /** On average. */
  readonly perDay: number;
  /** With 95 % confidence (`poissonUpperBound`); infinite where no calls were seen. */
  readonly upperBound: number;
}

export type Transition =
  | { readonly kind: 'allowed'; readonly to: RuleState }
  | { readonly kind: 'refused'; readonly reason: string };

export interface Promotion {
  readonly from: RuleState;
  readonly rate: AlertRate | undefined;
  /** Alerts a day that are bearable. */
  readonly budget: number;
  readonly force: boolean;
}

/**
 * The next state up: `draft → shadow → active`. Shadow announces nothing, so anything may go there; what announces must
 * have shown that it stays within its budget, unless somebody takes that upon himself.
 */
export function promote({ from, rate, budget, force }: Promotion): Transition {
  if (from === 'draft') return { kind: 'allowed', to: 'shadow' };
  if (from === 'active') return { kind: 'refused', reason: 'it is active already: there is no higher state' };
  if (force) return { kind: 'allowed', to: 'active' };
  if (rate === undefined)
    return {
      kind: 'refused',
      reason:
        'no backtest of its present content is known: run gatewarden rules backtest first, or promote with --force, which the trail records',
    };
  if (rate.upperBound > budget)
    return {
      kind: 'refused',
      reason: `${boundText(rate)}, its budget is ${budget}: ${remedyOf(rate, budget)}`,
    };
  return { kind: 'allowed', to: 'active' };
}

function boundText({ alerts, exposureDays, upperBound }: AlertRate): string {
  const seen = `its backtest saw ${alerts} alerts in ${exposureDays.toFixed(1)} days of calls`;
  return Number.isFinite(upperBound)
    ? `${seen}, which bounds it at ${upperBound.toFixed(1)} alerts a day`
    : `${seen}, which bounds nothing`;
}

/** What would bring the bound below the budget. */
function remedyOf({ exposureDays, perDay }: AlertRate, budget: number): string {
  const others = 'raise the budget, or use --force, which the trail records';
  if (budget <= 0) return others;
  const daysForNone = poissonUpperBound(0, 1) / budget;
  if (exposureDays < daysForNone)
    return `not even silence would tell in so little time: backtest over at least ${daysForNone.toFixed(1)} days of calls, ${others}`;
  if (perDay <= budget) return `backtest over more days, tune it, ${others}`;
  return `tune its threshold or allow list, ${others}`;
}

/** The next state down. */
export function demote(from: RuleState): Transition {
  if (from === 'active') return { kind: 'allowed', to: 'shadow' };
  if (from === 'shadow') return { kind: 'allowed', to: 'draft' };
  return { kind: 'refused', reason: 'it is a draft already: there is no lower state' };
}

/** The rule's own budget by id or name, else what holds for all. */
export function budgetOf(
  rule: { readonly id: string; readonly name: string | undefined },
  budgets: Budgets,
): number {
  for (const key of [rule.id, rule.name])
    if (key !== undefined && Object.hasOwn(budgets.rules, key))
      return budgets.rules[key] ?? budgets.alertsPerDay;
  return budgets.alertsPerDay;
}
