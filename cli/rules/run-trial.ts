import { randomBytes } from 'node:crypto';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { budgetOf } from '../../core/alerts/life-cycle.js';
import { type BacktestReport, backtest, type RuleOutcome } from '../../core/backtest/backtest.js';
import type { ConfiguredRule } from '../../core/bundle.js';
import { DEFAULT_SETTINGS } from '../../core/settings/settings.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { decodeSegment } from '../../core/trail/segment.js';
import type { CliIo } from '../cli-io.js';
import { memoryCeiling } from '../memory-ceiling.js';
import { progressLine } from '../progress-line.js';
import type { Installation } from './installation.js';
import type { Trial } from './trial.js';

/** What one rule would have done, and what is bearable. */
export interface TriedRule extends RuleOutcome {
  readonly rule: RuleSource;
  readonly entry: ConfiguredRule;
  readonly budget: number;
  readonly isWithin: boolean;
}

export interface TrialOutcome extends Omit<BacktestReport, 'rules'>, Pick<Trial, 'skipped'> {
  readonly rules: readonly TriedRule[];
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly elapsedMs: number;
}

/** Runs the rules over the trail, and keeps the figures for whoever promotes them. */
export async function runTrial(
  trial: Trial,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
  { stores, feed }: Installation,
  io: CliIo,
): Promise<TrialOutcome> {
  const startedMs = io.nowMs();
  const progress = progressLine(io);
  const relieve = memoryCeiling();
  const { re2Engine } = await import('../../adapters/regex/re2-engine.js');
  const report = await backtest(
    {
      trail: stores.trail,
      decodeSegment: (bytes) => {
        relieve();
        return decodeSegment(bytes, nodeCompression);
      },
    },
    {
      ...trial,
      sinceMs,
      untilMs,
      feed,
      digest: nodeDigest,
      regex: re2Engine,
      samplingKey: await stores.state.secret('sampling', randomBytes(16).toString('hex')),
      onProgress: (done, calls) => progress.show(done, `${calls.toLocaleString('en')} calls`),
    },
  );
  progress.clear();
  const rules = report.rules.flatMap((outcome) => tried(trial, outcome));
  for (const { rule, entry, rate } of rules)
    await stores.state.putBacktest({
      ...rate,
      ruleId: rule.id,
      contentHash: entry.contentHash,
      ranAs: rule.contentHash,
      atMs: startedMs,
      sinceMs,
      untilMs,
      calls: report.calls,
    });
  return {
    ...report,
    rules,
    skipped: trial.skipped,
    sinceMs,
    untilMs,
    elapsedMs: io.nowMs() - startedMs,
  };
}

function tried({ after, tested }: Trial, outcome: RuleOutcome): readonly TriedRule[] {
  const rule = tested.rules.get(outcome.ruleId);
  const entry = after.configuration?.configured.find(({ id }) => id === outcome.ruleId);
  if (rule === undefined || entry === undefined) return [];
  const budget = budgetOf(rule, after.settings.budgets ?? DEFAULT_SETTINGS.budgets);
  return [{ ...outcome, rule, entry, budget, isWithin: outcome.rate.upperBound <= budget }];
}
