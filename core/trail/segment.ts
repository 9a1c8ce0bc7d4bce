import type { ApiCall } from '../calls/api-call.js';
import type { Compression } from '../ports/compression.js';
import type { Segment, SegmentHead, SegmentKey } from '../ports/trail-store.js';
import { decodeCalls, encodeCalls } from './segment-codec.js';
import { shrinkCall } from './shrink-call.js';

/** An item of 400 KB has room for this, base64 in a request of 16 MB too; what a search reads at once stays small. */
export const SEGMENT_MAX_BYTES = 256 * 1024;
/** The head is read for every search: its counts must not outgrow what they save. */
const HEAD_ROUTES_MAX_BYTES = 64 * 1024;
const CALLS_MAX = 5_000;
const HOUR_MS = 3_600_000;
const DAY_SECONDS = 86_400;
/** An import of old logs stays searchable for a week, though its hours are long past their hot days. */
const IMPORT_DAYS = 7;

export interface SegmentOptions {
  /** Payload digest, hexadecimal; its first byte chooses the shard. */
  readonly digest: string;
  readonly nowMs: number;
  readonly hotDays: number;
  /** Shards of a stage (1, 8, 32). */
  readonly shards: (apiId: string, stage: string) => number;
}

/**
 * The calls of one payload as segments, one or more for each API, stage and event hour, each at most
 * `SEGMENT_MAX_BYTES`. The same payload gives the same segments but for `expiresAtSeconds`. Calls are in order of time
 * within a segment. A single call too large for a segment loses its bodies and the ends of its longest texts, and says
 * so (`shrinkCall`).
 */
export function encodeSegments(
  calls: readonly ApiCall[],
  options: SegmentOptions,
  compression: Compression,
): Segment[] {
  const groups = new Map<string, Group>();
  // Calls of one hour come one after the other: most need no look-up.
  let latest: Group | undefined;
  for (const call of calls) {
    const apiId = call.apiId ?? '-';
    const stage = call.stage ?? '-';
    const hourMs = Math.floor(call.timeMs / HOUR_MS) * HOUR_MS;
    if (latest?.hourMs !== hourMs || latest.apiId !== apiId || latest.stage !== stage) {
      const name = `${apiId.length} ${apiId} ${stage} ${hourMs}`;
      latest = groups.get(name) ?? { apiId, stage, hourMs, calls: [] };
      groups.set(name, latest);
    }
    latest.calls.push(call);
  }
  return [...groups.values()].flatMap((group) => encodeGroup(group, options, compression));
}

/** Throws `Fault('store.corrupt')` on a format it does not know and on bytes that are not a segment. */
export function decodeSegment(bytes: Uint8Array, compression: Compression): ApiCall[] {
  return decodeCalls(bytes, compression);
}

interface Group {
  readonly apiId: string;
  readonly stage: string;
  readonly hourMs: number;
  readonly calls: ApiCall[];
}

function encodeGroup(group: Group, options: SegmentOptions, compression: Compression): Segment[] {
  const { apiId, stage, hourMs } = group;
  const nowSeconds = Math.floor(options.nowMs / 1000);
  const expiresAtSeconds = Math.max(
    Math.floor(hourMs / 1000) + options.hotDays * DAY_SECONDS,
    nowSeconds + IMPORT_DAYS * DAY_SECONDS,
  );
  const shard = Number.parseInt(options.digest.slice(0, 2), 16) % options.shards(apiId, stage);
  const calls = group.calls.sort((a, b) => a.timeMs - b.timeMs);
  return [...fittingParts(calls, compression)].map(({ calls: fitting, bytes, routes }, part) => {
    const firstMs = fitting[0]?.timeMs ?? hourMs;
    const key: SegmentKey = { apiId, stage, hourMs, shard, firstMs, digest: options.digest, part };
    const head: SegmentHead = {
      key,
      lastMs: fitting.at(-1)?.timeMs ?? firstMs,
      calls: fitting.length,
      sizeBytes: bytes.byteLength,
      routes,
    };
    return { head, bytes, expiresAtSeconds };
  });
}

interface Part {
  readonly calls: readonly ApiCall[];
  readonly bytes: Uint8Array;
  readonly routes: SegmentHead['routes'];
}

/** Halves what does not fit, until it does. */
function* fittingParts(calls: readonly ApiCall[], compression: Compression): Generator<Part> {
  if (calls.length <= CALLS_MAX) {
    const routes = countRoutes(calls);
    const fits = calls.length === 1 || !outgrowsHead(routes, calls.length);
    const bytes = fits ? encodeCalls(calls, compression) : undefined;
    if (bytes !== undefined && bytes.byteLength <= SEGMENT_MAX_BYTES) {
      yield { calls, bytes, routes };
      return;
    }
    const [only] = calls;
    if (calls.length === 1 && only !== undefined) {
      const shrunk = [shrinkCall(only)];
      yield { calls: shrunk, bytes: encodeCalls(shrunk, compression), routes: countRoutes(shrunk) };
      return;
    }
  }
  const middle = Math.ceil(calls.length / 2);
  yield* fittingParts(calls.slice(0, middle), compression);
  yield* fittingParts(calls.slice(middle), compression);
}

/** Most heads are small by any reckoning, a status for each call included: only the others are written to see. */
function outgrowsHead(routes: SegmentHead['routes'], calls: number): boolean {
  let atMost = 2 + calls * STATUS_MAX;
  for (const route of Object.keys(routes)) atMost += route.length * ESCAPED_MAX + ROUTE_FRAME;
  return atMost > HEAD_ROUTES_MAX_BYTES && JSON.stringify(routes).length > HEAD_ROUTES_MAX_BYTES;
}

/** A character of JSON is six characters at most, a status with its count or what stands around a route no more than these. */
const ESCAPED_MAX = 6;
const STATUS_MAX = 32;
const ROUTE_FRAME = 6;

function countRoutes(calls: readonly ApiCall[]): SegmentHead['routes'] {
  const byRoute = new Map<string, Map<string, Map<number | undefined, number>>>();
  for (const { route = '-', method = '-', status } of calls) {
    const byMethod = entryOf(byRoute, route, () => new Map<string, Map<number | undefined, number>>());
    const statuses = entryOf(byMethod, method, () => new Map<number | undefined, number>());
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  return Object.fromEntries(
    [...byRoute].flatMap(([route, byMethod]) =>
      [...byMethod].map(([method, statuses]) => [
        `${method} ${route}`,
        Object.fromEntries([...statuses].map(([status, count]) => [String(status ?? '-'), count])),
      ]),
    ),
  );
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, fresh: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = fresh();
    map.set(key, value);
  }
  return value;
}
