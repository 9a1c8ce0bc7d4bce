import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { isUnended } from '../../../../core/calls/call-identity.js';
import type { WaitingLine } from '../../../../core/calls/feeds/split-request.js';
import { joinRequests } from '../../../../core/ingest/join-requests.js';
import type { StateStore } from '../../../../core/ports/state-store.js';
import { testDecoder } from '../calls/feeds/decoder.js';

const GROUP = 'API-Gateway-Execution-Logs_abc123defg/prod';
const START_MS = 1_700_000_000_000;
const decoder = testDecoder();

interface LogEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

function requestId(n: number): string {
  return `aaaa${String(n).padStart(4, '0')}-3a83-11e9-8dc8-db3cf4c83204`;
}

/** Log of level INFO of one request. */
function linesOf(n: number): string[] {
  const id = requestId(n);
  return [
    `Extended Request Id: Vts2FFmArPE${String(n).padStart(4, '0')}=`,
    `Verifying Usage Plan for request: ${id}. API Key: planted-secret-key-in-clear API Stage: abc123defg/prod`,
    "API Key planted-secret-key-in-clear authorized because method 'POST /pets/{petId}' requires API Key",
    'Authorizer result body before parsing: {"principalId":"user-7","context":{"token":"planted-secret"}}',
    'Using valid authorizer policy for principal: user-7',
    `Starting execution for request: ${id}`,
    `HTTP Method: POST, Resource Path: /reset/password/${id}`,
    `Method request path: {petId=${id}}`,
    'Method request query string: {page=2, token=planted-secret}',
    'Method request headers: {Accept=text/html, */*, Cookie=sid=planted-secret, User-Agent=tester/1.0 (a, b), X-Forwarded-For=192.0.2.9, Host=abc123defg.execute-api.eu-west-1.amazonaws.com, Authorization=Bearer planted-secret [TRUNCATED]',
    'Method request body before transformations: {"name":"rex","password":"planted-sec [TRUNCATED]',
    'Endpoint request headers: {X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod/POST/pets, X-Amz-Security-Token=planted-secret [TRUNCATED]',
    'Received response. Status: 200, Integration latency: 40 ms',
    'Execution failed due to configuration error: token=planted-secret is invalid',
    'Method response body after transformations: {"id":42,"access_token":"planted-secret"}',
    'Method response headers: {Content-Type=application/json, Set-Cookie=sid=planted-secret}',
    `Method completed with status: ${n % 2 === 0 ? 200 : 502}`,
    'AWS Integration Endpoint RequestId : 57593f79-6e46-4a6f-91b1-f5d848cc2059',
  ].map((text) => `(${id}) ${text}`);
}

/** Log of level ERROR of one request. */
function errorLinesOf(n: number): string[] {
  return [
    `(${requestId(n)}) Execution failed due to configuration error: Malformed Lambda proxy response`,
    `(${requestId(n)}) Method completed with status: 502`,
  ];
}

/** The lines of several requests in any mixture that keeps each request's order. */
function mixed(logs: readonly (readonly string[])[], picks: readonly number[]): LogEvent[] {
  const rest = logs.map((log) => [...log]);
  const messages: string[] = [];
  for (let at = 0; rest.some((log) => log.length > 0); at++) {
    const open = rest.filter((log) => log.length > 0);
    messages.push(open[(picks[at % picks.length] ?? 0) % open.length]?.shift() ?? '');
  }
  return messages.map((message, at) => ({
    id: `3459441144941153279198895922082360953542083777${String(at).padStart(10, '0')}`,
    timestamp: START_MS + Math.floor(at / 3),
    message,
  }));
}

function decode(logEvents: readonly LogEvent[], logStream = '0123456789abcdef0123456789abcdef') {
  const head = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: GROUP,
    subscriptionFilters: ['f'],
  };
  const [batch] = decoder.decodeEvent({ ...head, logStream, logEvents });
  if (batch === undefined) throw new Error('no batch');
  return batch;
}

function memoryState(): Pick<StateStore, 'putWaiting' | 'waiting'> & {
  readonly kept: Map<string, readonly WaitingLine[]>;
} {
  const kept = new Map<string, readonly WaitingLine[]>();
  return {
    kept,
    putWaiting: async ({ key, digest, lines }) => {
      if (!kept.has(`${key} ${digest}`)) kept.set(`${key} ${digest}`, lines);
    },
    waiting: async (key) => [...kept].flatMap(([name, lines]) => (name.startsWith(key) ? lines : [])),
  };
}

/** What readers of the trail make of all that was written: each identity once, the one with a status first. */
function asRead(calls: readonly ApiCall[]): readonly ApiCall[] {
  const byId = new Map<string, ApiCall>();
  for (const call of calls) {
    const known = byId.get(call.id);
    if (known === undefined || (isUnended(known) && !isUnended(call))) byId.set(call.id, call);
  }
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function ingest(payloads: readonly (readonly LogEvent[])[]) {
  const state = memoryState();
  const calls: ApiCall[] = [];
  const judged: ApiCall[] = [];
  for (const payload of payloads) {
    const joined = await joinRequests(decode(payload), decoder, state, START_MS);
    calls.push(...joined.calls);
    judged.push(...joined.calls.filter((call) => !joined.unended.has(call)));
  }
  return { calls: asRead(calls), judged: asRead(judged), state };
}

const scenario = fc.record({
  count: fc.integer({ min: 1, max: 4 }),
  picks: fc.array(fc.nat(7), { minLength: 1, maxLength: 40 }),
  cuts: fc.array(fc.nat(80), { maxLength: 6 }),
  again: fc.array(fc.nat(20), { maxLength: 6 }),
});

function cutAt(events: readonly LogEvent[], cuts: readonly number[]): LogEvent[][] {
  const at = [...new Set([0, ...cuts.map((cut) => Math.min(cut, events.length)), events.length])].sort(
    (a, b) => a - b,
  );
  return at.slice(1).map((end, i) => events.slice(at[i], end));
}

describe('requests of execution logs whose lines came in several payloads', () => {
  it('are the same calls however the log is cut, and however often its payloads come again', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ count, picks, cuts, again }) => {
        const events = mixed(
          Array.from({ length: count }, (_, n) => linesOf(n)),
          picks,
        );
        const whole = decode(events).calls.toSorted((a, b) => (a.id < b.id ? -1 : 1));
        expect(whole).toHaveLength(count);
        const payloads = cutAt(events, cuts);
        const delivered = payloads.flatMap((payload, at) => [
          payload,
          ...again.slice(at, at + 1).map((nth) => payloads[nth % (at + 1)] ?? []),
        ]);
        const { calls, judged } = await ingest(delivered);
        expect(calls).toEqual(whole);
        expect(judged).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });

  it('are the same calls whichever of two payloads comes first', async () => {
    const events = mixed([linesOf(0), linesOf(1), linesOf(2)], [0, 1, 2, 1]);
    const whole = decode(events).calls.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    for (let cut = 1; cut < events.length; cut++) {
      const { calls, judged } = await ingest([events.slice(cut), events.slice(0, cut)]);
      expect(calls).toEqual(whole);
      expect(judged).toEqual(whole);
    }
  });

  it('keep no secret while they wait', async () => {
    const events = mixed([linesOf(0)], [0]);
    for (let cut = 1; cut < events.length - 1; cut++) {
      const { state } = await ingest([events.slice(0, cut), events.slice(cut)]);
      expect(state.kept.size).toBeGreaterThan(0);
      expect(JSON.stringify([...state.kept.values()])).not.toMatch(/planted/);
    }
  });

  it('are calls too when logging at level ERROR prints a failure and a status alone', async () => {
    const events = mixed([errorLinesOf(1), errorLinesOf(2)], [0, 1]);
    const { calls } = await ingest([events]);
    expect(calls.map(({ status }) => status)).toEqual([502, 502]);
    expect((await ingest([events.slice(0, 2), events.slice(2)])).calls).toEqual(calls);
  });

  it('are in the trail, unjudged, while their end has not come', async () => {
    const events = mixed([linesOf(0)], [0]);
    const joined = await joinRequests(decode(events.slice(0, 9)), decoder, memoryState(), START_MS);
    expect(joined.calls).toHaveLength(1);
    expect(joined.unended.size).toBe(1);
  });

  it('are no call, and counted, while only their end has come', async () => {
    const events = mixed([linesOf(0)], [0]);
    const joined = await joinRequests(decode(events.slice(9)), decoder, memoryState(), START_MS);
    expect(joined).toMatchObject({ calls: [], waiting: 1 });
  });

  it('write nothing for the ids that the gateway prints behind the status', async () => {
    const events = mixed([linesOf(0)], [0]);
    const state = memoryState();
    const joined = await joinRequests(decode(events.slice(-1)), decoder, state, START_MS);
    expect(joined).toMatchObject({ calls: [], waiting: 0 });
    expect(state.kept.size).toBe(0);
  });

  it('never take lines of another log stream for theirs', async () => {
    const events = mixed([linesOf(0)], [0]);
    const state = memoryState();
    await joinRequests(decode(events.slice(0, 9)), decoder, state, START_MS);
    const other = await joinRequests(decode(events.slice(9), 'another'), decoder, state, START_MS);
    expect(other).toMatchObject({ calls: [], waiting: 1 });
  });

  it('leave whole requests alone: nothing is written for them', async () => {
    const state = memoryState();
    const batch = decode(mixed([linesOf(0), linesOf(1)], [0, 1]));
    expect((await joinRequests(batch, decoder, state, START_MS)).calls).toEqual(batch.calls);
    expect(state.kept.size).toBe(0);
  });
});
