import type { BucketMembers, SpanState } from './span-state.js';
import type { WindowPlan } from './window-plan.js';

/** What the fullest window of a slot shows, once one window of it has reached the threshold. Times in epoch ms. */
export interface SlotVerdict {
  readonly count: number;
  readonly saturated: boolean;
  /**
   * First event of the earliest window that fired, and last event of the slot. Where it lies in a saturated bucket that bucket's
   * beginning or end: which of its events are kept depends on who came first, and an alert may not.
   */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly progress: number;
  /** The windows that fired, those that overlap as one, in order of time. */
  readonly windows: readonly WindowSpanMs[];
}

/** Both ends inclusive, epoch ms. */
export interface WindowSpanMs {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Judges one slot: does some event in it complete a window `[t − timespan, t]` that holds `firesAt` members? Exact
 * to the millisecond where buckets are not saturated; a saturated bucket counts as a whole as soon as a window touches
 * it. The answer is a pure function of the two span states, which are themselves pure functions of the set of calls, and it
 * never turns back: more calls can only make more slots fire.
 */
export function evaluateSlot(
  plan: WindowPlan,
  slotStartMs: number,
  previous: SpanState,
  current: SpanState,
): SlotVerdict | undefined {
  const points: Point[] = [];
  const full: Full[] = [];
  collect(plan, previous, -plan.timespanMs, points, full);
  collect(plan, current, 0, points, full);
  points.sort((a, b) => a.at - b.at);

  const sweep = createSweep(points);
  let count = 0;
  let left = Number.POSITIVE_INFINITY;
  const fired: Window[] = [];
  for (const window of windowsEndingInSlot(plan, points, full)) {
    const touched = full.filter((bucket) => bucket.to >= window.left && bucket.from <= window.right);
    const seen = counted(plan, sweep(window), touched.length);
    if (seen < plan.firesAt) continue;
    count = Math.max(count, seen);
    left = Math.min(left, window.left);
    fired.push(window);
  }
  if (count === 0) return undefined;
  const first = points.find((point) => point.at >= left)?.at ?? Number.POSITIVE_INFINITY;
  return {
    count,
    saturated: full.length > 0,
    firstMs:
      slotStartMs +
      Math.min(first, ...full.filter((bucket) => bucket.to >= left).map((bucket) => bucket.from)),
    lastMs: slotStartMs + Math.max(points.at(-1)?.at ?? -plan.timespanMs, ...full.map((bucket) => bucket.to)),
    progress: progressOf(plan, previous) + progressOf(plan, current),
    windows: joined(
      fired.map((window) => ({ fromMs: slotStartMs + window.left, toMs: slotStartMs + window.right })),
    ),
  };
}

/** Those that overlap become one. */
export function joined(windows: readonly WindowSpanMs[]): readonly WindowSpanMs[] {
  const parts: WindowSpanMs[] = [];
  for (const { fromMs, toMs } of [...windows].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = parts.at(-1);
    if (last === undefined || fromMs > last.toMs) parts.push({ fromMs, toMs });
    else parts[parts.length - 1] = { fromMs: last.fromMs, toMs: Math.max(last.toMs, toMs) };
  }
  return parts;
}

/** A member at a time, relative to the start of the slot. */
interface Point {
  readonly at: number;
  readonly hash: string;
}

/** A saturated bucket, both ends inclusive. */
interface Full {
  readonly from: number;
  readonly to: number;
}

interface Window {
  readonly left: number;
  readonly right: number;
}

function collect(plan: WindowPlan, span: SpanState, shift: number, points: Point[], full: Full[]): void {
  for (const bucket of span.saturated) {
    const from = bucket * plan.bucketMs;
    const to = Math.min(from + plan.bucketMs, plan.timespanMs) - 1;
    full.push({ from: shift + from, to: shift + to });
  }
  for (const members of span.members.values()) {
    for (const [hash, seen] of members) {
      points.push({ at: shift + seen.first, hash });
      if (seen.last !== seen.first) points.push({ at: shift + seen.last, hash });
    }
  }
}

function windowsEndingInSlot(plan: WindowPlan, points: readonly Point[], full: readonly Full[]): Window[] {
  const exact = points
    .filter((point) => point.at >= 0)
    .map((point) => ({ left: point.at - plan.timespanMs, right: point.at }));
  // The time of the event within a saturated bucket is not known: the window is as wide as any of them could need.
  const whole = full
    .filter((bucket) => bucket.from >= 0)
    .map((bucket) => ({ left: bucket.from - plan.timespanMs, right: bucket.to }));
  return [...exact, ...whole].sort((a, b) => a.right - b.right);
}

/** Distinct members of a window. Right ends come in ascending order; left ends may step back a bucket. */
function createSweep(points: readonly Point[]): (window: Window) => number {
  const held = new Map<string, number>();
  let from = 0;
  let to = 0;
  const enter = (point: Point) => held.set(point.hash, (held.get(point.hash) ?? 0) + 1);
  const leave = (point: Point) => {
    const times = (held.get(point.hash) ?? 0) - 1;
    if (times > 0) held.set(point.hash, times);
    else held.delete(point.hash);
  };
  return ({ left, right }) => {
    for (let point = points[to]; point !== undefined && point.at <= right; point = points[to]) {
      enter(point);
      to += 1;
    }
    for (let point = points[from - 1]; point !== undefined && point.at >= left; point = points[from - 1]) {
      enter(point);
      from -= 1;
    }
    for (let point = points[from]; point !== undefined && point.at < left; point = points[from]) {
      leave(point);
      from += 1;
    }
    return held.size;
  };
}

function counted(plan: WindowPlan, exact: number, fullBuckets: number): number {
  if (fullBuckets === 0) return exact;
  // Events of different buckets are different events; values may recur, so their counts do not add up.
  return plan.counts === 'events' ? exact + plan.capacity * fullBuckets : Math.max(exact, plan.capacity);
}

/** Grows with every piece of knowledge: a new member, a wider occurrence, a bucket that fills up. */
function progressOf(plan: WindowPlan, span: SpanState): number {
  const members = [...span.members.values()].reduce((sum, bucket) => sum + extent(bucket), 0);
  // Nothing saturates where capacity has no end.
  if (span.saturated.size === 0) return members;
  return members + span.saturated.size * plan.capacity * (plan.bucketMs + 1);
}

function extent(bucket: BucketMembers): number {
  let sum = 0;
  for (const { first, last } of bucket.values()) sum += 1 + last - first;
  return sum;
}
