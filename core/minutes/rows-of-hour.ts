import type { CountPorts, StageHour } from '../inventory/count-hour.js';
import type { Digest } from '../ports/digest.js';
import type { SegmentHead } from '../ports/trail-store.js';
import type { MinuteEvent } from './minute-event.js';
import { MINUTE_MS, MinuteTally } from './minute-tally.js';
import type { UsualRates } from './usual-rates.js';

export interface HourOfRows {
  readonly hour: StageHour;
  /** The minutes wanted: whole minutes of the hour, `toMs` exclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly usual: UsualRates;
}

/**
 * The rows of some minutes of a stage's hour, minute by minute, oldest first: a pure function of what the trail holds. Reads only
 * segments that touch those minutes; memory holds the sums of minutes that segments still to come may touch.
 */
export async function* rowsOfHour(
  ports: CountPorts,
  { hour, fromMs, toMs, usual }: HourOfRows,
  digest: Digest,
): AsyncGenerator<readonly MinuteEvent[]> {
  const { apiId, stage, shards, hourMs } = hour;
  const heads: SegmentHead[] = [];
  const scope = { apiId, stage, shards, fromMs, toMs: toMs - 1 };
  for await (const head of ports.trail.heads(scope)) if (head.key.hourMs === hourMs) heads.push(head);
  heads.sort((a, b) => a.key.firstMs - b.key.firstMs);

  const tally = new MinuteTally({ apiId, stage }, usual, digest);
  let closedMs = fromMs;
  for (const { key } of heads) {
    const reachedMs = Math.max(closedMs, Math.floor(key.firstMs / MINUTE_MS) * MINUTE_MS);
    for (; closedMs < reachedMs; closedMs += MINUTE_MS) yield tally.close(closedMs);
    const bytes = await ports.trail.segment(key);
    // Head and segment expire together; one may be gone a moment before the other.
    if (bytes === undefined) continue;
    for (const call of await ports.decodeSegment(bytes))
      if (call.timeMs >= closedMs && call.timeMs < toMs) tally.add(call);
  }
  for (; closedMs < toMs; closedMs += MINUTE_MS) yield tally.close(closedMs);
}
