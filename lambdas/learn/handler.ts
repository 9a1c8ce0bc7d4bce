import { type BudgetPorts, enforceBudgets } from '../../core/alerts/enforce-budgets.js';
import { Fault } from '../../core/fault.js';
import type { LearnPorts } from '../../core/inventory/learn.js';
import { learnAlone } from '../../core/inventory/learn-alone.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

export interface LearnHandlerDeps {
  readonly ports: LearnPorts;
  readonly budgets: BudgetPorts;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What the schedule is answered. */
export interface LearnAnswer {
  readonly hours: number;
  readonly folds: number;
  readonly published: string | undefined;
  readonly complete: boolean;
}

/** What the handler uses of Lambda's context. */
export interface TimeLeft {
  getRemainingTimeInMillis(): number;
}

/** Left for learning templates, publishing and the cursor once folding has to end. */
const RESERVED_MS = 60_000;

/** Segments and markers live at least so long. */
const OLDEST_MS = 7 * 24 * 3_600_000;

/**
 * Runs `learn` once, unless another run is under way; woken hourly, by hand or by a retry alike, for the event does not matter. One stage-hour that cannot be folded
 * does not stop the others, but the invocation then fails, so that the error alarm rings, and the next run tries it again.
 */
export function createLearnHandler(
  deps: LearnHandlerDeps,
): (event: unknown, context: TimeLeft) => Promise<LearnAnswer> {
  const { ports, budgets, clock, telemetry } = deps;
  return async (_event, context) => {
    const nowMs = clock.nowMs();
    // First, for it takes little time, and folding may take all there is.
    for (const { ruleId, reason } of await enforceBudgets(budgets, nowMs))
      telemetry.warn('rule.demoted', { rule: ruleId, reason });
    const report = await learnAlone(ports, {
      nowMs,
      oldestMs: nowMs - OLDEST_MS,
      hasTime: () => context.getRemainingTimeInMillis() > RESERVED_MS,
    });
    if (report === undefined) {
      telemetry.info('learn.busy', {});
      return { hours: 0, folds: 0, published: undefined, complete: false };
    }
    const { hours, folds, failures, published, tooLarge, complete } = report;
    for (const { apiId, stage, hourMs, error } of failures) {
      telemetry.error('fold.failed', { apiId, stage, hour: new Date(hourMs).toISOString() }, error);
    }
    telemetry.count(
      'learned',
      { FoldedHours: hours, FoldFailures: failures.length },
      {},
      { published, complete },
    );
    if (failures.length > 0)
      throw new Fault('store.failed', { foldsFailed: failures.length }, { cause: failures[0]?.error });
    // Folded is folded; the error alarm rings for what is learned and not in force.
    if (tooLarge !== undefined) throw tooLarge;
    return { hours, folds, published, complete };
  };
}
