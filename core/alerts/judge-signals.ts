import { evaluateSignals } from './evaluate-signals.js';
import { joined, type SlotVerdict } from './evaluate-slot.js';
import type { SignalPlan } from './signal-plan.js';
import { inOrder, type SignalSpan } from './signal-span.js';

/** How one slot of one group stands. */
export interface Judgement {
  /** Absent where no window fires. */
  readonly verdict: SlotVerdict | undefined;
  /** Whether an alert that an earlier view gave may have to be taken back. */
  readonly mayRetract: boolean;
  readonly progress: number;
}

/** Starts of the spans that decide about a slot. */
export function spansOfSlot(plan: SignalPlan, slotStartMs: number): readonly number[] {
  const around = [slotStartMs - plan.spanMs, slotStartMs];
  if (plan.judged === 'when-closed') around.push(slotStartMs + plan.spanMs);
  return around.filter((start) => start >= 0);
}

/** When all that can decide about a slot has happened, epoch ms of event time. */
export function closesAtMs(plan: SignalPlan, slotStartMs: number): number {
  return slotStartMs + 2 * plan.spanMs;
}

/** Judges one slot: a pure function of the spans around it (`spansOfSlot`), which are pure functions of the set of events. */
export function judgeSignals(plan: SignalPlan, slotStartMs: number, spans: readonly SignalSpan[]): Judgement {
  const signals = inOrder(spans.flatMap((span) => span.signals));
  const slot = { fromMs: slotStartMs, toMs: slotStartMs + plan.spanMs };
  const firings = evaluateSignals(plan, signals, slot);
  const isSampled = spans.some((span) => span.isSampled);
  const progress = spans.reduce((sum, span) => sum + span.progress, 0);
  // What is counted from below only grows, but for negative values, and for estimates.
  const hasNegative = signals.some(({ values }) =>
    values.some((value) => typeof value === 'number' && value < 0),
  );
  const mayRetract = plan.judged === 'when-closed' || isSampled || hasNegative;
  if (firings.length === 0) return { verdict: undefined, mayRetract, progress };
  const amounts = firings.map(({ amount }) => amount);
  const verdict: SlotVerdict = {
    count: isUpperBound(plan) ? Math.min(...amounts) : Math.max(...amounts),
    saturated: isSampled,
    firstMs: Math.min(...firings.map(({ fromMs }) => fromMs)),
    lastMs: Math.max(...firings.map(({ atMs }) => atMs)),
    progress,
    windows: joined(firings.map(({ fromMs, atMs }) => ({ fromMs, toMs: atMs }))),
  };
  return { verdict, mayRetract, progress };
}

function isUpperBound({ root }: SignalPlan): boolean {
  return root.comparisons.every(({ operator }) => operator === 'lt' || operator === 'lte');
}
