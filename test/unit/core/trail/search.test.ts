import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import type { Segment, TrailHour, TrailStage, TrailStore } from '../../../../core/ports/trail-store.js';
import { searchTrail } from '../../../../core/trail/search.js';
import { encodeSegments } from '../../../../core/trail/segment.js';
import { testCall } from '../inventory/test-call.js';

const HOUR_MS = 3_600_000;
const HOUR = Date.UTC(2024, 2, 9, 10);
const STAGE: TrailStage = { apiId: 'a1b2c3d4e5', stage: 'prod' };

/** The trail as far as searching reads it. */
class MemoryTrail {
  readonly segments: Segment[] = [];
  private shards = 1;

  put(calls: readonly ApiCall[], digest: string, shards = 1): void {
    this.shards = Math.max(this.shards, shards);
    const options = { digest: digest.repeat(32), nowMs: HOUR, hotDays: 7, shards: () => shards };
    this.segments.push(...encodeSegments(calls, options, nodeCompression));
  }

  async search(predicate: (call: ApiCall) => boolean = () => true): Promise<readonly ApiCall[]> {
    const { segments, shards } = this;
    const store: Pick<TrailStore, 'stages' | 'hours' | 'heads' | 'segment'> = {
      stages: async () => [STAGE],
      async *hours(): AsyncGenerator<TrailHour> {
        yield { hourMs: HOUR, shards };
      },
      async *heads(scope) {
        for (const { head } of segments) if (head.key.shard < scope.shards) yield head;
      },
      segment: async (key) => segments.find(({ head }) => head.key === key)?.bytes,
    };
    const scope = { ...STAGE, fromMs: HOUR, toMs: HOUR + HOUR_MS };
    const found: ApiCall[] = [];
    const reading = { store: store as TrailStore, compression: nodeCompression };
    for await (const call of searchTrail(reading, scope, predicate)) found.push(call);
    return found;
  }
}

const whole = testCall({ id: 'same', timeMs: HOUR + 1000, path: '/orders/7', status: 404, latencyMs: 12 });
const poorer = testCall({ id: 'same', timeMs: HOUR + 1000, path: '/orders/7', status: 404 });
const cut = testCall({ id: 'same', timeMs: HOUR + 1000, path: '/orders/7', status: undefined });
const richCut = { ...cut, userAgent: 'curl/8.4.0', latencyMs: 12, responseBytes: 7, protocol: 'HTTP/1.1' };

describe('searching the trail', () => {
  it('gives of one call the record with a status, and of those the richest, whatever was stored first', async () => {
    const records = [whole, poorer, cut, richCut];
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(records, { minLength: 1 }), async (stored) => {
        const trail = new MemoryTrail();
        for (const [at, call] of stored.entries()) trail.put([call], `a${at}`);
        const best = [whole, poorer, richCut, cut].find((call) => stored.includes(call));
        expect(await trail.search()).toEqual([best]);
      }),
    );
  });

  it('judges that record and no other', async () => {
    const trail = new MemoryTrail();
    trail.put([cut], 'a1');
    trail.put([whole], 'a2');
    expect(await trail.search(({ status }) => status === undefined)).toEqual([]);
    expect(await trail.search(({ status }) => status === 404)).toEqual([whole]);
  });

  it('finds the calls of every shard of an hour in which their number was raised', async () => {
    const trail = new MemoryTrail();
    const calls = Array.from({ length: 96 }, (_, at) => testCall({ id: `c${at}`, timeMs: HOUR + at }));
    for (const [at, call] of calls.entries()) {
      const digest = (at * 5).toString(16).padStart(2, '0').slice(-2);
      trail.put([call], digest, [1, 8, 32][Math.floor(at / 32)]);
    }
    expect(new Set(trail.segments.map(({ head }) => head.key.shard)).size).toBe(32);
    expect((await trail.search()).map(({ id }) => id)).toEqual(calls.map(({ id }) => id).reverse());
  });
});
