import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../../adapters/node/node-digest.js';
import { createCallNormaliser } from '../../../../../core/calls/call-normaliser.js';
import { createFeedRegistry } from '../../../../../core/calls/feeds/feed-registry.js';
import { decodePlainPayload } from '../../../../../core/calls/feeds/plain-payload.js';
import { createRedactor } from '../../../../../core/calls/redaction/redactor.js';
import { feedConfig, payloadOf, testDecoder } from './decoder.js';

const GROUP = 'orders-access';
const FORMATS = {
  quoted:
    '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","time":"$context.requestTimeEpoch","method":"$context.httpMethod","path":"$context.path","status":"$context.status","agent":"$context.identity.userAgent","error":"$context.error.messageString"}',
  bare: '{ "requestId":"$context.requestId", "status":$context.status, "latency":$context.responseLatency, "path":"$context.path" }',
  clf: '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength $context.requestId',
};

function contextOf(format: string) {
  return {
    registry: createFeedRegistry([feedConfig(GROUP, { format, apiType: 'http' })]),
    normaliser: createCallNormaliser({
      redactor: createRedactor([], undefined),
      digest: nodeDigest,
      proxies: [],
      keepExtra: [],
    }),
    digest: nodeDigest,
    onLine: undefined,
  };
}

/** A line of the format: values that need no escape, that are escaped, and that ought to be and are not. */
function line(format: string): fc.Arbitrary<string> {
  const value = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('-', 'GET', '200', '17', '/orders/4711', '192.0.2.7', 'okhttp/4.12'),
    },
    { weight: 2, arbitrary: fc.string({ maxLength: 12 }).map((text) => JSON.stringify(text).slice(1, -1)) },
    { weight: 1, arbitrary: fc.constantFrom('a"b', 'a\\', '","status":"500', '}', 'é', '\t', '\u2028', '') },
  );
  const tail = fc.constantFrom('', '', '', '\n', ' ', 'x');
  return fc
    .tuple(fc.infiniteStream(value), tail)
    .map(([values, end]) => format.replace(/\$context\.[\w.]+/g, () => values.next().value ?? '-') + end);
}

describe('a payload in the form that CloudWatch writes', () => {
  it.each(Object.entries(FORMATS))('decodes as it does parsed, whatever its lines hold (%s)', (_, format) => {
    const decoder = testDecoder([feedConfig(GROUP, { format, apiType: 'http' })]);
    fc.assert(
      fc.property(fc.array(line(format), { maxLength: 6 }), (lines) => {
        const payload = payloadOf(GROUP, lines);
        expect(decoder.decodeBytes(Buffer.from(JSON.stringify(payload)))).toStrictEqual(
          decoder.decodeEvent(payload),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('is read without being parsed', () => {
    const text = JSON.stringify(payloadOf(GROUP, [FORMATS.bare.replace(/\$context\.[\w.]+/g, '7')]));
    expect(decodePlainPayload(text, contextOf(FORMATS.bare))).toMatchObject({ records: 1, rejected: [] });
  });

  it('is left to JSON.parse when a single character is amiss', () => {
    const lines = ['GET', 'a"b', '-'].map((value) =>
      FORMATS.quoted.replace(/\$context\.[\w.]+/g, () => value),
    );
    const whole = JSON.stringify(payloadOf(GROUP, lines));
    fc.assert(
      fc.property(
        fc.nat(whole.length - 1),
        fc.constantFrom('', '"', '\\', ',', '}', ']', '{', ' ', '\0', '1'),
        (at, put) => {
          const text = whole.slice(0, at) + put + whole.slice(at + 1);
          const plain = decodePlainPayload(text, contextOf(FORMATS.quoted));
          if (plain === undefined) return;
          const [parsed] = testDecoder([
            feedConfig(GROUP, { format: FORMATS.quoted, apiType: 'http' }),
          ]).decodeEvent(JSON.parse(text));
          expect(plain).toStrictEqual(parsed);
        },
      ),
      { numRuns: 500 },
    );
  });

  it.each([
    ['of a feed without a format', { logGroup: 'another' }],
    ['that tests the connection', { messageType: 'CONTROL_MESSAGE' }],
    ['that has more behind its events', { more: true }],
    [
      'whose events have more members',
      { logEvents: [{ id: '1', timestamp: 1, message: '-', extractedFields: {} }] },
    ],
  ])('is left to JSON.parse when it is one %s', (_, other) => {
    const text = JSON.stringify({ ...payloadOf(GROUP, ['x']), ...other });
    expect(decodePlainPayload(text, contextOf(FORMATS.quoted))).toBeUndefined();
  });
});
