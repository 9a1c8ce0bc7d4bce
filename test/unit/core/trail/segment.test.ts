import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { Fault } from '../../../../core/fault.js';
import { decodeSegment, encodeSegments, SEGMENT_MAX_BYTES } from '../../../../core/trail/segment.js';
import { decodeCalls, encodeCalls } from '../../../../core/trail/segment-codec.js';
import { arbitraryCall } from '../../../support/dynamo/arbitrary-call.js';
import { sampleCalls, seeded } from '../../../support/dynamo/sample-calls.js';

/** Three calls, as format 1 wrote them: `/pets/0` to `/pets/2`. */
const FORMAT_1 =
  'AQOXAh+LCAAAAAAAAANVTsFKw0AQnUk8eCv4BXvUQ3Z30rSIBW9aDxUK5uBN1mQqi2mzJGlNFaGfIOin+BdeCoJf4Mmb4AeoaTw4Dx5v3nsMs/OKiSk50IGGVtCfCIHnQcKzqjBZQGDoMky6acQ9KLiswBV5CsZZybWZuoxlkk9heBSDclyV6s6m95Cyy/Ilp3ASx2NFkuA0v7VZZlRParF7TjQQIzub16Le71/0o4EoFgcUaan3xJCT61yFmrQmTeLYFjzJa9WkYB3Eo7MFyW7zbdnylan4xix9XH08vn1O1p11B2AL0MOn5/evFx/hH3wPEQE92NiIDz56PgI0jIhjRDzc+IirbYDfZjPtHfxZvwG09QLtRAEAAMAAAgrAAAIK';
const HOUR_MS = 3_600_000;
const START_MS = 1_790_000_000_000;
const OPTIONS = { digest: 'a7'.repeat(32), nowMs: START_MS, hotDays: 30, shards: () => 1 };

function encode(calls: readonly ApiCall[], options: Partial<typeof OPTIONS> = {}) {
  return encodeSegments(calls, { ...OPTIONS, ...options }, nodeCompression);
}

describe('the segment codec', () => {
  it('gives every field of every call back exactly, whatever a caller wrote', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall(), { maxLength: 25 }), (calls) => {
        expect(decodeCalls(encodeCalls(calls, nodeCompression), nodeCompression)).toStrictEqual(calls);
      }),
      { numRuns: 300 },
    );
  });

  it('gives realistic calls back exactly, ids packed and paths folded into their routes', () => {
    for (const format of ['lean', 'full'] as const) {
      const calls = sampleCalls(1000, { seed: 7, callers: 60, format });
      expect(decodeCalls(encodeCalls(calls, nodeCompression), nodeCompression)).toStrictEqual(calls);
    }
  });

  it.each([
    ['lean', 100, 60],
    ['lean', 1000, 60],
    ['full', 100, 110],
    ['full', 1000, 110],
  ] as const)('keeps the %s format of %i calls within %i bytes a call', (format, count, most) => {
    const bytes = encodeCalls(sampleCalls(count, { seed: 11, callers: 60, format }), nodeCompression);
    expect(bytes.byteLength / count).toBeLessThanOrEqual(most);
  });

  it('reads what the format before has written, without the field that it lacked', () => {
    const before = decodeCalls(Buffer.from(FORMAT_1, 'base64'), nodeCompression);
    expect(before).toHaveLength(3);
    expect(before[2]).toMatchObject({
      path: '/pets/2',
      route: '/pets/{id}',
      latencyMs: 40,
      tlsVersion: 'TLSv1.3',
    });
    expect(before.map((call) => call.authorizerLatencyMs)).toEqual([undefined, undefined, undefined]);
    // ids are texts and come back last: nothing was read past its end
    expect(before.map(({ id }) => id)).toEqual(['case-0-0', 'case-0-1', 'case-0-2']);
    expect(decodeCalls(encodeCalls(before, nodeCompression), nodeCompression)).toStrictEqual(before);
  });

  it('is the same bytes for the same calls', () => {
    const calls = sampleCalls(50, { seed: 3, callers: 5, format: 'lean' });
    expect(encodeCalls(calls, nodeCompression)).toStrictEqual(encodeCalls([...calls], nodeCompression));
  });

  it('refuses a format that it does not know', () => {
    const bytes = Uint8Array.from(
      encodeCalls(sampleCalls(2, { seed: 1, callers: 1, format: 'lean' }), nodeCompression),
    );
    bytes[0] = 9;
    expect(() => decodeCalls(bytes, nodeCompression)).toThrow(Fault);
    expect(() => decodeCalls(bytes, nodeCompression)).toThrow('store.corrupt');
  });

  it('answers damaged bytes with a fault or with calls, never with another error or endless work', () => {
    const whole = encodeCalls(sampleCalls(20, { seed: 5, callers: 5, format: 'full' }), nodeCompression);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const damaged = cut ? whole.slice(0, at) : Uint8Array.from(whole);
        if (!cut) damaged[at] = value;
        try {
          decodeCalls(damaged, nodeCompression);
        } catch (error) {
          expect(error).toBeInstanceOf(Fault);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('encodeSegments', () => {
  it('makes one segment for each API, stage and event hour', () => {
    const calls = sampleCalls(90, { seed: 2, callers: 3, format: 'lean', startMs: START_MS }).map(
      (call, at) => ({
        ...call,
        apiId: at % 2 === 0 ? 'aaa' : undefined,
        timeMs: call.timeMs + (at % 3) * HOUR_MS,
      }),
    );
    const segments = encode(calls);
    const groups = segments.map(({ head: { key } }) => `${key.apiId} ${key.stage} ${key.hourMs}`);
    expect(new Set(groups).size).toBe(groups.length);
    expect(segments.reduce((sum, { head }) => sum + head.calls, 0)).toBe(90);
    for (const { head, bytes } of segments) {
      const decoded = decodeSegment(bytes, nodeCompression);
      expect(decoded.every((call) => (call.apiId ?? '-') === head.key.apiId)).toBe(true);
      expect(decoded.every((call) => Math.floor(call.timeMs / HOUR_MS) * HOUR_MS === head.key.hourMs)).toBe(
        true,
      );
      expect(decoded[0]?.timeMs).toBe(head.key.firstMs);
      expect(decoded.at(-1)?.timeMs).toBe(head.lastMs);
      expect(head.sizeBytes).toBe(bytes.byteLength);
    }
  });

  it('loses and invents no call, however many there are and however large they are', () => {
    fc.assert(
      fc.property(fc.array(arbitraryCall(fc.nat(3 * HOUR_MS)), { maxLength: 40 }), (calls) => {
        const decoded = encode(calls).flatMap(({ bytes }) => decodeSegment(bytes, nodeCompression));
        const byTime = (a: ApiCall, b: ApiCall) => a.timeMs - b.timeMs;
        expect(decoded).toHaveLength(calls.length);
        expect(new Set(decoded.sort(byTime).map((call) => call.id))).toEqual(
          new Set([...calls].sort(byTime).map((call) => call.id)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('counts calls by route and status in the head', () => {
    const [sample] = sampleCalls(1, { seed: 1, callers: 1, format: 'lean' });
    const call = { ...(sample as ApiCall), method: 'GET', route: '/pets/{id}', status: 200 };
    const [segment] = encode([
      call,
      call,
      { ...call, status: 404 },
      { ...call, method: undefined, route: undefined },
    ]);
    expect(segment?.head.routes).toEqual({ 'GET /pets/{id}': { 200: 2, 404: 1 }, '- -': { 200: 1 } });
  });

  it('splits what would not fit one item, in parts that each know their own span', () => {
    const random = sampleCalls(3000, { seed: 9, callers: 3000, format: 'full' }).map((call, at) => ({
      ...call,
      timeMs: START_MS + at,
      userAgent: `${call.requestId}${call.extendedRequestId}${call.path}${call.requestId}`.repeat(2),
    }));
    const segments = encode(random);
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.map(({ head }) => head.key.part)).toEqual(segments.map((_, part) => part));
    for (const { bytes } of segments) expect(bytes.byteLength).toBeLessThanOrEqual(SEGMENT_MAX_BYTES);
    expect(segments.flatMap(({ bytes }) => decodeSegment(bytes, nodeCompression))).toStrictEqual(random);
  });

  it('keeps a single enormous call within one item, without its bodies, and says so', () => {
    const random = seeded(4);
    const noise = Array.from({ length: 200_000 }, () =>
      String.fromCharCode(Math.floor(random() * 0x10000)),
    ).join('');
    const [sample] = sampleCalls(1, { seed: 1, callers: 1, format: 'full' });
    const huge: ApiCall = {
      ...(sample as ApiCall),
      path: noise,
      userAgent: noise,
      route: noise,
      request: { headers: { cookie: noise }, body: noise, truncated: false },
    };
    const segments = encode([huge]);
    expect(segments).toHaveLength(1);
    expect(segments[0]?.bytes.byteLength).toBeLessThanOrEqual(SEGMENT_MAX_BYTES);
    const [kept] = decodeSegment(segments[0]?.bytes as Uint8Array, nodeCompression);
    expect(kept?.id).toBe(huge.id);
    expect(kept?.request?.truncated).toBe(true);
    expect(kept?.request?.body).toBeUndefined();
    const lost = ['path', 'route', 'userAgent', 'request', ...(huge.response ? ['response'] : []), 'extra'];
    const named = kept?.extra?.['gatewarden.truncated']?.split(',') ?? [];
    expect(named.sort()).toEqual(lost.filter((name) => name !== 'extra' || huge.extra).sort());
  });

  it('chooses the shard by the first byte of the digest', () => {
    const calls = sampleCalls(2, { seed: 1, callers: 1, format: 'lean' });
    expect(encode(calls, { shards: () => 8 })[0]?.head.key.shard).toBe(0xa7 % 8);
  });

  it('expires after the hot days, but an import of old logs never within a week', () => {
    const [call] = sampleCalls(1, { seed: 1, callers: 1, format: 'lean' });
    const old: ApiCall = { ...(call as ApiCall), timeMs: START_MS - 1000 * 24 * HOUR_MS };
    const nowSeconds = START_MS / 1000;
    expect(encode([old])[0]?.expiresAtSeconds).toBe(nowSeconds + 7 * 86_400);
    const fresh: ApiCall = { ...(call as ApiCall), timeMs: START_MS };
    const hourSeconds = Math.floor(START_MS / HOUR_MS) * 3600;
    expect(encode([fresh])[0]?.expiresAtSeconds).toBe(hourSeconds + 30 * 86_400);
  });
});
