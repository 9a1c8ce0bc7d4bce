import type { Arrival } from '../alerts/lateness.js';
import type { Bundle } from '../bundle.js';
import type { ApiCall } from '../calls/api-call.js';
import type { Compression } from '../ports/compression.js';
import type { OpenMarker, Segment, TrailStore } from '../ports/trail-store.js';
import { encodeSegments } from '../trail/segment.js';

const QUARTER_HOUR_MS = 900_000;

export interface SegmentsInput {
  readonly calls: readonly ApiCall[];
  /** Payload digest, hexadecimal. */
  readonly digest: string;
  readonly bundle: Pick<Bundle, 'settings' | 'shards'>;
  readonly compression: Compression;
  readonly arrival: Arrival;
}

export interface RecordedSegments {
  readonly segments: number;
  /** Calls in segments that had been written before. */
  readonly duplicates: number;
}

/** Writes the calls to the trail, then the markers by which `seal` and `learn` find their hours. */
export async function recordSegments(
  { calls, digest, bundle, compression, arrival }: SegmentsInput,
  trail: Pick<TrailStore, 'putSegment' | 'markOpen'>,
): Promise<RecordedSegments> {
  const shards = (apiId: string, stage: string) => {
    const name = `${apiId}/${stage}`;
    return Object.hasOwn(bundle.shards, name) ? (bundle.shards[name] ?? 1) : 1;
  };
  const { hotDays } = bundle.settings;
  const segments = encodeSegments(calls, { digest, nowMs: arrival.atMs, hotDays, shards }, compression);
  const outcomes = await Promise.all(segments.map((segment) => trail.putSegment(segment)));
  await Promise.all(openMarkers(segments, arrival.atMs, shards).map((marker) => trail.markOpen(marker)));
  const present = segments.filter((_, at) => outcomes[at] === 'present');
  return {
    segments: segments.length - present.length,
    duplicates: present.reduce((sum, segment) => sum + segment.head.calls, 0),
  };
}

/** One for each API, stage and event hour, however many parts the payload's calls of that hour took. */
function openMarkers(
  segments: readonly Segment[],
  nowMs: number,
  shards: (apiId: string, stage: string) => number,
): readonly OpenMarker[] {
  const arrivalMs = Math.floor(nowMs / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  return segments
    .filter(({ head }) => head.key.part === 0)
    .map(({ head, expiresAtSeconds }): OpenMarker => {
      const { apiId, stage, hourMs } = head.key;
      return { arrivalMs, apiId, stage, hourMs, shards: shards(apiId, stage), expiresAtSeconds };
    });
}
