import type { WindowBuckets } from '../ports/window-store.js';
import type { WindowPlan } from './window-plan.js';

/** First and last offset (ms into the span) at which a member was seen in one bucket. */
export interface Occurrence {
  readonly first: number;
  readonly last: number;
}

/** Members of one bucket by hash (16 hex digits). */
export type BucketMembers = ReadonlyMap<string, Occurrence>;

/**
 * What decides about a span, whatever the order, duplication and cutting in which it was written: per bucket either
 * that it is saturated, or the first and last time of each member. First and last are enough for exact sliding
 * windows: a window's left edge asks for the last time in a bucket, its right edge for the first.
 */
export interface SpanState {
  readonly members: ReadonlyMap<number, BucketMembers>;
  readonly saturated: ReadonlySet<number>;
}

export const EMPTY_SPAN: SpanState = { members: new Map(), saturated: new Set() };

/** Reads what the store keeps; members that are not 12 bytes are none. */
export function toSpanState(plan: WindowPlan, buckets: WindowBuckets): SpanState {
  const known = new Map<number, BucketMembers>();
  for (const [bucket, raw] of buckets) {
    const members = new Map<string, Occurrence>();
    for (const bytes of raw) {
      if (bytes.byteLength === MEMBER_BYTES) addOccurrence(members, memberHash(bytes), memberOffset(bytes));
    }
    known.set(bucket, members);
  }
  return stateOf(plan, known);
}

/** The same of buckets that have not been stored. */
export function stateOf(plan: WindowPlan, buckets: ReadonlyMap<number, BucketMembers>): SpanState {
  const members = new Map<number, BucketMembers>();
  const saturated = new Set<number>();
  for (const [bucket, known] of buckets) {
    if (known.size >= plan.capacity) saturated.add(bucket);
    else if (known.size > 0) members.set(bucket, known);
  }
  return { members, saturated };
}

/** Widens what is known of a member by one more time. */
export function addOccurrence(known: Map<string, Occurrence>, hash: string, offset: number): void {
  const seen = known.get(hash);
  if (seen === undefined) known.set(hash, { first: offset, last: offset });
  else if (offset < seen.first) known.set(hash, { first: offset, last: seen.last });
  else if (offset > seen.last) known.set(hash, { first: seen.first, last: offset });
}

const MEMBER_BYTES = 12;
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** 4 bytes of offset, big endian, then the 8 bytes of the hash. */
export function toMember(hash: string, offset: number): Uint8Array {
  const bytes = new Uint8Array(MEMBER_BYTES);
  new DataView(bytes.buffer).setUint32(0, offset);
  for (let at = 0; at < 8; at += 1) bytes[4 + at] = Number.parseInt(hash.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

export function memberOffset(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
}

export function memberHash(bytes: Uint8Array): string {
  let hash = '';
  for (let at = 4; at < MEMBER_BYTES; at += 1) hash += HEX[bytes[at] ?? 0];
  return hash;
}
