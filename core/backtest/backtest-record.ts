import type { AlertRate } from '../alerts/life-cycle.js';

/** What is kept of a backtest, for the decision to promote a rule: one for each rule and content, the newest. */
export interface BacktestRecord extends AlertRate {
  readonly ruleId: string;
  /** Of the rule as written (`ConfiguredRule.contentHash`). */
  readonly contentHash: string;
  /** Of the rule as it ran, with the thresholds and allow lists of that day: with others it says nothing. */
  readonly ranAs: string;
  readonly atMs: number;
  /** The time looked at, epoch ms. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly calls: number;
}
