import type { WindowKey, WindowSpan } from '../ports/window-store.js';
import { evaluateSlot } from './evaluate-slot.js';
import type { PendingGroup, PendingSpan } from './pending-windows.js';
import { type AlertWriter, type RecordedAlert, recordAlert } from './record-alert.js';
import { missing, type SettledWindows } from './settled-windows.js';
import { superfluousMembers, toWindowBuckets } from './span-members.js';
import { EMPTY_SPAN, type SpanState, toSpanState } from './span-state.js';

export interface RecordWindowsInput extends AlertWriter {
  readonly groups: readonly PendingGroup[];
  readonly settled: SettledWindows;
  /** Epoch seconds until which the state of a span is kept. */
  readonly windowExpiresAt: (spanEndMs: number, timespanMs: number) => number;
}

/**
 * Writes what a payload adds to its windows, then judges every slot that the touched spans can decide (their own, and
 * the next one, whose windows reach back), then records evidence and alert. Judging tests a level and not an edge, and
 * happens whether or not anything needed writing: so a delivery that follows a crash at any point finishes the work of the
 * one before, and of several concurrent deliveries the one that writes last sees everything.
 */
export async function recordWindows(input: RecordWindowsInput): Promise<readonly RecordedAlert[]> {
  const open = input.groups
    .map((group) => ({ group, spans: unsettledSpans(input.settled, group) }))
    .filter(({ spans }) => spans.length > 0);
  const written = await Promise.all(open.map(({ group, spans }) => writeSpans(input, group, spans)));
  const neighbours = await readNeighbours(input, open, written);
  const recorded = await Promise.all(
    open.map(({ group }, at) =>
      judgeGroup(input, group, written[at] ?? NO_SPANS, neighbours[at] ?? NO_SPANS),
    ),
  );
  for (const [at, { group }] of open.entries()) {
    for (const [startMs, span] of written[at] ?? [])
      input.settled.settle(settledKey(group, startMs), toSpanState(group.plan, span.buckets));
  }
  await Promise.all(open.map(({ group }, at) => dropSuperfluous(input, group, written[at] ?? new Map())));
  return recorded.flat();
}

interface UnsettledSpan {
  readonly span: PendingSpan;
  readonly add: PendingSpan['buckets'];
  readonly known: boolean;
}

function unsettledSpans(settled: SettledWindows, group: PendingGroup): readonly UnsettledSpan[] {
  return [...group.spans.values()].flatMap((span) => {
    const key = settledKey(group, span.startMs);
    const add = settled.unsettled(key, span.buckets);
    return add.size === 0 ? [] : [{ span, add, known: settled.knows(key) }];
  });
}

function settledKey(group: PendingGroup, startMs: number): string {
  return `${group.plan.rule.contentHash}#${group.groupHash}#${startMs}`;
}

type Spans = ReadonlyMap<number, WindowSpan>;

async function writeSpans(
  input: RecordWindowsInput,
  group: PendingGroup,
  spans: readonly UnsettledSpan[],
): Promise<Spans> {
  return new Map(
    await Promise.all(
      spans.map(async (span) => [span.span.startMs, await writeSpan(input, group, span)] as const),
    ),
  );
}

/**
 * More members than this are not added without looking first: containers that do not know yet that a bucket is
 * saturated would else pile up members in it.
 */
const BLIND_MEMBERS_MAX = 4;

async function writeSpan(
  { stores, windowExpiresAt }: RecordWindowsInput,
  group: PendingGroup,
  { span, add, known }: UnsettledSpan,
): Promise<WindowSpan> {
  const { plan } = group;
  const key = keyOf(group, span.startMs);
  let wanted = add;
  if (!known && memberCount(add) > BLIND_MEMBERS_MAX) {
    const stored = await stores.windows.read(key);
    wanted = missing(toSpanState(plan, stored.buckets), add);
    if (wanted.size === 0) return stored;
  }
  return stores.windows.touch({
    key,
    add: toWindowBuckets(plan, wanted),
    group: group.group,
    expiresAtSeconds: windowExpiresAt(span.startMs + plan.timespanMs, plan.timespanMs),
  });
}

function memberCount(buckets: PendingSpan['buckets']): number {
  let count = 0;
  for (const members of buckets.values()) count += members.size;
  return count;
}

function keyOf(group: PendingGroup, spanStartMs: number): WindowKey {
  return { ruleHash: group.plan.rule.contentHash, groupHash: group.groupHash, spanStartMs };
}

/** Judges what the written spans and their neighbours can decide, and records what fires. */
async function judgeGroup(
  input: RecordWindowsInput,
  group: PendingGroup,
  written: Spans,
  neighbours: Spans,
): Promise<readonly RecordedAlert[]> {
  const { plan } = group;
  const stateOf = (startMs: number): SpanState => {
    const span = neighbours.get(startMs) ?? written.get(startMs);
    return span === undefined ? EMPTY_SPAN : toSpanState(plan, span.buckets);
  };
  const starts = [...written.keys()].sort((a, b) => a - b);
  const slots = new Set(starts.flatMap((start) => [start, start + plan.timespanMs]));
  const recorded: RecordedAlert[] = [];
  for (const slotStartMs of slots) {
    const current = stateOf(slotStartMs);
    if (current.members.size === 0 && current.saturated.size === 0) continue;
    const verdict = evaluateSlot(plan, slotStartMs, stateOf(slotStartMs - plan.timespanMs), current);
    if (verdict === undefined) continue;
    const events = [slotStartMs - plan.timespanMs, slotStartMs].flatMap(
      (start) => group.spans.get(start)?.events ?? [],
    );
    recorded.push(...(await recordAlert(input, group, { startMs: slotStartMs, verdict, events })));
  }
  return recorded;
}

/**
 * The spans before and after the written ones, of all groups in one read that follows all writes: whoever adds to one of
 * them later will see what was written here. A single written span came back from its write; of several, one may have
 * grown while the others were written, by a delivery that has seen the others too early, so all are read again.
 */
async function readNeighbours(
  { stores }: RecordWindowsInput,
  open: readonly { readonly group: PendingGroup }[],
  written: readonly Spans[],
): Promise<readonly Spans[]> {
  const wanted = open.map(({ group }, at) => {
    const own = written[at] ?? NO_SPANS;
    const reach = group.plan.timespanMs;
    const starts = new Set([...own.keys()].flatMap((start) => [start - reach, start + reach]));
    if (own.size > 1) for (const start of own.keys()) starts.add(start);
    return [...starts].filter((start) => start >= 0 && (own.size > 1 || !own.has(start)));
  });
  const keys = open.flatMap(({ group }, at) => (wanted[at] ?? []).map((start) => keyOf(group, start)));
  const spans = keys.length === 0 ? [] : await stores.windows.readAll(keys);
  let next = 0;
  return wanted.map((starts) => new Map(starts.map((start) => [start, spans[next++] ?? EMPTY_WINDOW])));
}

const NO_SPANS: Spans = new Map();
const EMPTY_WINDOW: WindowSpan = { buckets: new Map(), saturated: false, group: {}, revision: 0 };

/** Superfluous members a span may hold before they are deleted: one more write per so many, and a small item. */
const SUPERFLUOUS_MAX = 32;

async function dropSuperfluous(
  { stores }: RecordWindowsInput,
  group: PendingGroup,
  written: Spans,
): Promise<void> {
  for (const [startMs, span] of written) {
    const superfluous = superfluousMembers(group.plan, span.buckets);
    if (superfluous.count > SUPERFLUOUS_MAX)
      await stores.windows.drop(keyOf(group, startMs), superfluous.members);
  }
}
