import { assertNever } from '../assert-never.js';
import type { WindowInput } from './evaluate-signals.js';
import { unscaled } from './signal-member.js';
import type { SignalNode } from './signal-plan.js';

/** What is compared with the condition: one number, or one for each value where any may meet it. Inputs in order of time. */
export function amountsOf(node: SignalNode, inputs: readonly WindowInput[]): readonly number[] {
  switch (node.type) {
    case 'event_count':
      return [sum(weightsBy(inputs, ({ identity }) => identity).values())];
    case 'value_count':
      return [sum(weightsBy(inputs, (input) => String(valueOf(node, input))).values())];
    case 'value_sum':
      return [unscaled(sum(numbersOf(node, inputs).map(({ value, weight }) => value * weight)))];
    case 'value_avg': {
      const numbers = numbersOf(node, inputs);
      const total = sum(numbers.map(({ value, weight }) => value * weight));
      const count = sum(numbers.map(({ weight }) => weight));
      return count > 0 ? [unscaled(total / count)] : [];
    }
    case 'value_percentile':
      return node.percentile === undefined ? shares(node, inputs) : percentile(node, node.percentile, inputs);
    case 'temporal':
      return [new Set(inputs.map(({ rule }) => rule)).size];
    case 'temporal_ordered':
      return [longestInOrder(inputs.map(({ rule }) => rule))];
    default:
      return assertNever(node.type);
  }
}

function valueOf(node: SignalNode, { signal }: WindowInput): string | number | undefined {
  return signal.values[node.depth];
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

/** Distinct keys, each with what it stands for: where a sample has it twice, once. */
function weightsBy(
  inputs: readonly WindowInput[],
  keyOf: (input: WindowInput) => string,
): ReadonlyMap<string, number> {
  const weights = new Map<string, number>();
  for (const input of inputs) {
    const key = keyOf(input);
    weights.set(key, Math.max(weights.get(key) ?? 0, input.weight));
  }
  return weights;
}

/** Each event's value once, though several rules may have matched it. */
function numbersOf(node: SignalNode, inputs: readonly WindowInput[]) {
  const numbers = new Map<string, { readonly value: number; readonly weight: number }>();
  for (const input of inputs) {
    const value = valueOf(node, input);
    if (typeof value === 'number' && input.weight > 0)
      numbers.set(input.identity, { value, weight: input.weight });
  }
  return [...numbers.values()];
}

/**
 * The nearest-rank percentile: the smallest value that so many in a hundred do not exceed. From the values themselves, not
 * from a sketch: what is kept of a window is few enough.
 */
function percentile(node: SignalNode, rank: number, inputs: readonly WindowInput[]): readonly number[] {
  const numbers = numbersOf(node, inputs).sort((a, b) => a.value - b.value);
  const wanted = (rank / 100) * sum(numbers.map(({ weight }) => weight));
  let below = 0;
  for (const { value, weight } of numbers) {
    below += weight;
    if (below >= wanted) return [unscaled(value)];
  }
  const last = numbers.at(-1);
  return last === undefined ? [] : [unscaled(last.value)];
}

/** How much of the window each value has, in percent, rarest first. */
function shares(node: SignalNode, inputs: readonly WindowInput[]): readonly number[] {
  const events = weightsBy(inputs, ({ identity }) => identity);
  const total = sum(events.values());
  const byValue = new Map<string, Map<string, number>>();
  for (const input of inputs) {
    const value = String(valueOf(node, input));
    const known = byValue.get(value) ?? new Map<string, number>();
    byValue.set(value, known.set(input.identity, events.get(input.identity) ?? 0));
  }
  if (total <= 0) return [];
  return [...byValue.values()].map((own) => (100 * sum(own.values())) / total).sort((a, b) => a - b);
}

/** The most rules that come one after the other in the order they are listed in, other events between them. */
function longestInOrder(rules: readonly number[]): number {
  // The longest increasing subsequence, by the lowest rule that a sequence of each length can end with.
  const ends: number[] = [];
  for (const rule of rules) {
    const at = ends.findIndex((end) => end >= rule);
    ends[at === -1 ? ends.length : at] = rule;
  }
  return ends.length;
}
