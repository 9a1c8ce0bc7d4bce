import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { type EmbeddedStore, openEmbeddedStore } from '../../adapters/embedded/embedded-store.js';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import { compileBundle } from '../../core/ingest/compiled-bundle.js';
import { recordSegments } from '../../core/ingest/record-segments.js';
import type { SegmentKey, TrailStore } from '../../core/ports/trail-store.js';
import { parseRules } from '../../core/sigma/parse-rules.js';
import { decodeSegment } from '../../core/trail/segment.js';
import { createMinutesHandler } from '../../lambdas/minutes/handler.js';
import { MemoryTelemetry } from '../unit/core/ingest/memory-telemetry.js';
import { testCall } from '../unit/core/inventory/test-call.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOON = Date.UTC(2026, 2, 3, 12);
const plentyOfTime = { getRemainingTimeInMillis: () => 300_000 };

const RULES = `
title: Endpoint fails
id: 6c1ab1c5-0d5f-4d1f-9f0e-0c9f2a3b4c5d
level: medium
logsource: { product: aws, service: apigateway-minute }
detection:
  failing: { dimension: endpoint, calls|gte: 10, errorRatio|gte: 0.5 }
  condition: failing
---
title: Endpoint silent
name: silent_minute
id: 7d2bc2d6-1e60-4e20-8a1f-1da03b4c5d6e
logsource: { product: aws, service: apigateway-minute }
detection:
  silent: { dimension: endpoint, silent: true }
  condition: silent
---
title: Endpoint silent for five minutes
id: 8e3cd3e7-2f71-4f31-9b20-2eb14c5d6e7f
level: high
correlation:
  type: event_count
  rules: [silent_minute]
  group-by: [apiId, stage, method, route]
  timespan: 10m
  condition: { gte: 5 }
`;

let dataDir: string;
let embedded: EmbeddedStore;
let nowMs = NOON;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'gatewarden-minutes-'));
  embedded = await openEmbeddedStore(dataDir);
  nowMs = NOON;
});

afterEach(async () => {
  await embedded.close();
  rmSync(dataDir, { recursive: true });
});

async function world(spoil: (segment: SegmentKey) => boolean = () => false) {
  const stores = dynamoStores({ client: embedded.client, tables: embedded.tables, nowMs: () => nowMs });
  const { rules, problems } = parseRules([{ name: 'minutes.yml', text: RULES }], { digest: nodeDigest });
  expect(problems).toEqual([]);
  const bundle = toVersionedBundle({ ...shippedBundle(), rules }, nodeDigest);
  const compiled = await compileBundle(bundle, {
    compression: nodeCompression,
    digest: nodeDigest,
    loadRegex: () => Promise.reject(new Error('no rule has a pattern')),
    samplingKey: async () => 'key',
  });
  const telemetry = new MemoryTelemetry();
  const trail: TrailStore = {
    ...stores.trail,
    segment: async (reference) =>
      spoil(reference) ? new Uint8Array([1, 2, 3]) : stores.trail.segment(reference),
  };
  const container = () =>
    createMinutesHandler({
      bundles: async () => compiled,
      ports: { ...stores, trail, decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression) },
      judge: { stores, digest: nodeDigest, settled: new SettledWindows() },
      clock: { nowMs: () => nowMs },
      telemetry,
    });
  let payloads = 0;
  return {
    stores,
    container,
    async store(calls: readonly ApiCall[]): Promise<void> {
      const digest = nodeDigest.hex(['payload', String(payloads++)], 16);
      const arrival = { kind: 'live', atMs: nowMs } as const;
      await recordSegments({ calls, digest, bundle, compression: nodeCompression, arrival }, stores.trail);
    },
    async alerts() {
      const found: unknown[] = [];
      for await (const { title, group, count } of stores.findings.alerts({
        status: 'open',
        fromMs: undefined,
        toMs: undefined,
        limit: 100,
      }))
        found.push({ title, route: group['route'], count });
      return found;
    },
  };
}

/** So many calls a minute, evenly, from `fromMs` on. */
function traffic(
  fromMs: number,
  minutes: number,
  fields: Partial<ApiCall>,
  perMinute = 12,
): readonly ApiCall[] {
  return Array.from({ length: minutes * perMinute }, (_, at) =>
    testCall({
      id: `${fromMs}-${fields.route}-${at}`,
      timeMs: fromMs + Math.floor((at * MINUTE) / perMinute),
      routeSource: 'line',
      ...fields,
    }),
  );
}

async function runEachMinute(
  handler: ReturnType<typeof createMinutesHandler>,
  untilMs: number,
): Promise<void> {
  for (; nowMs <= untilMs; nowMs += MINUTE) await handler({}, plentyOfTime);
}

describe('the minutes function', () => {
  it('alerts on an endpoint that fails, and once on one that falls silent', async () => {
    const { store, container, alerts } = await world();
    await store(traffic(NOON - 24 * HOUR, 60, { route: '/orders' }));
    await store(traffic(NOON - HOUR, 60, { route: '/orders' }));
    await store(traffic(NOON, 10, { route: '/orders' }));
    await store(traffic(NOON, 10, { route: '/broken', status: 500 }));
    await runEachMinute(container(), NOON + 20 * MINUTE);
    expect(await alerts()).toEqual(
      expect.arrayContaining([
        { title: 'Endpoint fails', route: '/broken', count: 10 },
        { title: 'Endpoint silent for five minutes', route: '/orders', count: expect.any(Number) },
      ]),
    );
    expect(await alerts()).toHaveLength(2);
  });

  it('judges late calls with their hour, and twice the same changes nothing', async () => {
    const { store, container, alerts } = await world();
    await runEachMinute(container(), NOON + 5 * MINUTE);
    nowMs = NOON + 40 * MINUTE;
    await store(traffic(NOON, 2, { route: '/broken', status: 503 }));
    await runEachMinute(container(), NOON + 41 * MINUTE);
    expect(await alerts()).toEqual([]);
    nowMs = NOON + 81 * MINUTE;
    await container()({}, plentyOfTime);
    const found = await alerts();
    expect(found).toEqual([{ title: 'Endpoint fails', route: '/broken', count: 2 }]);
    nowMs = NOON + 141 * MINUTE;
    await container()({}, plentyOfTime);
    expect(await alerts()).toEqual(found);
  });

  it('leaves the work to a run that is under way, and goes on where one ran out of time', async () => {
    const { store, container, stores, alerts } = await world();
    await store(traffic(NOON, 1, { route: '/broken', status: 500 }));
    nowMs = NOON + 4 * MINUTE;
    const lease = await stores.state.lease('minutes', MINUTE);
    expect(await container()({}, plentyOfTime)).toMatchObject({ rows: 0, complete: false });
    await lease?.release();
    expect(await container()({}, { getRemainingTimeInMillis: () => 1_000 })).toMatchObject({
      complete: false,
    });
    expect(await alerts()).toEqual([]);
    expect(await container()({}, plentyOfTime)).toMatchObject({ complete: true });
    expect(await alerts()).toHaveLength(1);
  });

  it('gets to every stage and to the whole hours, though no run has time for all of them', async () => {
    const { store, container, alerts } = await world();
    for (let at = 0; at < 20; at++)
      await store(traffic(NOON, 2, { apiId: `api-${at}`, route: `/broken-${at}`, status: 500 }));
    nowMs = NOON + 5 * MINUTE;
    const handler = container();
    for (let run = 0; run < 4; run++) expect(await handler({}, timeFor(12))).toBeDefined();
    expect(await alerts()).toHaveLength(20);
    nowMs = NOON + 40 * MINUTE;
    await store(traffic(NOON, 2, { apiId: 'api-7', route: '/late', status: 500 }));
    for (nowMs = NOON + 81 * MINUTE; nowMs < NOON + 91 * MINUTE; nowMs += MINUTE)
      expect(await handler({}, timeFor(5))).toMatchObject({ complete: false });
    expect(await alerts()).toHaveLength(21);
  });

  it('judges all other stages when a segment of one cannot be read, fails, and tries it again', async () => {
    let isSpoilt = true;
    const { store, container, alerts } = await world(({ apiId }) => isSpoilt && apiId === 'api-1');
    for (let at = 0; at < 3; at++)
      await store(traffic(NOON, 1, { apiId: `api-${at}`, route: `/broken-${at}`, status: 500 }));
    nowMs = NOON + 4 * MINUTE;
    await expect(container()({}, plentyOfTime)).rejects.toMatchObject({ code: 'store.failed' });
    expect(await alerts()).toHaveLength(2);
    nowMs += MINUTE;
    expect(await container()({}, plentyOfTime)).toMatchObject({ complete: true });
    nowMs = NOON + 81 * MINUTE;
    await expect(container()({}, plentyOfTime)).rejects.toMatchObject({ code: 'store.failed' });
    isSpoilt = false;
    nowMs = NOON + 141 * MINUTE;
    expect(await container()({}, plentyOfTime)).toMatchObject({ complete: true });
    expect(await alerts()).toHaveLength(3);
  });
});

/** Time for so many looks at the clock: one comes before each stage, and before each hour. */
function timeFor(looks: number) {
  let left = looks;
  return { getRemainingTimeInMillis: () => (left-- > 0 ? 300_000 : 0) };
}
