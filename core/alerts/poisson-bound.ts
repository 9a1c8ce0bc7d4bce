const CONFIDENCE = 0.95;
/** Bisection halves the error each step: 60 steps are all that a double can tell apart. */
const STEPS = 60;

/**
 * The rate that is not exceeded with 95 % confidence when `count` events were seen in `exposure` (days, say): the exact one-sided
 * Poisson bound (Garwood 1936), that is the λ for which `count` events or fewer have a chance of 5 %. No event in 7 days
 * bounds the rate at 0.43 a day. Infinite where there was no exposure.
 */
export function poissonUpperBound(count: number, exposure: number): number {
  if (!(exposure > 0)) return Number.POSITIVE_INFINITY;
  let low = count;
  // Above it by far: the bound lies below count + 4 standard deviations + 6 for every count.
  let high = count + 4 * Math.sqrt(count) + 6;
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (chanceOfAtMost(count, middle) > 1 - CONFIDENCE) low = middle;
    else high = middle;
  }
  return high / exposure;
}

/** P(X ≤ count) of a Poisson variable, each term from the one before, in logarithms so that nothing underflows. */
function chanceOfAtMost(count: number, mean: number): number {
  let logTerm = -mean;
  let sum = Math.exp(logTerm);
  for (let k = 1; k <= count; k += 1) {
    logTerm += Math.log(mean / k);
    sum += Math.exp(logTerm);
  }
  return sum;
}
