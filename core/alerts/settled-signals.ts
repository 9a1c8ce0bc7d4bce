import type { WindowBuckets, WindowKey } from '../ports/window-store.js';
import { hexOf } from './signal-member.js';

type Members = ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>;

/**
 * Signals this container has carried to the end: written, judged, and any alert recorded; and of full buckets, the last
 * member kept, beyond which nothing matters. Bounded by members, least recently used first.
 */
export class SettledSignals {
  private readonly spans = new Map<string, Settled>();
  private members = 0;

  constructor(private readonly membersMax = 25_000) {}

  /** The part of what a payload would add that is not settled yet. */
  unsettled(key: WindowKey, buckets: Members): Members {
    const name = nameOf(key);
    const settled = this.spans.get(name);
    if (settled === undefined) return buckets;
    this.spans.delete(name);
    this.spans.set(name, settled);
    const left = new Map<number, ReadonlyMap<string, Uint8Array>>();
    for (const [bucket, members] of buckets) {
      const known = settled.buckets.get(bucket);
      const fresh = [...members].filter(
        ([member]) => known === undefined || !(known.members.has(member) || member > known.last),
      );
      if (fresh.length > 0) left.set(bucket, new Map(fresh));
    }
    return left;
  }

  /** What the store held after the write; `keepEach` members are a full bucket. */
  settle(key: WindowKey, keepEach: number, buckets: WindowBuckets): void {
    const name = nameOf(key);
    this.forget(name);
    let members = 1;
    const known = new Map<number, KnownBucket>();
    for (const [bucket, raw] of buckets) {
      const names = raw.map(hexOf).sort();
      members += names.length;
      known.set(bucket, {
        members: new Set(names),
        last: names.length >= keepEach ? (names[keepEach - 1] ?? BEYOND) : BEYOND,
      });
    }
    this.spans.set(name, { buckets: known, members });
    this.members += members;
    for (const oldest of this.spans.keys()) {
      if (this.members <= this.membersMax) break;
      this.forget(oldest);
    }
  }

  private forget(name: string): void {
    this.members -= this.spans.get(name)?.members ?? 0;
    this.spans.delete(name);
  }
}

interface KnownBucket {
  readonly members: ReadonlySet<string>;
  /** Members that sort after it are not kept. */
  readonly last: string;
}

interface Settled {
  readonly buckets: ReadonlyMap<number, KnownBucket>;
  readonly members: number;
}

/** Sorts after every hexadecimal text. */
const BEYOND = '~';

function nameOf({ ruleHash, groupHash, spanStartMs }: WindowKey): string {
  return `${ruleHash}#${groupHash}#${spanStartMs}`;
}
