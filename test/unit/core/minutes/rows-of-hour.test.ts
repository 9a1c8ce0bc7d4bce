import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import type { MinuteEvent } from '../../../../core/minutes/minute-event.js';
import type { MinuteRow } from '../../../../core/minutes/minute-row.js';
import { rowsOfHour } from '../../../../core/minutes/rows-of-hour.js';
import type { UsualRates } from '../../../../core/minutes/usual-rates.js';
import { MemoryPorts } from '../inventory/memory-ports.js';
import { testCall } from '../inventory/test-call.js';

const HOUR = Date.UTC(2024, 2, 9, 10);
const NOTHING_USUAL: UsualRates = { stage: undefined, endpoints: new Map() };

interface Wanted {
  readonly fromMinute?: number;
  readonly toMinute?: number;
  readonly usual?: UsualRates;
}

async function eventsOf(
  payloads: readonly (readonly ApiCall[])[],
  wanted: Wanted = {},
): Promise<readonly MinuteEvent[]> {
  const memory = new MemoryPorts();
  for (const [at, calls] of payloads.entries())
    memory.ingest(calls, { digest: nodeDigest.hex([String(at)], 16), arrivalMs: HOUR });
  const { fromMinute = 0, toMinute = 60, usual = NOTHING_USUAL } = wanted;
  const hour = { apiId: 'a1b2c3d4e5', stage: 'prod', hourMs: HOUR, shards: 1 };
  const span = { fromMs: HOUR + fromMinute * 60_000, toMs: HOUR + toMinute * 60_000 };
  const events: MinuteEvent[] = [];
  for await (const minute of rowsOfHour(memory.ports(), { hour, usual, ...span }, nodeDigest))
    events.push(...minute);
  return events;
}

async function rowsOf(...of: Parameters<typeof eventsOf>): Promise<readonly MinuteRow[]> {
  return (await eventsOf(...of)).map(({ record }) => record);
}

const callAt = (minute: number, fields: Partial<ApiCall>): ApiCall =>
  testCall({ timeMs: HOUR + minute * 60_000, route: '/orders/{id}', routeSource: 'line', ...fields });

const CALLS = [
  callAt(1, { id: 'a', status: 200, responseBytes: 100, latencyMs: 20 }),
  callAt(1.5, {
    id: 'b',
    status: 404,
    responseBytes: 10,
    latencyMs: 5,
    principal: 'ann',
    principalKind: 'subject',
  }),
  callAt(1.9, { id: 'c', status: 503, principal: 'ann', principalKind: 'subject' }),
  callAt(4, { id: 'd', method: 'POST', route: '/login', principal: '203.0.113.9', principalKind: 'proxy' }),
];

describe('rowsOfHour', () => {
  it('adds up each minute of the stage, of its endpoints and of its principals', async () => {
    const rows = await rowsOf([CALLS]);
    expect(
      rows.map((row) => [
        (row.timeMs - HOUR) / 60_000,
        row.dimension,
        row.route ?? row.principal,
        row.calls,
        row.errors4xx,
        row.errors5xx,
        row.p95LatencyMs,
        row.bytes,
      ]),
    ).toEqual([
      [1, 'stage', undefined, 3, 1, 1, 20, 110],
      [1, 'endpoint', '/orders/{id}', 3, 1, 1, 20, 110],
      [1, 'principal', 'ann', 2, 1, 1, 5, 10],
      [4, 'stage', undefined, 1, 0, 0, undefined, undefined],
      [4, 'endpoint', '/login', 1, 0, 0, undefined, undefined],
    ]);
    expect(rows.map(({ errorRatio }) => errorRatio)).toEqual([1 / 3, 1 / 3, 1 / 2, 0, 0]);
    expect(new Set((await eventsOf([CALLS])).map(({ id }) => id)).size).toBe(rows.length);
  });

  it('tells server errors of the integration from those of the gateway, and counts neither where the line tells nothing', async () => {
    const rows = await rowsOf([
      [
        callAt(1, { id: 'a', status: 502, integrationStatus: 500 }),
        callAt(1, { id: 'b', status: 504, errorType: 'INTEGRATION_TIMEOUT' }),
        callAt(1, { id: 'c', status: 500 }),
        // A function that answers well, with a body the gateway cannot read.
        callAt(1, { id: 'd', status: 502, integrationStatus: 200, errorType: 'INTEGRATION_FAILURE' }),
      ],
    ]);
    expect(rows[0]).toMatchObject({
      errors5xx: 4,
      integrationErrors: 1,
      gatewayErrors: 1,
      integrationErrorRatio: 1 / 4,
      gatewayErrorRatio: 1 / 4,
    });
  });

  it('counts successes with and without identity, and answers by the host that gave them', async () => {
    const rows = await rowsOf([
      [
        callAt(1, {
          id: 'a',
          status: 200,
          principalKind: 'subject',
          principal: 'u',
          host: 'api.example.com',
        }),
        callAt(1, { id: 'b', status: 201, principalKind: 'iam', principal: 'arn', host: 'API.example.com' }),
        callAt(1, {
          id: 'c',
          status: 200,
          principalKind: 'ip',
          principal: '203.0.113.9',
          host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
        }),
        // A redirect is an answer, and no success; a preflight never carries an identity; who is unknown is neither.
        callAt(1, { id: 'd', status: 302, principalKind: 'ip', host: 'api.example.com' }),
        callAt(1, { id: 'e', status: 200, principalKind: 'ip', method: 'OPTIONS' }),
        callAt(1, { id: 'f', status: 200, principalKind: 'unknown' }),
        callAt(1, {
          id: 'g',
          status: 403,
          principalKind: 'ip',
          host: 'x.execute-api.eu-central-1.amazonaws.com',
        }),
      ],
    ]);
    expect(rows[0]).toMatchObject({
      dimension: 'stage',
      identified: 2,
      anonymous: 1,
      anonymousRatio: 1 / 3,
      customHostCalls: 3,
      defaultHostCalls: 1,
    });
  });

  it("gives a principal's share of the stage, and the authorizer's part of the latency", async () => {
    const rows = await rowsOf([
      [
        callAt(1, {
          id: 'a',
          status: 500,
          principal: 'ann',
          principalKind: 'subject',
          authorizerLatencyMs: 30,
        }),
        callAt(1, {
          id: 'b',
          status: 200,
          principal: 'bob',
          principalKind: 'subject',
          authorizerLatencyMs: 2500,
        }),
        callAt(1, { id: 'c', status: 200, principal: 'bob', principalKind: 'subject' }),
      ],
    ]);
    const of = (name: string) => rows.find(({ principal }) => principal === name);
    expect(of('ann')).toMatchObject({ shareOfCalls: 1 / 3, shareOfErrors5xx: 1 });
    expect(of('bob')).toMatchObject({
      shareOfCalls: 2 / 3,
      shareOfErrors5xx: 0,
      p95AuthorizerLatencyMs: 2500,
    });
    expect(rows[0]).toMatchObject({
      dimension: 'stage',
      shareOfCalls: undefined,
      p95AuthorizerLatencyMs: 2500,
    });
  });

  it('has a row for each silent minute of what is usually busy, and for no other', async () => {
    const usual = { stage: 40, endpoints: new Map([['GET /orders/{id}', 30]]) };
    const rows = await rowsOf([CALLS], { usual, toMinute: 3 });
    expect(
      rows
        .filter(({ silent }) => silent)
        .map((row) => [(row.timeMs - HOUR) / 60_000, row.route, row.usualCalls]),
    ).toEqual([
      [0, undefined, 40],
      [0, '/orders/{id}', 30],
      [2, undefined, 40],
      [2, '/orders/{id}', 30],
    ]);
  });

  it('gives only the minutes that are asked for', async () => {
    const rows = await rowsOf([CALLS], { fromMinute: 2, toMinute: 5 });
    expect(rows.map(({ timeMs }) => (timeMs - HOUR) / 60_000)).toEqual([4, 4]);
  });

  it('gives the same rows however the calls are cut into payloads, doubled and mixed', async () => {
    const idAndRow = (events: readonly MinuteEvent[]) => events.map(({ id, record }) => ({ id, record }));
    const whole = idAndRow(await eventsOf([CALLS]));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(CALLS, { minLength: CALLS.length }),
        fc.array(fc.subarray(CALLS, { minLength: 1 }), { maxLength: 3 }),
        async (once, again) => {
          const cut = await eventsOf([...once.map((call) => [call]), ...again]);
          expect(idAndRow(cut)).toEqual(whole);
        },
      ),
      { numRuns: 30 },
    );
  });
});
