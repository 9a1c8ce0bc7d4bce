import type { WindowKey, WindowSpan } from '../ports/window-store.js';
import { closesAtMs, judgeSignals, spansOfSlot } from './judge-signals.js';
import type { PendingSignalGroup, PendingSignals } from './pending-windows.js';
import { type AlertWriter, type RecordedAlert, recordAlert } from './record-alert.js';
import type { SettledSignals } from './settled-signals.js';
import type { SignalPlan } from './signal-plan.js';
import { toSignalSpan } from './signal-span.js';
import { type AlertSubject, alertId } from './to-alert.js';
import type { WindowEvent } from './window-event.js';

export interface RecordSignalsInput extends AlertWriter {
  readonly groups: readonly PendingSignalGroup[];
  readonly settled: SettledSignals;
  /** Epoch seconds until which the state of a span is kept. */
  readonly windowExpiresAt: (spanEndMs: number, timespanMs: number) => number;
  /** Wall clock, epoch ms: no watermark is ahead of it. */
  readonly nowMs: number;
}

/**
 * Writes the signals of a payload, then judges the slots they can decide; or, where the plan waits for the watermark,
 * leaves word in the span that it is to be judged. As in `recordWindows`, a level is tested and not an edge, after all
 * writes, whatever an earlier delivery has done.
 */
export async function recordSignals(input: RecordSignalsInput): Promise<readonly RecordedAlert[]> {
  const recorded = await Promise.all(input.groups.map((group) => recordGroup(input, group)));
  return recorded.flat();
}

async function recordGroup(
  input: RecordSignalsInput,
  group: PendingSignalGroup,
): Promise<readonly RecordedAlert[]> {
  const { plan } = group;
  const open = [...group.spans.values()].flatMap((span) => {
    const add = input.settled.unsettled(keyOf(group, span.startMs), span.buckets);
    return add.size === 0 ? [] : [{ span, add }];
  });
  const written = await Promise.all(open.map(({ span, add }) => writeSpan(input, group, span, add)));
  const starts = open.map(({ span }) => span.startMs).sort((a, b) => a - b);
  const recorded: RecordedAlert[] = [];
  if (plan.judged === 'at-once') {
    for (const startMs of new Set(starts.flatMap((start) => [start, start + plan.spanMs]))) {
      const events = [startMs - plan.spanMs, startMs].flatMap(
        (start) => group.spans.get(start)?.events ?? [],
      );
      recorded.push(...(await judgeSlot(input, group, startMs, events)));
    }
  } else {
    for (const startMs of starts) await reopenNeighbours(input, group, startMs);
  }
  for (const [at, { span }] of open.entries())
    input.settled.settle(keyOf(group, span.startMs), plan.keepEach, written[at]?.buckets ?? new Map());
  return recorded;
}

async function writeSpan(
  { stores, windowExpiresAt }: RecordSignalsInput,
  group: PendingSignalGroup,
  { startMs }: PendingSignals,
  add: PendingSignals['buckets'],
): Promise<WindowSpan> {
  const { plan } = group;
  return stores.windows.touch({
    key: keyOf(group, startMs),
    add: new Map([...add].map(([bucket, members]) => [bucket, [...members.values()]] as const)),
    group: group.group,
    expiresAtSeconds: windowExpiresAt(startMs + plan.spanMs, plan.spanMs),
    limitEach: plan.keepEach,
    ...(plan.judged === 'when-closed' && { closesAtMs: closesAtMs(plan, startMs) }),
  });
}

/**
 * Slots beside the touched one look into it. They have yet to be judged while no watermark can have passed them; one
 * that may have been judged already is to be judged again.
 */
async function reopenNeighbours(
  { stores, nowMs }: RecordSignalsInput,
  group: PendingSignalGroup,
  startMs: number,
): Promise<void> {
  const { plan } = group;
  for (const neighbour of [startMs - plan.spanMs, startMs + plan.spanMs]) {
    const closesAt = closesAtMs(plan, neighbour);
    if (neighbour >= 0 && closesAt <= nowMs) await stores.windows.reopen(keyOf(group, neighbour), closesAt);
  }
}

/**
 * Reads the spans around a slot and records what they show. Where an alert may have to be taken back, the spans are read
 * once more after an alert was written: a writer who saw less must not have the last word.
 */
export async function judgeSlot(
  writer: AlertWriter,
  subject: AlertSubject & { readonly plan: SignalPlan },
  slotStartMs: number,
  events: readonly WindowEvent[],
): Promise<readonly RecordedAlert[]> {
  const { plan } = subject;
  const { stores, digest } = writer;
  const starts = spansOfSlot(plan, slotStartMs);
  const keys = starts.map((start) => keyOf(subject, start));
  const recorded: RecordedAlert[] = [];
  for (let seen = -1; ; ) {
    const spans = await stores.windows.readAll(keys);
    const known = starts.map((start, at) => toSignalSpan(plan, start, spans[at]?.buckets ?? new Map()));
    const { verdict, mayRetract, progress } = judgeSignals(plan, slotStartMs, known);
    if (progress === seen) return recorded;
    seen = progress;
    if (verdict !== undefined) {
      recorded.push(...(await recordAlert(writer, subject, { startMs: slotStartMs, verdict, events })));
      if (!mayRetract) return recorded;
      continue;
    }
    if (!mayRetract) return recorded;
    const alert = await stores.findings.retractAlert(alertId(subject, slotStartMs, digest), progress);
    if (alert !== undefined) recorded.push({ alert, outcome: 'retracted' });
    return recorded;
  }
}

function keyOf(subject: AlertSubject, spanStartMs: number): WindowKey {
  return { ruleHash: subject.plan.rule.contentHash, groupHash: subject.groupHash, spanStartMs };
}
