import type { WindowKey, WindowSpan } from '../ports/window-store.js';
import type { Plan } from './plan-rules.js';
import type { AlertWriter, RecordedAlert } from './record-alert.js';
import { judgeSlot } from './record-signals.js';
import type { SignalPlan } from './signal-plan.js';

/**
 * How far the watermark stays behind the newest event: CloudWatch Logs hands a line on within seconds, a Kinesis buffer within
 * one or two minutes, a retry after a failed invocation within one or two more. What comes later is judged again, so this
 * decides only how often an alert is taken back, never what holds in the end.
 */
export const CLOSE_DELAY_MS = 5 * 60_000;

/** Spans looked at in one request. */
const PAGE = 100;

/**
 * Spans of unknown rules that are left on the list. More than these are of rules that are gone, and are taken off: looking
 * past them costs a read each time.
 */
const LEFT_MAX = 1000;

/**
 * Judges all windows that the watermark has passed. A span is taken off the list only if it was not touched since before
 * it was read, else it is judged again: so whatever comes at the same time, the last judgement has seen all of it. One whose
 * rule is not known here stays on the list until it expires: another container may have the newer bundle that knows it. May
 * be called at any time, by many at once; a crash leaves what was not done on the list.
 */
export async function closeWindows(
  writer: AlertWriter,
  plans: readonly Plan[],
  watermarkMs: number,
): Promise<readonly RecordedAlert[]> {
  const byHash = new Map(
    plans.flatMap((plan) =>
      plan.kind === 'signals' && plan.judged === 'when-closed'
        ? [[plan.rule.contentHash, plan] as const]
        : [],
    ),
  );
  const recorded: RecordedAlert[] = [];
  const done = new Set<string>();
  let left = 0;
  for (;;) {
    const limit = PAGE + left;
    const due = await writer.stores.windows.due(watermarkMs, limit);
    // The list is eventually consistent: what was done a moment ago may still be on it.
    const fresh = due.filter((key) => !done.has(nameOf(key)));
    for (const key of fresh) {
      const plan = byHash.get(key.ruleHash);
      if (plan === undefined && left < LEFT_MAX) left += 1;
      else recorded.push(...(await close(writer, plan, key)));
      done.add(nameOf(key));
    }
    if (fresh.length === 0 || due.length < limit) return recorded;
  }
}

async function close(
  writer: AlertWriter,
  plan: SignalPlan | undefined,
  key: WindowKey,
): Promise<readonly RecordedAlert[]> {
  const { windows } = writer.stores;
  const recorded: RecordedAlert[] = [];
  for (;;) {
    const span = await windows.read(key);
    // A rule that is gone, and a span that has expired, are not judged any more.
    const isGone = plan === undefined || isEmpty(span);
    if (!isGone) {
      const subject = { plan, group: span.group, groupHash: key.groupHash };
      recorded.push(...(await judgeSlot(writer, subject, key.spanStartMs, [])));
    }
    if (await windows.closed(key, isGone ? undefined : span.revision)) return recorded;
    if (isGone) return recorded;
  }
}

function isEmpty({ buckets, revision }: WindowSpan): boolean {
  return buckets.size === 0 && revision === 0;
}

function nameOf({ ruleHash, groupHash, spanStartMs }: WindowKey): string {
  return `${ruleHash}#${groupHash}#${spanStartMs}`;
}
