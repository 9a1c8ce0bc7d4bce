import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { EvidenceItem, OpenMarker, Segment, SegmentKey } from '../../core/ports/trail-store.js';
import { searchTrail } from '../../core/trail/search.js';
import { encodeSegments } from '../../core/trail/segment.js';
import { sampleCalls } from '../support/dynamo/sample-calls.js';
import { collect, HOSTILE, HOUR_MS, START_MS, type StoresUnderTest } from './stores-under-test.js';

const NEVER = Math.floor(START_MS / 1000) + 30 * 86_400;

function segment(key: Partial<SegmentKey>, expiresAtSeconds = NEVER): Segment {
  const whole: SegmentKey = {
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    hourMs: START_MS,
    shard: 0,
    firstMs: START_MS + 1000,
    digest: 'ab'.repeat(32),
    part: 0,
    ...key,
  };
  return {
    head: {
      key: whole,
      lastMs: whole.firstMs + 5000,
      calls: 3,
      sizeBytes: 4,
      routes: { 'GET /pets/{id}': { 200: 2, 404: 1 }, '- -': { '-': 1 } },
    },
    bytes: Uint8Array.of(1, 2, 3, 255),
    expiresAtSeconds,
  };
}

export function trailContract(current: () => StoresUnderTest): void {
  describe('the trail', () => {
    const scope = {
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      fromMs: START_MS,
      toMs: START_MS + HOUR_MS - 1,
      shards: 1,
    };

    it('stores a segment once, and gives its head and its bytes back', async () => {
      const { stores, setNow } = current();
      setNow(START_MS);
      const written = segment({});
      expect(await stores.trail.putSegment(written)).toBe('stored');
      expect(await stores.trail.putSegment(written)).toBe('present');
      expect(await collect(stores.trail.heads(scope))).toEqual([written.head]);
      const bytes = await stores.trail.segment(written.head.key);
      expect([...(bytes ?? [])]).toEqual([...written.bytes]);
    });

    it('never changes a stored segment', async () => {
      const { trail } = current().stores;
      const written = segment({ digest: 'ac'.repeat(32) });
      await trail.putSegment(written);
      await trail.putSegment({ ...written, bytes: Uint8Array.of(9) });
      expect([...((await trail.segment(written.head.key)) ?? [])]).toEqual([...written.bytes]);
    });

    it('answers undefined for a segment that there is not', async () => {
      expect(await current().stores.trail.segment(segment({ digest: 'ff' }).head.key)).toBeUndefined();
    });

    it('lists heads of all shards in order of time, and only those that touch the scope', async () => {
      const { trail } = current().stores;
      const hourMs = START_MS + 5 * HOUR_MS;
      for (const [shard, offsetMs] of [
        [0, 600_000],
        [3, 300_000],
        [7, 1_200_000],
      ] as const)
        await trail.putSegment(segment({ hourMs, shard, firstMs: hourMs + offsetMs }));
      const all = await collect(
        trail.heads({ ...scope, shards: 8, fromMs: hourMs, toMs: hourMs + HOUR_MS - 1 }),
      );
      expect(all.map(({ key }) => key.shard)).toEqual([3, 0, 7]);
      const some = await collect(
        trail.heads({ ...scope, shards: 8, fromMs: hourMs + 603_000, toMs: hourMs + 700_000 }),
      );
      expect(some.map(({ key }) => key.shard)).toEqual([0]);
    });

    it('hides what has expired', async () => {
      const { stores, setNow } = current();
      const hourMs = START_MS + 9 * HOUR_MS;
      const short = segment({ hourMs, firstMs: hourMs }, Math.floor(START_MS / 1000) + 60);
      await stores.trail.putSegment(short);
      expect(await stores.trail.segment(short.head.key)).toBeDefined();
      setNow(START_MS + 61_000);
      expect(await stores.trail.segment(short.head.key)).toBeUndefined();
      expect(await collect(stores.trail.heads({ ...scope, fromMs: hourMs, toMs: hourMs + 1 }))).toEqual([]);
      setNow(START_MS);
    });

    it('finds the open hours by arrival, the stages and their hours', async () => {
      const { stores, reopen } = current();
      const marker = (hourMs: number, shards = 1): OpenMarker => ({
        arrivalMs: START_MS + 20 * 60_000,
        apiId: 'opened',
        stage: 'v1',
        hourMs,
        shards,
        expiresAtSeconds: NEVER,
      });
      await stores.trail.markOpen(marker(START_MS));
      await stores.trail.markOpen(marker(START_MS));
      await reopen().trail.markOpen(marker(START_MS));
      await stores.trail.markOpen(marker(START_MS - 2 * HOUR_MS));
      await stores.trail.markOpen(marker(START_MS, 8));
      const markers = await collect(stores.trail.openMarkers(START_MS, START_MS + HOUR_MS));
      expect(markers.map(({ hourMs, shards }) => [hourMs, shards])).toEqual([
        [START_MS - 2 * HOUR_MS, 1],
        [START_MS, 1],
        [START_MS, 8],
      ]);
      expect(markers.every(({ arrivalMs }) => arrivalMs === START_MS + 15 * 60_000)).toBe(true);
      expect(await stores.trail.stages()).toContainEqual({ apiId: 'opened', stage: 'v1' });
      const stage = { apiId: 'opened', stage: 'v1' };
      expect(await collect(stores.trail.hours(stage, 0, START_MS + HOUR_MS))).toEqual([
        { hourMs: START_MS, shards: 8 },
        { hourMs: START_MS - 2 * HOUR_MS, shards: 1 },
      ]);
      expect(
        await collect(stores.trail.hours(stage, START_MS - 3 * HOUR_MS, START_MS - HOUR_MS)),
      ).toHaveLength(1);
    });

    it('keeps evidence, the same piece once, in order of time', async () => {
      const { trail } = current().stores;
      const piece = (callId: string, timeMs: number): EvidenceItem => ({
        alertId: 'e'.repeat(32),
        callId,
        timeMs,
        ruleId: 'probing',
        callJson: JSON.stringify({ id: callId, text: 'naïve ✓' }),
        expiresAtSeconds: NEVER,
      });
      const pieces = Array.from({ length: 60 }, (_, at) => piece(`call-${at}`, START_MS + at));
      await trail.putEvidence(pieces);
      await trail.putEvidence([
        ...pieces.slice(10, 40),
        piece('call-11', START_MS + 11),
        piece('call-11', START_MS + 11),
      ]);
      expect(await trail.evidence('e'.repeat(32))).toEqual(pieces);
      expect(await trail.evidence('0'.repeat(32))).toEqual([]);
    });

    it('keeps a note in place of evidence that does not fit an item', async () => {
      const { trail } = current().stores;
      const noise = Array.from({ length: 700_000 }, (_, at) =>
        ((at * 48_271) % 2_147_483_647).toString(36),
      ).join('');
      await trail.putEvidence([
        {
          alertId: 'big',
          callId: 'c',
          timeMs: START_MS,
          ruleId: 'r',
          callJson: noise,
          expiresAtSeconds: NEVER,
        },
      ]);
      const [kept] = await trail.evidence('big');
      expect(JSON.parse(kept?.callJson ?? '')).toMatchObject({ id: 'c', truncated: true });
    });

    it('records an event once', async () => {
      const { trail } = current().stores;
      const event = (id: string, timeMs: number) => ({
        id,
        timeMs,
        kind: 'bundle.published',
        details: { version: 'v2', rules: 12, forced: false },
      });
      await trail.record(event('b', START_MS + 2));
      await trail.record(event('a', START_MS + 1));
      await trail.record(event('a', START_MS + 1));
      expect(await collect(trail.events(START_MS))).toEqual([
        event('a', START_MS + 1),
        event('b', START_MS + 2),
      ]);
    });

    it('finds calls newest first, each once, though they were stored twice', async () => {
      const { trail } = current().stores;
      const startMs = START_MS - 50 * HOUR_MS;
      const calls = sampleCalls(60, {
        seed: 8,
        callers: 4,
        format: 'lean',
        startMs,
        callsPerSecond: 0.01,
      }).map((call, at) => ({ ...call, apiId: at % 3 === 0 ? 'searched-b' : 'searched-a' }));
      const payloads = [calls.slice(0, 40), calls.slice(20), calls];
      for (const [at, payload] of payloads.entries()) {
        const options = { digest: `${at}`.repeat(64), nowMs: START_MS, hotDays: 30, shards: () => 8 };
        for (const written of encodeSegments(payload, options, nodeCompression)) {
          await trail.putSegment(written);
          const { apiId, stage, hourMs } = written.head.key;
          await trail.markOpen({
            arrivalMs: START_MS,
            apiId,
            stage,
            hourMs,
            shards: 8,
            expiresAtSeconds: NEVER,
          });
        }
      }
      const reading = { store: trail, compression: nodeCompression };
      const scope = { apiId: undefined, stage: 'prod', fromMs: startMs, toMs: START_MS - HOUR_MS };
      const ofTest = (call: ApiCall) => call.apiId?.startsWith('searched-') === true;
      const all = await collect(searchTrail(reading, scope, ofTest));
      expect(all).toStrictEqual([...calls].reverse());
      const one = await collect(
        searchTrail(
          reading,
          { ...scope, apiId: 'searched-b', fromMs: calls[10]?.timeMs ?? 0, toMs: calls[30]?.timeMs ?? 0 },
          (call) => call.status === 200,
        ),
      );
      expect(one).toStrictEqual(
        calls
          .slice(10, 31)
          .filter((call) => call.apiId === 'searched-b' && call.status === 200)
          .reverse(),
      );
      const none = await collect(searchTrail(reading, { ...scope, mayHold: () => false }, ofTest));
      expect(none).toEqual([]);
    });

    it('gives a request of an execution log whose end came later once, with its status', async () => {
      const { trail } = current().stores;
      const startMs = START_MS - 90 * HOUR_MS;
      const [sample] = sampleCalls(1, { seed: 9, callers: 1, format: 'lean', startMs, callsPerSecond: 1 });
      if (sample === undefined) throw new Error('no sample');
      const told = { ...sample, apiId: 'split-a', format: 'execution-log', timeMs: startMs };
      const unended = { ...told, status: undefined };
      const lone = { ...unended, id: 'never-ended' };
      for (const [at, calls] of [[unended, lone], [told]].entries()) {
        const options = { digest: `${at}e`.repeat(32), nowMs: START_MS, hotDays: 30, shards: () => 1 };
        for (const written of encodeSegments(calls, options, nodeCompression)) {
          await trail.putSegment(written);
          const { apiId, stage, hourMs } = written.head.key;
          const expiresAtSeconds = NEVER;
          await trail.markOpen({ arrivalMs: START_MS, apiId, stage, hourMs, shards: 1, expiresAtSeconds });
        }
      }
      const scope = { apiId: 'split-a', stage: told.stage, fromMs: startMs, toMs: startMs + HOUR_MS };
      const found = await collect(
        searchTrail({ store: trail, compression: nodeCompression }, scope, () => true),
      );
      expect(found.map(({ id, status }) => [id, status])).toEqual([
        [told.id, told.status],
        ['never-ended', undefined],
      ]);
    });

    it('takes hostile names for APIs, stages, digests and times', async () => {
      const { trail } = current().stores;
      const hostile = segment({
        apiId: HOSTILE,
        stage: HOSTILE,
        digest: HOSTILE,
        hourMs: -HOUR_MS,
        firstMs: -5,
      });
      expect(await trail.putSegment(hostile)).toBe('stored');
      expect(await trail.segment(hostile.head.key)).toBeDefined();
      await trail.markOpen({
        arrivalMs: START_MS + HOUR_MS,
        apiId: HOSTILE,
        stage: HOSTILE,
        hourMs: START_MS,
        shards: 1,
        expiresAtSeconds: NEVER,
      });
      const [stage] = (await trail.stages()).filter(({ apiId }) => apiId.startsWith('☠'));
      expect(stage).toBeDefined();
      if (stage !== undefined) expect(await collect(trail.hours(stage, 0, START_MS))).toHaveLength(1);
      await trail.record({
        id: HOSTILE,
        timeMs: Number.MAX_SAFE_INTEGER,
        kind: HOSTILE,
        details: { note: HOSTILE },
      });
      await trail.putEvidence([
        {
          alertId: HOSTILE,
          callId: HOSTILE,
          timeMs: START_MS,
          ruleId: HOSTILE,
          callJson: '{}',
          expiresAtSeconds: NEVER,
        },
      ]);
      expect(await trail.evidence(HOSTILE)).toHaveLength(1);
    });
  });
}
