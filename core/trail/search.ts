import type { ApiCall } from '../calls/api-call.js';
import type { Compression } from '../ports/compression.js';
import type { SegmentHead, TrailStage, TrailStore } from '../ports/trail-store.js';
import { decodeSegment } from './segment.js';

export interface TrailSearchScope {
  /** Absent: every API that the trail knows. */
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** Epoch milliseconds, both inclusive. */
  readonly fromMs: number;
  readonly toMs: number;
  /** From the heads alone: `false` spares reading the calls of a segment. */
  readonly mayHold?: (head: SegmentHead) => boolean;
}

export interface TrailReading {
  readonly store: TrailStore;
  readonly compression: Compression;
}

const HOUR_MS = 3_600_000;

/**
 * Calls of the hot trail that satisfy the predicate, newest first, each call identity once (re-batching and replays
 * store the same call in several segments; a record cut short and its whole, or two feeds, differ in what they tell of it). Of
 * several the one that tells most is judged by the predicate, among those that `mayHold` let be read. Reads hour by hour and
 * only as far as the caller asks; memory holds the matches and the call identities of one hour.
 */
export async function* searchTrail(
  reading: TrailReading,
  scope: TrailSearchScope,
  predicate: (call: ApiCall) => boolean,
): AsyncGenerator<ApiCall> {
  for await (const { hourMs, stages } of hoursNewestFirst(reading.store, scope)) {
    const told = new Map<string, number>();
    const matches = new Map<string, ApiCall>();
    for (const { stage, shards } of stages) {
      const within = {
        ...stage,
        shards,
        fromMs: Math.max(scope.fromMs, hourMs),
        toMs: Math.min(scope.toMs, hourMs + HOUR_MS - 1),
      };
      for await (const head of reading.store.heads(within)) {
        if (scope.mayHold?.(head) === false) continue;
        const bytes = await reading.store.segment(head.key);
        // Head and segment expire together; one may be gone a moment before the other.
        if (bytes === undefined) continue;
        for (const call of decodeSegment(bytes, reading.compression)) {
          if (call.timeMs < scope.fromMs || call.timeMs > scope.toMs) continue;
          const identity = `${stage.apiId} ${stage.stage} ${call.id}`;
          const tells = telling(call);
          if (tells <= (told.get(identity) ?? 0)) continue;
          told.set(identity, tells);
          if (predicate(call)) matches.set(identity, call);
          else matches.delete(identity);
        }
      }
    }
    yield* [...matches.values()].sort((a, b) => b.timeMs - a.timeMs);
  }
}

/** More than a call has fields: one with a status tells how it ended, and no other fields outweigh that. */
const STATUS_WEIGHT = 1_000;

/** How much a call tells: at least 1. */
function telling(call: ApiCall): number {
  let fields = 1;
  for (const value of Object.values(call)) if (value !== undefined) fields += 1;
  return call.status === undefined ? fields : fields + STATUS_WEIGHT;
}

interface Hour {
  readonly hourMs: number;
  readonly stages: readonly { readonly stage: TrailStage; readonly shards: number }[];
}

/** Walks the directories of all stages in scope together. */
async function* hoursNewestFirst(store: TrailStore, scope: TrailSearchScope): AsyncGenerator<Hour> {
  const stages = (await store.stages()).filter(
    ({ apiId, stage }) =>
      (scope.apiId === undefined || scope.apiId === apiId) &&
      (scope.stage === undefined || scope.stage === stage),
  );
  const fromHourMs = Math.floor(scope.fromMs / HOUR_MS) * HOUR_MS;
  const walks = await Promise.all(
    stages.map(async (stage) => {
      const hours = store.hours(stage, fromHourMs, scope.toMs)[Symbol.asyncIterator]();
      return { stage, hours, next: await hours.next() };
    }),
  );
  for (;;) {
    let hourMs = Number.NEGATIVE_INFINITY;
    for (const { next } of walks) if (next.done !== true) hourMs = Math.max(hourMs, next.value.hourMs);
    if (hourMs === Number.NEGATIVE_INFINITY) return;
    const here: { stage: TrailStage; shards: number }[] = [];
    for (const walk of walks) {
      if (walk.next.done === true || walk.next.value.hourMs !== hourMs) continue;
      here.push({ stage: walk.stage, shards: walk.next.value.shards });
      walk.next = await walk.hours.next();
    }
    yield { hourMs, stages: here };
  }
}
