import type { DecodedBatch } from '../calls/feeds/decoded-batch.js';
import type { PoisonRecord, StateStore } from '../ports/state-store.js';

/**
 * Records of one payload that are set aside. A feed that nothing can read would else cost a write a line; what is beyond is
 * counted, and still in its log group or file.
 */
export const POISON_MAX = 100;

/** A log stream's name ends at 512 characters; what claims more must not outgrow the item. */
const POSITION_MAX = 1_024;

/** Sets the rejected records aside, by digest and position, so that a retry sets aside nothing twice. */
export async function setAside(
  state: Pick<StateStore, 'putPoison'>,
  batch: DecodedBatch,
  atMs: number,
): Promise<number> {
  const kept = batch.rejected.slice(0, POISON_MAX);
  await Promise.all(
    kept.map(({ record, reason, body, origin }) => {
      const poison: PoisonRecord = {
        digest: batch.digest,
        position: record,
        feed: batch.feed,
        reason,
        atMs,
        body,
        truncated: false,
        ...(origin !== undefined && origin.position.length <= POSITION_MAX && { origin }),
      };
      return state.putPoison(poison);
    }),
  );
  return kept.length;
}
