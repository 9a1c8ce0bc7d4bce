import type { WindowBuckets } from '../ports/window-store.js';
import { memberHash, memberOffset, type Occurrence, toMember, toSpanState } from './span-state.js';
import type { WindowPlan } from './window-plan.js';

/** Members as the store keeps them: at most `capacity` hashes a bucket, for no more can matter. */
export function toWindowBuckets(
  plan: WindowPlan,
  buckets: ReadonlyMap<number, ReadonlyMap<string, Occurrence>>,
): WindowBuckets {
  return new Map(
    [...buckets].map(([bucket, members]) => {
      const some = [...members].slice(0, plan.capacity);
      return [
        bucket,
        some.flatMap(([hash, { first, last }]) =>
          first === last ? [toMember(hash, first)] : [toMember(hash, first), toMember(hash, last)],
        ),
      ] as const;
    }),
  );
}

/**
 * Members that lie between an earlier and a later one of the same hash in the same bucket. Whoever deletes them, in
 * whatever order, never deletes the first or the last, so the state of the span does not change. Saturated buckets are
 * left alone: there the number of hashes is all that counts.
 */
export function superfluousMembers(
  plan: WindowPlan,
  buckets: WindowBuckets,
): { readonly count: number; readonly members: WindowBuckets } {
  const state = toSpanState(plan, buckets);
  const members = new Map<number, readonly Uint8Array[]>();
  let count = 0;
  for (const [bucket, known] of state.members) {
    const between = (buckets.get(bucket) ?? []).filter((member) => {
      const seen = known.get(memberHash(member));
      const offset = memberOffset(member);
      return seen !== undefined && offset > seen.first && offset < seen.last;
    });
    if (between.length === 0) continue;
    members.set(bucket, between);
    count += between.length;
  }
  return { count, members };
}
