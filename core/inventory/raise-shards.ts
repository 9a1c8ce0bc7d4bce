import type { Bundle, ShardCount } from '../bundle.js';
import type { SegmentHead } from '../ports/trail-store.js';

/** What an event hour of a stage wrote into the trail. */
export interface StageLoad {
  readonly apiId: string;
  readonly stage: string;
  readonly writeUnits: number;
}

/** A partition takes 1,000 write units a second and no more, on demand as well (DynamoDB developer guide, "Burst and adaptive capacity"). */
const PARTITION_UNITS_PER_SECOND = 1_000;
/** How much more than in the mean of an hour may come in its busiest seconds without a write being refused. */
const PEAK_TO_MEAN = 4;
/**
 * What one shard should take of an hour: 1,000 / 4 × 3,600 = 900,000 write units. A unit is a KiB, so that is about 900 MB of
 * segments: at 75 bytes a call 12 million calls an hour, 3,300 a second; where payloads are so small that each is a unit, 250
 * payloads a second. A segment of 256 KiB is 256 units at once, a quarter of a second's worth.
 */
const SHARD_UNITS_PER_HOUR = (PARTITION_UNITS_PER_SECOND / PEAK_TO_MEAN) * 3_600;

const COUNTS: readonly ShardCount[] = [1, 8, 32];

/** Write units of a segment: each KiB begun, with what an item has beside its bytes. Its head lies in a partition of its own. */
export function writeUnitsOf({ sizeBytes }: Pick<SegmentHead, 'sizeBytes'>): number {
  return Math.ceil((sizeBytes + ITEM_FRAME_BYTES) / 1_024);
}

/** Key, digest, names and expiry. */
const ITEM_FRAME_BYTES = 250;

/**
 * The shard counts for the hours to come: for each stage at least what its busiest hour among `loads` asks for, and never
 * fewer than it has. Traffic that came once comes again; and a count that never falls is one that every reader of an hour can
 * rely on, however old the bundle of the container that wrote it.
 */
export function raisedShards(shards: Bundle['shards'], loads: readonly StageLoad[]): Bundle['shards'] {
  const raised = new Map(Object.entries(shards));
  for (const { apiId, stage, writeUnits } of loads) {
    const name = `${apiId}/${stage}`;
    const wanted = COUNTS.find((count) => writeUnits <= count * SHARD_UNITS_PER_HOUR) ?? 32;
    if (wanted > (raised.get(name) ?? 1)) raised.set(name, wanted);
  }
  return Object.fromEntries([...raised].sort(([a], [b]) => (a < b ? -1 : 1)));
}
