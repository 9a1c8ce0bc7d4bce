import { meetsCondition } from '../sigma/meets-condition.js';
import { createMeter, type WindowInput } from './measure-window.js';
import type { Signal } from './signal-member.js';
import type { SignalNode, SignalPlan } from './signal-plan.js';

/** A window of a correlation that meets its condition. Times in epoch ms. */
export interface Firing {
  /** The event that completes the window. */
  readonly atMs: number;
  /** The first event that it rests on, through all correlations it refers to. */
  readonly fromMs: number;
  readonly amount: number;
  readonly last: Signal;
}

/**
 * All windows that meet the condition of the plan's correlation and end in `[fromMs, toMs)`. A window is as long as the
 * correlation's time span, both ends included, and ends with an event. Of counts, orders and sums that are compared from
 * below any window may fire; of all else only the longest ones, those that are no part of another window: else every
 * burst would begin with a window that holds less than five. `signals` come `inOrder`, and reach one span back
 * and, where the plan is judged when closed, one span beyond.
 */
export function evaluateSignals(
  plan: SignalPlan,
  signals: readonly Signal[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): readonly Firing[] {
  return firingsOf(plan.root, signals).filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

/** A correlation is judged for each of its groups, and what it refers to within that group. */
function firingsOf(node: SignalNode, signals: readonly Signal[]): readonly Firing[] {
  const groups = new Map<string, Signal[]>();
  for (const signal of signals) {
    if (!node.leaves.has(signal.leaf)) continue;
    const group = signal.groups[node.depth] ?? '';
    const known = groups.get(group);
    if (known === undefined) groups.set(group, [signal]);
    else known.push(signal);
  }
  return [...groups.values()].flatMap((group) =>
    firingsOfGroup(node, node.inputs.flatMap((input, rule) => inputsOf(input, rule, group)).sort(byTime)),
  );
}

function inputsOf(
  input: SignalNode['inputs'][number],
  rule: number,
  signals: readonly Signal[],
): readonly WindowInput[] {
  return input.kind === 'leaf'
    ? signals.filter(({ leaf }) => leaf === input.index).map((signal) => ofSignal(signal, rule))
    : firingsOf(input, signals).map((firing) => ofFiring(firing, input, rule));
}

function ofSignal(signal: Signal, rule: number): WindowInput {
  const { timeMs, hash, weight } = signal;
  return { atMs: timeMs, fromMs: timeMs, identity: hash, rule, weight, signal };
}

/** The firings of one group within one time span of theirs are one event, as they would be one alert. */
function ofFiring({ atMs, fromMs, last }: Firing, node: SignalNode, rule: number): WindowInput {
  const slot = Math.floor(atMs / node.timespanMs);
  const identity = `${rule}#${last.groups[node.depth] ?? ''}#${slot}`;
  return { atMs, fromMs, identity, rule, weight: 1, signal: last };
}

function byTime(a: WindowInput, b: WindowInput): number {
  return (
    a.atMs - b.atMs || a.rule - b.rule || (a.identity < b.identity ? -1 : a.identity > b.identity ? 1 : 0)
  );
}

function firingsOfGroup(node: SignalNode, inputs: readonly WindowInput[]): readonly Firing[] {
  const firings: Firing[] = [];
  const meter = createMeter(node);
  const isChained = node.inputs.some(({ kind }) => kind === 'node');
  let from = 0;
  for (const [at, last] of inputs.entries()) {
    meter.enter(last);
    const next = inputs[at + 1];
    // All events of one instant are in the window that ends with it.
    if (next?.atMs === last.atMs) continue;
    const windowFromMs = last.atMs - node.timespanMs;
    let first = inputs[from] ?? last;
    while (first.atMs < windowFromMs) {
      meter.leave(first);
      from += 1;
      first = inputs[from] ?? last;
    }
    if (node.windows === 'longest' && next !== undefined && next.atMs - first.atMs <= node.timespanMs)
      continue;
    const amount = meter.amounts(windowFromMs).find((each) => meetsCondition(node.comparisons, each));
    if (amount === undefined) continue;
    const fromMs = isChained ? earliest(inputs, from, at) : first.fromMs;
    firings.push({ atMs: last.atMs, fromMs, amount, last: last.signal });
  }
  return firings;
}

/** Firings in the window may rest on events from before it. */
function earliest(inputs: readonly WindowInput[], from: number, to: number): number {
  let earliestMs = Number.POSITIVE_INFINITY;
  for (let at = from; at <= to; at += 1) earliestMs = Math.min(earliestMs, inputs[at]?.fromMs ?? earliestMs);
  return earliestMs;
}
