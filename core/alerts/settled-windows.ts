import { KeptEvidence } from './kept-evidence.js';
import { SettledSignals } from './settled-signals.js';
import type { Occurrence, SpanState } from './span-state.js';

/**
 * Spans this container has carried to the end: written, judged, and any alert recorded. What is settled need not be
 * written or judged again, so that a hot group costs nothing; forgetting costs one write that changes nothing.
 * Bounded by members, least recently used first.
 */
export class SettledWindows {
  private readonly spans = new Map<string, Settled>();
  private members = 0;
  readonly signals = new SettledSignals();
  readonly evidence = new KeptEvidence();
  /** Event time up to which this container has judged the windows that have closed. */
  sweptMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly membersMax = 25_000) {}

  /** The part of what a payload would add that is not settled yet; empty when there is nothing to do. */
  unsettled(
    key: string,
    buckets: ReadonlyMap<number, ReadonlyMap<string, Occurrence>>,
  ): ReadonlyMap<number, ReadonlyMap<string, Occurrence>> {
    const settled = this.spans.get(key);
    if (settled === undefined) return buckets;
    this.spans.delete(key);
    this.spans.set(key, settled);
    return missing(settled.state, buckets);
  }

  knows(key: string): boolean {
    return this.spans.has(key);
  }

  settle(key: string, state: SpanState): void {
    this.forget(key);
    let members = 1 + state.saturated.size;
    for (const bucket of state.members.values()) members += bucket.size;
    this.spans.set(key, { state, members });
    this.members += members;
    for (const oldest of this.spans.keys()) {
      if (this.members <= this.membersMax) break;
      this.forget(oldest);
    }
  }

  private forget(key: string): void {
    this.members -= this.spans.get(key)?.members ?? 0;
    this.spans.delete(key);
  }
}

interface Settled {
  readonly state: SpanState;
  readonly members: number;
}

/** What `buckets` would add to `state`: a saturated bucket takes nothing, nor does a time between two known ones matter. */
export function missing(
  state: SpanState,
  buckets: ReadonlyMap<number, ReadonlyMap<string, Occurrence>>,
): ReadonlyMap<number, ReadonlyMap<string, Occurrence>> {
  const left = new Map<number, ReadonlyMap<string, Occurrence>>();
  for (const [bucket, members] of buckets) {
    if (state.saturated.has(bucket)) continue;
    const known = state.members.get(bucket);
    const fresh = new Map([...members].filter(([hash, seen]) => !covers(known?.get(hash), seen)));
    if (fresh.size > 0) left.set(bucket, fresh);
  }
  return left;
}

function covers(known: Occurrence | undefined, seen: Occurrence): boolean {
  return known !== undefined && known.first <= seen.first && known.last >= seen.last;
}
