import type { Pair } from './json-pairs.js';

/**
 * A caller who writes `x","status":"200` into a user agent adds fields to the line. Without the format only one thing
 * gives that away: keys that come twice with different values. The surplus is put back into the free text it
 * must have come from: the fewest fields right behind a text that a caller chooses, so that each key is left once.
 * Returns the pairs as they were if no such explanation exists; then the first of equal keys counts.
 */
export function withoutInjected(
  pairs: readonly Pair[],
  rawOf: (pair: Pair) => string,
  trustOf: (pair: Pair) => number | undefined,
): { readonly pairs: readonly Pair[]; readonly contradictory: boolean } {
  const surplus = contradictions(pairs, rawOf);
  if (surplus === 0) return { pairs, contradictory: false };
  const suspects = pairs
    .map((pair, index) => ({ index, trust: trustOf(pair) }))
    .filter((suspect): suspect is { index: number; trust: number } => suspect.trust !== undefined)
    .sort((a, b) => a.trust - b.trust || a.index - b.index)
    .slice(0, MAX_SUSPECTS);
  for (const { index } of suspects) {
    const taken = fewestBehind(pairs, index);
    if (taken === undefined) continue;
    const host = pairs[index] as Pair;
    const end = (pairs[index + taken] as Pair).end;
    return {
      pairs: [...pairs.slice(0, index), { ...host, end }, ...pairs.slice(index + taken + 1)],
      contradictory: true,
    };
  }
  return { pairs, contradictory: true };
}

/** More free texts than any real format holds; keeps a flood of injected ones from costing a pass each. */
const MAX_SUSPECTS = 64;

function contradictions(pairs: readonly Pair[], rawOf: (pair: Pair) => string): number {
  const seen = new Map<string, string>();
  let count = 0;
  for (const pair of pairs) {
    const value = rawOf(pair);
    const first = seen.get(pair.key);
    if (first === undefined) seen.set(pair.key, value);
    else if (first !== value) count++;
  }
  return count;
}

function fewestBehind(pairs: readonly Pair[], index: number): number | undefined {
  const counts = new Map<string, number>();
  let doubled = 0;
  for (const pair of pairs) {
    const count = (counts.get(pair.key) ?? 0) + 1;
    counts.set(pair.key, count);
    if (count > 1) doubled++;
  }
  for (let taken = 1; index + taken < pairs.length; taken++) {
    const key = (pairs[index + taken] as Pair).key;
    const count = counts.get(key) ?? 0;
    counts.set(key, count - 1);
    // the only one of its key is a real field as far as anyone can tell, but may still stand among injected ones
    if (count > 1) doubled--;
    if (doubled === 0) return taken;
  }
  return undefined;
}
