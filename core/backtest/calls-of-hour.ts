import type { ApiCall } from '../calls/api-call.js';
import { isUnended } from '../calls/call-identity.js';
import type { CountPorts, StageHour } from '../inventory/count-hour.js';
import type { SegmentHead } from '../ports/trail-store.js';

export interface ReadCall {
  readonly call: ApiCall;
  /** The same call was given before, from another segment. */
  readonly isRepeated: boolean;
}

const HOUR_MS = 3_600_000;
/** Identities are forgotten by the minute of their call: a segment that starts later cannot hold them. */
const FORGET_MS = 60_000;

/**
 * The calls of a stage's hour that are judged live, segment by segment, in the rough order of time. One that was stored
 * several times is given each time, as it was judged each time: windows take it once. Memory holds a segment, and the
 * identities of the minutes that segments still to come may touch.
 */
export async function* callsOfHour(ports: CountPorts, hour: StageHour): AsyncGenerator<readonly ReadCall[]> {
  const { apiId, stage, shards, hourMs } = hour;
  const heads: SegmentHead[] = [];
  const scope = { apiId, stage, shards, fromMs: hourMs, toMs: hourMs + HOUR_MS - 1 };
  for await (const head of ports.trail.heads(scope)) if (head.key.hourMs === hourMs) heads.push(head);
  heads.sort((a, b) => a.key.firstMs - b.key.firstMs);

  const seen = new Map<number, Set<string>>();
  for (const { key } of heads) {
    for (const minute of seen.keys()) if ((minute + 1) * FORGET_MS <= key.firstMs) seen.delete(minute);
    const bytes = await ports.trail.segment(key);
    // Head and segment expire together; one may be gone a moment before the other.
    if (bytes === undefined) continue;
    const read: ReadCall[] = [];
    for (const call of await ports.decodeSegment(bytes)) {
      // Without its end a request is not judged; with it, it is stored once more.
      if (isUnended(call)) continue;
      const minute = Math.floor(call.timeMs / FORGET_MS);
      const ids = seen.get(minute) ?? new Set();
      seen.set(minute, ids);
      read.push({ call, isRepeated: ids.has(call.id) });
      ids.add(call.id);
    }
    yield read;
  }
}
