import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { SettledWindows } from '../../core/alerts/settled-windows.js';
import { toAlert } from '../../core/alerts/to-alert.js';
import { backtest } from '../../core/backtest/backtest.js';
import { rulesOfBundle } from '../../core/backtest/rules-under-test.js';
import { compileBundle } from '../../core/ingest/compiled-bundle.js';
import { judgeMinutes } from '../../core/minutes/judge-minutes.js';
import { UsualRatesOfHour } from '../../core/minutes/usual-rates.js';
import type { Alert } from '../../core/ports/finding-store.js';
import { parseRules } from '../../core/sigma/parse-rules.js';
import { decodeSegment } from '../../core/trail/segment.js';
import { accessLine, bundleOf, type LogEvent, NOW_MS, subscriptionEvent, World } from './faults-world.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Whole hours that are over and settled at NOW_MS, so that their minutes are judged. */
const START_MS = NOW_MS - 4 * HOUR;
const SPAN_MS = 3 * HOUR;
const RUNS = Number(process.env['GATEWARDEN_FAULT_RUNS'] ?? 12);

const CALLS = 'logsource: { product: aws, service: apigateway }';
const RULES = `
title: Refused
name: refused
id: 10000000-0000-4000-8000-000000000001
${CALLS}
detection: { s: { status: 403 }, condition: s }
---
title: Broken
name: broken
id: 10000000-0000-4000-8000-000000000002
${CALLS}
detection: { s: { status: 500 }, condition: s }
---
title: Any call
name: any_call
id: 10000000-0000-4000-8000-000000000003
${CALLS}
detection: { s: { status|gte: 200 }, condition: s }
---
title: Scanner
id: 10000000-0000-4000-8000-000000000004
${CALLS}
detection: { s: { userAgent|contains: sqlmap }, condition: s }
---
title: Refused often
id: 10000000-0000-4000-8000-000000000005
correlation: { type: event_count, rules: [refused], group-by: [sourceIp], timespan: 10m, condition: { gte: 4 } }
---
title: Many addresses
id: 10000000-0000-4000-8000-000000000006
correlation: { type: value_count, rules: [any_call], group-by: [apiId], timespan: 30m, condition: { field: sourceIp, gte: 8 } }
gatewarden: { sample: 2 }
---
title: Refused, then broken
id: 10000000-0000-4000-8000-000000000007
correlation: { type: temporal_ordered, rules: [refused, broken], group-by: [sourceIp], timespan: 5m }
---
title: Slow on average
id: 10000000-0000-4000-8000-000000000008
correlation: { type: value_avg, rules: [any_call], group-by: [route], timespan: 15m, condition: { field: responseBytes, gt: 900 } }
---
title: Minute with errors
id: 10000000-0000-4000-8000-000000000009
logsource: { product: aws, service: apigateway-minute }
detection: { s: { dimension: endpoint, calls|gte: 3, errorRatio|gte: 0.5 }, condition: s }
`;
const REPORTING = [4, 5, 6, 7, 8, 9].map((last) => `10000000-0000-4000-8000-00000000000${last}`);

/** Bursts of calls: callers, minutes and statuses few enough that every kind of rule has something to find. */
const bursts = fc.array(
  fc.record({
    minute: fc.integer({ min: 0, max: SPAN_MS / MINUTE - 1 }),
    calls: fc.array(
      fc.record({
        offsetMs: fc.integer({ min: 0, max: 8 * MINUTE }),
        caller: fc.integer({ min: 1, max: 40 }),
        isBurstCaller: fc.boolean(),
        status: fc.constantFrom(200, 200, 403, 403, 500),
        bytes: fc.integer({ min: 0, max: 2_000 }),
        isScanner: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
      }),
      { minLength: 1, maxLength: 30 },
    ),
  }),
  { minLength: 4, maxLength: 12 },
);

function toEvents(generated: typeof bursts extends fc.Arbitrary<infer T> ? T : never): readonly LogEvent[] {
  return generated.flatMap(({ minute, calls }, burst) =>
    calls.map(({ offsetMs, caller, isBurstCaller, status, bytes, isScanner }, at) => {
      const timeMs = START_MS + Math.min(minute * MINUTE + offsetMs, SPAN_MS - 1);
      const message = accessLine({
        requestId: `request-${burst}-${at}`,
        ip: `192.0.2.${isBurstCaller ? burst + 100 : caller}`,
        requestTimeEpoch: timeMs,
        httpMethod: 'GET',
        path: '/shop/1',
        routeKey: `GET /shop/{item${burst % 3}}`,
        status,
        userAgent: isScanner ? 'sqlmap/1.8' : 'curl/8.5.0',
        protocol: 'HTTP/1.1',
        responseLength: bytes,
      });
      return { id: `event-${burst}-${at}`, timestamp: timeMs, message };
    }),
  );
}

/** Every event at least once, some twice, in payloads of some size and any order. */
const deliveries = bursts
  .map(toEvents)
  .chain((events) =>
    fc.tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.shuffledSubarray([...events], { maxLength: Math.floor(events.length / 3) }),
      fc.integer({ min: 5, max: 60 }),
    ),
  );

interface Told {
  readonly id: string;
  readonly ruleId: string;
  readonly slotStartMs: number;
  readonly count: number;
}

function told(alerts: readonly Alert[]): readonly Told[] {
  return alerts
    .filter(({ status }) => status === 'open')
    .map(({ id, ruleId, slotStartMs, count }) => ({ id, ruleId, slotStartMs, count }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

describe('a backtest of the trail', () => {
  it('gives the alerts that were raised live, whatever way the calls came', async () => {
    const { rules, problems } = parseRules([{ name: 'rules.yml', text: RULES }], { digest: nodeDigest });
    expect(problems).toEqual([]);
    const bundle = bundleOf(rules);
    const fired = new Set<string>();
    await fc.assert(
      fc.asyncProperty(deliveries, async ([first, again, size]) => {
        const world = await World.open();
        try {
          const events = [...first, ...again];
          const end = {
            id: 'end',
            timestamp: NOW_MS,
            message: accessLine({ requestId: 'end', requestTimeEpoch: NOW_MS, status: 100, path: '/end' }),
          };
          for (let at = 0; at < events.length; at += size)
            await (await world.container(bundle)).handler(subscriptionEvent(events.slice(at, at + size)));
          const { handler, stores } = await world.container(bundle);
          await handler(subscriptionEvent([end]));
          const decode = (bytes: Uint8Array) => decodeSegment(bytes, nodeCompression);
          await judgeMinutes({
            ports: { ...stores, decodeSegment: decode },
            compiled: await compileBundle(bundle, {
              compression: nodeCompression,
              digest: nodeDigest,
              loadRegex: () => Promise.reject(new Error('no rule has a pattern')),
              samplingKey: async () => 'key',
            }),
            judge: { stores, digest: nodeDigest, settled: new SettledWindows() },
            usual: new UsualRatesOfHour(stores.trail),
            arrival: { kind: 'live', atMs: NOW_MS },
            hasTime: () => true,
          });
          const live = told((await world.contents()).alerts);

          const replayed: Alert[] = [];
          const report = await backtest(
            { trail: stores.trail, decodeSegment: decode },
            {
              tested: { rules: rulesOfBundle(bundle), ids: REPORTING },
              compared: undefined,
              sinceMs: START_MS,
              untilMs: NOW_MS,
              feed: 'live',
              digest: nodeDigest,
              regex: undefined,
              samplingKey: 'key',
              onFiring: (firing) => {
                replayed.push(toAlert(firing, firing.slotStartMs, firing.verdict, nodeDigest));
              },
            },
          );
          expect(told(replayed)).toEqual(live);
          expect(report.calls).toBe(new Set(events.map(({ id }) => id)).size + 1);
          expect(report.rules.reduce((sum, { rate }) => sum + rate.alerts, 0)).toBe(live.length);
          for (const { ruleId } of live) fired.add(ruleId);
        } finally {
          await world.close();
        }
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // A law about alerts says nothing where there are none.
    expect([...fired].sort()).toEqual(REPORTING);
  });
});
