import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { type BacktestInput, backtest } from '../../../../core/backtest/backtest.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { inventoryChange } from '../../../../core/ingest/inventory-change.js';
import type { TrailEvent } from '../../../../core/ports/trail-store.js';
import type { RuleSource } from '../../../../core/sigma/rule-source.js';
import { decodeSegment } from '../../../../core/trail/segment.js';
import { call, correlation, eventRule } from '../alerts/samples.js';
import { MemoryPorts } from '../inventory/memory-ports.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const FIRST = Date.UTC(2026, 2, 3, 10);

const errors = eventRule();
const burst = correlation({ id: 'burst', threshold: 3, timespanMs: 60_000, contentHash: 'b1' });
const rulesOf = (...rules: readonly RuleSource[]) => new Map(rules.map((rule) => [rule.id, rule]));

const told: TrailEvent[] = [];

async function* fromList<Value>(values: readonly Value[]): AsyncGenerator<Value> {
  yield* values;
}

function trailOf(...payloads: readonly (readonly ApiCall[])[]) {
  const memory = new MemoryPorts();
  for (const [at, calls] of payloads.entries())
    memory.ingest(calls, { digest: `${at}a`.padStart(4, '0'), arrivalMs: FIRST });
  const { trail } = memory.ports();
  const stages = new Map(payloads.flat().map((one) => [`${one.apiId} ${one.stage}`, one]));
  const known = [...stages.values()].map(({ apiId = '-', stage = '-' }) => ({ apiId, stage }));
  return {
    trail: { ...trail, stages: async () => known, events: () => fromList(told) },
    decodeSegment: (bytes: Uint8Array) => decodeSegment(bytes, nodeCompression),
  };
}

function run(payloads: readonly (readonly ApiCall[])[], options: Partial<BacktestInput> = {}) {
  return backtest(trailOf(...payloads), {
    tested: { rules: rulesOf(errors, burst), ids: ['burst'] },
    compared: undefined,
    sinceMs: FIRST - DAY,
    untilMs: FIRST + 7 * DAY,
    feed: 'import',
    digest: nodeDigest,
    regex: undefined,
    samplingKey: 'key',
    ...options,
  });
}

/** So many refused calls of one address, a second apart. */
function refused(fromMs: number, count: number, sourceIp = '192.0.2.1'): readonly ApiCall[] {
  return Array.from({ length: count }, (_, at) =>
    call({ id: `${sourceIp}-${fromMs}-${at}`, timeMs: fromMs + at * 1000, sourceIp, status: 403 }),
  );
}

describe('a backtest', () => {
  it('runs rules over the changes of the inventory that the trail keeps, each in its hour', async () => {
    const appears = eventRule({
      id: 'appears',
      alerts: true,
      logsource: { product: 'aws', service: 'apigateway-inventory' },
      condition: { kind: 'match', match: { field: 'apiAgeHours', modifiers: ['gte'], values: [24] } },
    });
    const change = (id: string, timeMs: number, apiAgeHours: number) =>
      inventoryChange({
        id,
        timeMs,
        record: {
          timeMs,
          change: 'endpoint-added',
          apiId: 'a1b2c3d4e5',
          method: 'GET',
          route: `/${id}`,
          apiAgeHours,
          host: undefined,
        },
      });
    told.push(
      change('old-api', FIRST + 5_000, 100),
      change('new-api', FIRST + 6_000, 3),
      change('before', FIRST - 2 * DAY, 100),
      { id: 'x', timeMs: FIRST + 7_000, kind: 'management-event', details: { apiAgeHours: 100 } },
    );
    const { rules } = await run([[call({ timeMs: FIRST + 1 })]], {
      tested: { rules: rulesOf(appears), ids: ['appears'] },
    });
    told.length = 0;
    expect(rules.map(({ rate, endpoints }) => [rate.alerts, endpoints.map(({ name }) => name)])).toEqual([
      [1, ['GET /old-api']],
    ]);
  });

  it('counts alerts a day, also days without, over the time that calls cover', async () => {
    const report = await run([
      refused(FIRST, 5),
      [call({ id: 'end', timeMs: FIRST + DAY + 30 * 60_000, status: 200 })],
      refused(FIRST + 2 * DAY, 4, '192.0.2.7'),
    ]);
    const [rule] = report.rules;
    expect(rule?.days).toEqual([
      { dayMs: FIRST - 10 * HOUR, alerts: 1 },
      { dayMs: FIRST + 14 * HOUR, alerts: 0 },
      { dayMs: FIRST + 38 * HOUR, alerts: 1 },
    ]);
    // Two whole hours, and of the last one only up to its last call.
    expect(report.exposureDays).toBeCloseTo((2 * HOUR + 3_000) / DAY, 9);
    expect(rule?.rate).toMatchObject({ alerts: 2, exposureDays: report.exposureDays });
    expect(rule?.rate.upperBound).toBeCloseTo(6.2958 / report.exposureDays, 1);
    expect(report).toMatchObject({ calls: 10, callsRead: 10, unjudged: 0, minuteRows: 0 });
    expect(report.bytesRead).toBeGreaterThan(0);
  });

  it('names who and what the alerts are about, and shows a call of each', async () => {
    const report = await run([
      [...refused(FIRST, 5), ...refused(FIRST + 600_000, 5, '192.0.2.7')],
      refused(FIRST + HOUR, 3),
    ]);
    const [rule] = report.rules;
    expect(rule?.principals).toEqual([
      { name: '192.0.2.1', alerts: 2 },
      { name: '192.0.2.7', alerts: 1 },
    ]);
    expect(rule?.endpoints).toEqual([{ name: 'GET /pets/{id}', alerts: 3 }]);
    expect(rule?.examples.map(({ eventJson }) => JSON.parse(eventJson) as ApiCall)).toMatchObject([
      { id: `192.0.2.1-${FIRST}-0` },
      { id: `192.0.2.7-${FIRST + 600_000}-0` },
      { id: `192.0.2.1-${FIRST + HOUR}-0` },
    ]);
  });

  it('counts a call once, however often it was stored, and leaves out one without its end', async () => {
    const calls = refused(FIRST, 2);
    const unended = call({ id: 'cut', timeMs: FIRST + 2000, status: undefined, format: 'execution-log' });
    const report = await run([calls, [...calls, unended], calls]);
    expect(report.calls).toBe(2);
    expect(report.callsRead).toBe(7);
    expect(report.rules[0]?.rate.alerts).toBe(0);
  });

  it('fills windows from before the time that it tells of', async () => {
    const calls = refused(FIRST, 3);
    const sinceMs = FIRST + 1500;
    const report = await run([calls], { sinceMs });
    expect(report.rules[0]?.rate.alerts).toBe(1);
    expect(report.calls).toBe(1);
    expect((await run([calls], { sinceMs: FIRST + 2001 })).rules[0]?.rate.alerts).toBe(0);
    expect((await run([calls], { untilMs: FIRST + 1999 })).rules[0]?.rate.alerts).toBe(0);
  });

  it('says that nothing can be said where there are no calls', async () => {
    const report = await run([]);
    expect(report).toMatchObject({ calls: 0, exposureDays: 0, span: undefined });
    expect(report.rules[0]).toMatchObject({
      days: [],
      rate: { alerts: 0, perDay: 0, upperBound: Number.POSITIVE_INFINITY },
    });
  });

  it('compares with another version: by group, and slots that overlap', async () => {
    const older = correlation({ id: 'burst', threshold: 4, timespanMs: 300_000, contentHash: 'b0' });
    const stranger = correlation({
      id: 'burst',
      threshold: 3,
      timespanMs: 60_000,
      groupBy: ['apiId'],
      contentHash: 'b2',
    });
    const calls = [
      ...refused(FIRST, 5),
      ...refused(FIRST + 600_000, 3, '192.0.2.7'),
      ...[0, 1, 2, 3].flatMap((n) => refused(FIRST + 1_200_000 + n * 61_000, 1, '192.0.2.9')),
    ];
    const compared = { rules: rulesOf(errors, older), ids: ['burst'] };
    expect((await run([calls], { compared })).rules[0]?.difference).toEqual({
      onlyNew: 1,
      onlyOld: 1,
      both: 1,
      isComplete: true,
    });
    const others = { rules: rulesOf(errors, stranger), ids: ['burst'] };
    expect((await run([calls], { compared: others })).rules[0]?.difference).toMatchObject({ both: 0 });
    expect((await run([calls])).rules[0]?.difference).toBeUndefined();
  });

  it('raises no alert for what only feeds the rule, whatever it does live', async () => {
    const loud = eventRule({ alerts: true });
    const report = await run([refused(FIRST, 2)], {
      tested: { rules: rulesOf(loud, burst), ids: ['burst'] },
    });
    expect(report.rules.map(({ ruleId, rate }) => [ruleId, rate.alerts])).toEqual([['burst', 0]]);
  });
});

describe('silence', () => {
  const silent = eventRule({
    id: 'silent',
    alerts: true,
    logsource: { product: 'aws', service: 'apigateway-minute' },
    condition: {
      kind: 'and',
      of: [
        { kind: 'match', match: { field: 'dimension', modifiers: [], values: ['stage'] } },
        { kind: 'match', match: { field: 'silent', modifiers: [], values: [true] } },
      ],
    },
  });
  /** Twelve calls a minute for so many minutes. */
  const busy = (fromMs: number, minutes: number) =>
    Array.from({ length: minutes * 12 }, (_, at) =>
      call({ id: `${fromMs}-${at}`, timeMs: fromMs + at * 5000, status: 200 }),
    );
  const traffic = [busy(FIRST - DAY, 60), busy(FIRST - HOUR, 60), busy(FIRST, 10)];
  const tested = { rules: rulesOf(silent), ids: ['silent'] };

  it.each([
    ['import', 0],
    ['live', 1],
  ] as const)('after the last call of a feed that is %s gives %i alerts', async (feed, alerts) => {
    const report = await run(traffic, { tested, feed, sinceMs: FIRST, untilMs: FIRST + 30 * 60_000 });
    expect(report.rules[0]?.rate.alerts).toBe(alerts);
    expect(report.minuteRows).toBeGreaterThan(0);
  });
});
