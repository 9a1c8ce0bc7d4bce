import type { WindowBuckets } from '../ports/window-store.js';
import { hexOf, type Signal, toSignal } from './signal-member.js';
import type { SignalPlan } from './signal-plan.js';

/** What is known of one span, whatever the order, duplication and cutting in which it was written. */
export interface SignalSpan {
  readonly signals: readonly Signal[];
  /** A bucket is full: its signals stand for more than themselves. */
  readonly isSampled: boolean;
  /** Grows with every signal that is added, and with every one that takes the place of another. */
  readonly progress: number;
}

export const NO_SIGNALS: SignalSpan = { signals: [], isSampled: false, progress: 0 };

/**
 * Reads what the store keeps. A full bucket is a priority sample (Duffield, Lund and Thorup, "Priority sampling for
 * estimation of arbitrary subset sums", 2007): those of the lowest rank, where the last one kept only tells how
 * likely the others were to stay. Sums and counts over any part of it are unbiased estimates, with a standard error of
 * about 1/√k for k signals kept.
 */
export function toSignalSpan(plan: SignalPlan, startMs: number, buckets: WindowBuckets): SignalSpan {
  const signals: Signal[] = [];
  let progress = 0;
  let isSampled = false;
  for (const [bucket, raw] of buckets) {
    const leaf = plan.leaves[Math.floor(bucket / plan.bucketsPerLeaf)];
    if (leaf === undefined) continue;
    const kept = lowest(raw, plan.keepEach).flatMap((bytes) => toSignal(leaf, startMs, bytes) ?? []);
    for (const { rank } of kept) progress += RANK_BITS_END - bitsOf(rank);
    if (kept.length < plan.keepEach) signals.push(...kept);
    else {
      isSampled = true;
      const limit = Math.max(...kept.map(({ rank }) => rank));
      let isLimitSeen = false;
      for (const { rank, size, ...signal } of kept) {
        const isLimit: boolean = rank === limit && !isLimitSeen;
        if (isLimit) isLimitSeen = true;
        signals.push({ ...signal, weight: isLimit ? 0 : 1 / Math.min(1, size * limit) });
      }
    }
  }
  return { signals, isSampled, progress };
}

/** In the order in which they are judged: at the same instant, in the order of the rules. */
export function inOrder(signals: readonly Signal[]): readonly Signal[] {
  return [...signals].sort(
    (a, b) => a.timeMs - b.timeMs || a.leaf - b.leaf || (a.hash < b.hash ? -1 : a.hash > b.hash ? 1 : 0),
  );
}

/** Whoever reads between an addition and its trimming sees more than is kept. */
function lowest(members: readonly Uint8Array[], limit: number): readonly Uint8Array[] {
  if (members.length <= limit) return members;
  return members
    .map((bytes) => ({ bytes, name: hexOf(bytes) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ bytes }) => bytes);
}

/** The bits of a positive 32-bit float are below it. */
const RANK_BITS_END = 2 ** 31;
const scratch = new DataView(new ArrayBuffer(4));

function bitsOf(rank: number): number {
  scratch.setFloat32(0, rank);
  return scratch.getUint32(0);
}
