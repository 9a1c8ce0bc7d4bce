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
 * Judges all windows that the watermark has passed. A span is taken off the list only if it was not touched since before
 * it was read, else it is judged again: so whatever comes at the same time, the last judgement has seen all of it. May
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
  for (;;) {
    const due = await writer.stores.windows.due(watermarkMs, PAGE);
    // The list is eventually consistent: what was done a moment ago may still be on it.
    const fresh = due.filter((key) => !done.has(nameOf(key)));
    for (const key of fresh) {
      recorded.push(...(await close(writer, byHash.get(key.ruleHash), key)));
      done.add(nameOf(key));
    }
    if (fresh.length === 0 || due.length < PAGE) return recorded;
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
