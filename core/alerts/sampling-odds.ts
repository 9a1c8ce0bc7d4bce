import type { WindowPlan } from './window-plan.js';

/** At what true count a rule fires that counts a sample. */
export interface SamplingOdds {
  /** The least count at which it fires at least half of the time. */
  readonly halfAt: number;
  /** The least count from which it stays silent at most once in a thousand times. */
  readonly surelyAt: number;
}

const MISSES_AT_MOST = 0.001;

/**
 * Whether a value counts is one draw of a keyed hash a value, so the number counted of `n` distinct ones is binomial.
 * `undefined` for a plan that counts everything.
 */
export function samplingOdds({
  sampleOneIn,
  firesAt,
}: Pick<WindowPlan, 'sampleOneIn' | 'firesAt'>): SamplingOdds | undefined {
  if (sampleOneIn <= 1) return undefined;
  const least = (from: number, misses: number): number => {
    let count = from;
    while (missProbability(count, { sampleOneIn, firesAt }) > misses) count += 1;
    return count;
  };
  const halfAt = least(firesAt, 0.5);
  return { halfAt, surelyAt: least(halfAt, MISSES_AT_MOST) };
}

/** The probability that of `count` distinct values fewer than `firesAt` are among the one in `sampleOneIn` that count. */
export function missProbability(
  count: number,
  { sampleOneIn, firesAt }: Pick<WindowPlan, 'sampleOneIn' | 'firesAt'>,
): number {
  if (sampleOneIn <= 1) return count < firesAt ? 1 : 0;
  const share = 1 / sampleOneIn;
  // term by term, each from the one before: no factorials, and nothing below the smallest double for the counts of rules
  let term = Math.exp(count * Math.log1p(-share));
  let sum = 0;
  for (let counted = 0; counted < firesAt && counted <= count; counted += 1) {
    sum += term;
    term *= ((count - counted) / (counted + 1)) * (share / (1 - share));
  }
  return Math.min(1, sum);
}
