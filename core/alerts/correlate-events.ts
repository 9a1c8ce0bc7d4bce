import type { Digest } from '../ports/digest.js';
import { evaluateSlot, type SlotVerdict } from './evaluate-slot.js';
import type { GroupEntry } from './group-index.js';
import type { Group } from './group-of-event.js';
import { closesAtMs, judgeSignals, spansOfSlot } from './judge-signals.js';
import { type PendingSignals, type PendingSpan, PendingWindows } from './pending-windows.js';
import { type Plan, type Target, targetsByRule } from './plan-rules.js';
import { Sampler } from './sampler.js';
import type { SignalPlan } from './signal-plan.js';
import { NO_SIGNALS, toSignalSpan } from './signal-span.js';
import { stateOf } from './span-state.js';
import type { FieldValue, WindowEvent } from './window-event.js';
import type { WindowPlan } from './window-plan.js';

/** A rule's match of an event. */
export interface EventSignal {
  readonly ruleId: string;
  /** What the caller knows the event by. */
  readonly eventIndex: number;
  readonly event: WindowEvent;
}

/** One slot of one group that fired: what would be one alert. Times in epoch ms. */
export interface SlotFiring {
  readonly plan: Plan;
  readonly group: Group;
  readonly groupHash: string;
  readonly slotStartMs: number;
  readonly verdict: SlotVerdict;
  /** Indexes of the events in the windows that fired, ascending; as many of each span as are kept. */
  readonly events: readonly number[];
  /** The same events themselves. */
  readonly evidence: readonly WindowEvent[];
}

export interface CorrelatorOptions {
  /** Of `planRules`; with `exact` for a run that need not match what a live window keeps. */
  readonly plans: readonly Plan[];
  readonly digest: Digest;
  /** The installation's, where the run is to choose the same samples. */
  readonly samplingKey: string;
  /** How far behind the newest event others may still come; earlier ones are left out and counted. State is kept as long. */
  readonly horizonMs: number;
  /** Events kept of each span, the first ones. */
  readonly eventsMax: number;
}

/** So many signals are gathered before slots that are over are looked for: a pass over all groups. */
const SWEEP_EVERY = 5_000;
/** 9999-12-31T23:59:59.999Z. */
const LAST_MS = 253_402_300_799_999;

/**
 * Runs correlations over a sequence of signals in memory, with the planner and the evaluator of the live path: the same
 * events give the same alerts. Memory is flat where events come in order of time: what is older than the horizon is judged and forgotten.
 */
export class EventCorrelator {
  private readonly pending: PendingWindows;
  private readonly targets: ReadonlyMap<string, readonly Target[]>;
  private readonly order: ReadonlyMap<Plan, number>;
  private newestMs = Number.NEGATIVE_INFINITY;
  private sinceSweep = 0;
  /** Spans whose slot has been judged, and that are kept for the slot after it. */
  private readonly judged = new WeakSet<EventSpan>();

  /** Signals without a time that can be true: no window can hold them. */
  untimed = 0;
  /** Signals from before the horizon. */
  late = 0;

  constructor(private readonly options: CorrelatorOptions) {
    const { plans, digest, samplingKey, eventsMax } = options;
    this.pending = new PendingWindows(digest, new Sampler(digest, samplingKey), eventsMax);
    this.targets = targetsByRule(plans);
    this.order = new Map(plans.map((plan, at) => [plan, at]));
  }

  /** Signals that a correlation could not count, for want of a field. */
  get unjudged(): number {
    return this.pending.unjudged;
  }

  /** Answers with the slots that are over since the last answer, mostly none. */
  add({ ruleId, eventIndex, event }: EventSignal): readonly SlotFiring[] {
    const targets = this.targets.get(ruleId);
    if (targets === undefined) return [];
    if (!(event.timeMs >= 0 && event.timeMs <= LAST_MS)) {
      this.untimed += 1;
      return [];
    }
    if (event.timeMs < this.newestMs - this.options.horizonMs) {
      this.late += 1;
      return [];
    }
    this.newestMs = Math.max(this.newestMs, event.timeMs);
    const indexed = new IndexedEvent(event, eventIndex);
    for (const target of targets) this.pending.add(target, indexed);
    this.sinceSweep += 1;
    return this.sinceSweep < SWEEP_EVERY ? [] : this.sweep(this.newestMs - this.options.horizonMs, undefined);
  }

  /** Judges what is left: the input is complete. With a watermark, windows that wait for it and that it has not passed are left out. */
  finish(watermarkMs?: number): readonly SlotFiring[] {
    return this.sweep(Number.POSITIVE_INFINITY, watermarkMs);
  }

  /** Judges the slots that no further event can reach, and forgets the spans that no further slot needs. */
  private sweep(overMs: number, watermarkMs: number | undefined): readonly SlotFiring[] {
    this.sinceSweep = 0;
    const firings = [
      ...this.pending.groups().flatMap((group) =>
        sweepGroup(group, {
          isOver: (startMs) => startMs + group.plan.timespanMs <= overMs,
          judge: (startMs) => judgeMembers(group, startMs),
          spanMs: group.plan.timespanMs,
          judged: this.judged,
        }),
      ),
      ...this.pending.signalGroups().flatMap((group) =>
        sweepGroup(group, {
          isOver: (startMs) => closesAtMs(group.plan, startMs) <= overMs,
          judge: (startMs) =>
            group.plan.judged === 'when-closed' && closesAtMs(group.plan, startMs) > (watermarkMs ?? Infinity)
              ? undefined
              : judgeSlotOf(group, startMs),
          spanMs: group.plan.spanMs,
          judged: this.judged,
        }),
      ),
    ];
    this.pending.forgetEmpty();
    return firings.sort((a, b) => this.compare(a, b));
  }

  private compare(a: SlotFiring, b: SlotFiring): number {
    return (
      a.slotStartMs - b.slotStartMs ||
      (this.order.get(a.plan) ?? 0) - (this.order.get(b.plan) ?? 0) ||
      (a.groupHash < b.groupHash ? -1 : 1)
    );
  }
}

interface Sweep {
  readonly isOver: (slotStartMs: number) => boolean;
  readonly judge: (slotStartMs: number) => SlotVerdict | undefined;
  readonly spanMs: number;
  readonly judged: WeakSet<EventSpan>;
}

interface EventSpan {
  readonly startMs: number;
  readonly events: readonly WindowEvent[];
}

function sweepGroup<P extends Plan, S extends EventSpan>(
  { plan, group, groupHash, spans }: GroupEntry<P, S>,
  { isOver, judge, spanMs, judged }: Sweep,
): readonly SlotFiring[] {
  const starts = [...spans.keys()].sort((a, b) => a - b);
  const firings: SlotFiring[] = [];
  for (const startMs of starts) {
    const span = spans.get(startMs);
    if (span === undefined || !isOver(startMs) || judged.has(span)) continue;
    judged.add(span);
    const verdict = judge(startMs);
    if (verdict === undefined) continue;
    const around = [startMs - spanMs, startMs].flatMap((start) => spans.get(start)?.events ?? []);
    firings.push({
      plan,
      group,
      groupHash,
      slotStartMs: startMs,
      verdict,
      ...eventsOf(around, verdict),
    });
  }
  for (const startMs of starts) if (isOver(startMs + spanMs)) spans.delete(startMs);
  return firings;
}

function judgeMembers(
  { plan, spans }: GroupEntry<WindowPlan, PendingSpan>,
  slotStartMs: number,
): SlotVerdict | undefined {
  const stateAt = (startMs: number) => stateOf(plan, spans.get(startMs)?.buckets ?? new Map());
  return evaluateSlot(plan, slotStartMs, stateAt(slotStartMs - plan.timespanMs), stateAt(slotStartMs));
}

function judgeSlotOf(
  { plan, spans }: GroupEntry<SignalPlan, PendingSignals>,
  slotStartMs: number,
): SlotVerdict | undefined {
  const known = spansOfSlot(plan, slotStartMs).map((startMs) => {
    const span = spans.get(startMs);
    if (span === undefined) return NO_SIGNALS;
    const buckets = [...span.buckets].map(([at, members]) => [at, [...members.values()]] as const);
    return toSignalSpan(plan, startMs, new Map(buckets));
  });
  return judgeSignals(plan, slotStartMs, known).verdict;
}

function eventsOf(
  events: readonly WindowEvent[],
  { windows }: SlotVerdict,
): Pick<SlotFiring, 'events' | 'evidence'> {
  const known = new Map<number, WindowEvent>();
  for (const event of events) {
    const isWithin = windows.some(({ fromMs, toMs }) => event.timeMs >= fromMs && event.timeMs <= toMs);
    if (isWithin && event instanceof IndexedEvent) known.set(event.index, event.event);
  }
  const inOrder = [...known].sort(([a], [b]) => a - b);
  return { events: inOrder.map(([index]) => index), evidence: inOrder.map(([, event]) => event) };
}

class IndexedEvent implements WindowEvent {
  readonly id: string;
  readonly timeMs: number;

  constructor(
    readonly event: WindowEvent,
    readonly index: number,
  ) {
    this.id = event.id;
    this.timeMs = event.timeMs;
  }

  field(name: string): FieldValue {
    return this.event.field(name);
  }

  groupField(name: string): FieldValue {
    return this.event.groupField(name);
  }

  json(): string {
    return this.event.json();
  }
}
