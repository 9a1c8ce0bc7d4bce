import { assertNever } from '../assert-never.js';
import { type Signal, unscaled } from './signal-member.js';
import type { SignalNode } from './signal-plan.js';

/** What a correlation is given: a signal, or a firing of a correlation that it refers to. */
export interface WindowInput {
  readonly atMs: number;
  readonly fromMs: number;
  /** Two inputs of one identity count as one event. */
  readonly identity: string;
  /** Which of the correlation's rules it is of, in their order. */
  readonly rule: number;
  readonly weight: number;
  readonly signal: Signal;
}

/**
 * What a window that slides over the inputs amounts to: inputs enter in order of time and leave in the same order, so
 * that a pass over all windows costs little more than one.
 */
export interface Meter {
  enter(input: WindowInput): void;
  leave(input: WindowInput): void;
  /** What is compared with the condition: one number, or one for each value where any may meet it. */
  amounts(windowFromMs: number): readonly number[];
}

export function createMeter(node: SignalNode): Meter {
  const valueAt = ({ signal }: WindowInput) => signal.values[node.depth];
  switch (node.type) {
    case 'event_count':
      return distinctMeter(({ identity }) => identity);
    case 'value_count':
      return distinctMeter((input) => String(valueAt(input)));
    case 'value_sum':
      return sumMeter(valueAt, (sum) => [unscaled(sum)]);
    case 'value_avg':
      return sumMeter(valueAt, (sum, count) => (count > 0 ? [unscaled(sum / count)] : []));
    case 'value_percentile':
      return node.percentile === undefined ? shareMeter(valueAt) : percentileMeter(valueAt, node.percentile);
    case 'temporal':
      return distinctMeter(
        ({ rule }) => String(rule),
        () => 1,
      );
    case 'temporal_ordered':
      return orderMeter(node.inputs.length);
    default:
      return assertNever(node.type);
  }
}

type ValueOf = (input: WindowInput) => string | number | undefined;

/** Distinct keys in the window, each counted as what it stood for when it came. */
class Distinct {
  private readonly held = new Map<string, { times: number; readonly weight: number }>();

  /** The weight of the key where it is new. */
  enter(key: string, weight: number): number | undefined {
    const known = this.held.get(key);
    if (known === undefined) {
      this.held.set(key, { times: 1, weight });
      return weight;
    }
    known.times += 1;
    return undefined;
  }

  /** The weight of the key where it was the last one. */
  leave(key: string): number | undefined {
    const known = this.held.get(key);
    if (known === undefined) return undefined;
    known.times -= 1;
    if (known.times > 0) return undefined;
    this.held.delete(key);
    return known.weight;
  }
}

function distinctMeter(
  keyOf: (input: WindowInput) => string,
  weightOf: (input: WindowInput) => number = ({ weight }) => weight,
): Meter {
  const distinct = new Distinct();
  let total = 0;
  return {
    enter(input) {
      total += distinct.enter(keyOf(input), weightOf(input)) ?? 0;
    },
    leave(input) {
      total -= distinct.leave(keyOf(input)) ?? 0;
    },
    amounts: () => [total],
  };
}

/** Each event's value once, though several rules may have matched it. Values are integers, so nothing is lost on the way. */
function sumMeter(valueAt: ValueOf, toAmounts: (sum: number, count: number) => readonly number[]): Meter {
  const distinct = new Distinct();
  let sum = 0;
  let count = 0;
  const add = (input: WindowInput, weight: number) => {
    sum += Number(valueAt(input)) * weight;
    count += weight;
  };
  return {
    enter(input) {
      const weight = distinct.enter(input.identity, input.weight);
      if (weight !== undefined) add(input, weight);
    },
    leave(input) {
      const weight = distinct.leave(input.identity);
      if (weight !== undefined) add(input, -weight);
    },
    amounts: () => toAmounts(sum, count),
  };
}

/**
 * The nearest-rank percentile: the smallest value that so many in a hundred do not exceed. From the values themselves, not
 * from a sketch: what is kept of a window is few enough.
 */
function percentileMeter(valueAt: ValueOf, percentile: number): Meter {
  const distinct = new Distinct();
  const sorted: { readonly value: number; readonly weight: number }[] = [];
  const placeOf = (value: number): number => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.value ?? value) < value) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    enter(input) {
      const weight = distinct.enter(input.identity, input.weight);
      const value = Number(valueAt(input));
      if (weight !== undefined && weight > 0) sorted.splice(placeOf(value), 0, { value, weight });
    },
    leave(input) {
      const weight = distinct.leave(input.identity);
      if (weight === undefined || weight <= 0) return;
      let at = placeOf(Number(valueAt(input)));
      while (sorted[at] !== undefined && sorted[at]?.weight !== weight) at += 1;
      sorted.splice(at, 1);
    },
    amounts() {
      const wanted = (percentile / 100) * sorted.reduce((sum, { weight }) => sum + weight, 0);
      let below = 0;
      for (const { value, weight } of sorted) {
        below += weight;
        if (below >= wanted) return [unscaled(value)];
      }
      const last = sorted.at(-1);
      return last === undefined ? [] : [unscaled(last.value)];
    },
  };
}

/** How much of the window each value has, in percent, rarest first. */
function shareMeter(valueAt: ValueOf): Meter {
  const events = distinctMeter(({ identity }) => identity);
  const byValue = new Map<string, Meter>();
  const keyOf = (input: WindowInput) => String(valueAt(input));
  return {
    enter(input) {
      events.enter(input);
      const known = byValue.get(keyOf(input)) ?? distinctMeter(({ identity }) => identity);
      known.enter(input);
      byValue.set(keyOf(input), known);
    },
    leave(input) {
      events.leave(input);
      byValue.get(keyOf(input))?.leave(input);
    },
    amounts(windowFromMs) {
      const [total = 0] = events.amounts(windowFromMs);
      return [...byValue.values()]
        .flatMap((own) => own.amounts(windowFromMs))
        .filter((own) => own > 0)
        .map((own) => (100 * own) / total)
        .sort((a, b) => a - b);
    },
  };
}

/**
 * The most rules that come one after the other in the order they are listed in, with other events between them. For each
 * length and each last rule it is enough to know the latest start that such a sequence can have: it lies in the window where that does.
 */
function orderMeter(rules: number): Meter {
  const starts = Array.from({ length: rules }, () => new Array<number>(rules).fill(Number.NEGATIVE_INFINITY));
  return {
    enter({ atMs, rule }) {
      for (let length = rule; length >= 0; length -= 1) {
        const own = starts[length];
        const start = length === 0 ? atMs : latest(starts[length - 1], rule);
        if (own !== undefined && start > (own[rule] ?? start)) own[rule] = start;
      }
    },
    leave: () => {},
    amounts: (windowFromMs) => [starts.filter((own) => own.some((start) => start >= windowFromMs)).length],
  };
}

function latest(starts: readonly number[] | undefined, rules: number): number {
  let latestMs = Number.NEGATIVE_INFINITY;
  for (let rule = 0; rule < rules; rule += 1) latestMs = Math.max(latestMs, starts?.[rule] ?? latestMs);
  return latestMs;
}
