import type { WindowBuckets } from '../../core/ports/window-store.js';

export interface Split {
  readonly keep: WindowBuckets;
  readonly drop: WindowBuckets;
}

/**
 * Splits the members of a span into the `limit` smallest (by offset, then hash) and the rest. Keeping the smallest
 * makes a full span a function of what was ever added, not of the order in which it came.
 */
export function smallestMembers(buckets: WindowBuckets, limit: number): Split {
  let size = 0;
  for (const members of buckets.values()) size += members.length;
  if (size <= limit) return { keep: buckets, drop: new Map() };
  const all = [...buckets].flatMap(([bucket, members]) => members.map((member) => ({ bucket, member })));
  all.sort((a, b) => compareBytes(a.member, b.member) || a.bucket - b.bucket);
  return { keep: byBucket(all.slice(0, limit)), drop: byBucket(all.slice(limit)) };
}

/** The same in each bucket by itself. */
export function smallestOfEach(buckets: WindowBuckets, limitEach: number): Split {
  const keep = new Map<number, readonly Uint8Array[]>();
  const drop = new Map<number, readonly Uint8Array[]>();
  for (const [bucket, members] of buckets) {
    const sorted = members.length > limitEach ? [...members].sort(compareBytes) : members;
    keep.set(bucket, sorted.slice(0, limitEach));
    if (sorted.length > limitEach) drop.set(bucket, sorted.slice(limitEach));
  }
  return { keep, drop };
}

function byBucket(members: readonly { readonly bucket: number; readonly member: Uint8Array }[]) {
  const buckets = new Map<number, Uint8Array[]>();
  for (const { bucket, member } of members) {
    const known = buckets.get(bucket);
    if (known === undefined) buckets.set(bucket, [member]);
    else known.push(member);
  }
  return buckets;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
