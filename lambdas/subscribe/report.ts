import type { Telemetry } from '../../core/ports/telemetry.js';
import type { WalkResult } from './reconcile.js';
import { countOf } from './tally.js';

export interface RunReport extends WalkResult {
  readonly trigger: 'Create' | 'Update' | 'Delete' | 'hourly';
  readonly round: number;
}

/**
 * One line a run that is also a metric, and one for each group that somebody may have to look at.
 * `GroupsUnsubscribable`: no free slot, name taken, class without subscriptions. `GroupsFailed`: denied, not permitted,
 * faults. `GroupsUnfinished`: 1 when time ran out before the last group.
 */
export function reportRun(telemetry: Telemetry, stack: string, report: RunReport): void {
  const { tally, trigger, round, continueAfter } = report;
  const counts = {
    GroupsSubscribed: countOf(tally, 'subscribed', 'put'),
    GroupsUnsubscribable: countOf(tally, 'slots-full', 'name-taken', 'unsupported-class'),
    GroupsFailed: countOf(tally, 'not-permitted', 'put-failed', 'removal-failed'),
    GroupsMissing: countOf(tally, 'missing'),
    GroupsUnfinished: continueAfter === undefined ? 0 : 1,
  };
  telemetry.count('subscriptions.reconciled', counts, { Stack: stack }, { trigger, round, ...tally.counts });
  for (const { group, outcome, error } of tally.problems) {
    telemetry.warn('subscriptions.problem', { group, outcome, error });
  }
}
