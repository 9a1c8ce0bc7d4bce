import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferDecoder } from '../../../../../core/calls/format/infer-decoder.js';
import { decoderOf, extract, fieldsOf, REST_CALL, render } from './rendering.js';

const ALL = '{"ip":"$context.identity.sourceIp","at":"$context.requestTime","s":"$context.status"}';

describe('inferDecoder', () => {
  it.each([
    [
      'camel case',
      '{"sourceIp":"$context.identity.sourceIp","httpMethod":"$context.httpMethod","status":$context.status}',
    ],
    [
      'snake case',
      '{"source_ip":"$context.identity.sourceIp","request_time":"$context.requestTime","http_method":"$context.httpMethod"}',
    ],
    [
      'kebab and Pascal case',
      '{"user-agent":"$context.identity.userAgent","RequestId":"$context.requestId","ClientIP":"$context.identity.sourceIp"}',
    ],
    [
      'dotted keys',
      '{"context.identity.sourceIp":"$context.identity.sourceIp","context.status":"$context.status"}',
    ],
    [
      'nested objects',
      '{"request":{"id":"$context.requestId","method":"$context.httpMethod"},"response":{"status":"$context.status","latency":"$context.responseLatency"}}',
    ],
    ['keys it cannot know', ALL],
    ['a missing comma', '{"requestId":"$context.requestId" "status":"$context.status"}'],
    ['single quotes', "{'requestId':'$context.requestId','status':'$context.status'}"],
    [
      'CLF of the guides',
      '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime]"$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId',
    ],
    [
      'combined CLF',
      '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength "-" "$context.identity.userAgent"',
    ],
    [
      'XML',
      '<log><request id="$context.requestId"><method>$context.httpMethod</method></request><status>$context.status</status></log>',
    ],
    [
      'tabs',
      '$context.requestTime\t$context.identity.sourceIp\t$context.httpMethod\t$context.status\t$context.requestId',
    ],
    ['bars', '$context.identity.sourceIp | $context.requestTime | $context.status | $context.requestId'],
    [
      'quoted CSV',
      '"$context.requestTime","$context.identity.sourceIp","$context.httpMethod","$context.status"',
    ],
    [
      'key=value',
      'request_id=$context.requestId ip=$context.identity.sourceIp status=$context.status ua="$context.identity.userAgent"',
    ],
    [
      'key: value',
      'requestId: $context.requestId, requestTime: $context.requestTime, status: $context.status',
    ],
    ['a bare request id', '$context.requestId'],
  ])('recognises the fields of %s', (_name, format) => {
    const fields = fieldsOf(extract(inferDecoder(), render(format, REST_CALL)));
    for (const name of decoderOf(format).variables) {
      if (name in REST_CALL) expect(fields[name]).toBe(REST_CALL[name as keyof typeof REST_CALL]);
    }
  });

  it('keeps the name of a key it does not know', () => {
    const fields = fieldsOf(
      extract(
        inferDecoder(),
        '{"requestId":"abc-12345","status":"200","tenantColour":"blue","__proto__":"x"}',
      ),
    );
    expect(fields['tenantColour']).toBe('blue');
  });

  it('reads WebSocket and HTTP API lines by their route keys', () => {
    const socket = extract(
      inferDecoder(),
      '203.0.113.7 - - [26/Jul/2026:12:20:46 +0000] "CONNECT $connect Iq8gj1UmIAMCKpA=" 200 Iq9gwFDNoAMFo1A=',
    );
    expect(fieldsOf(socket)).toMatchObject({
      eventType: 'CONNECT',
      routeKey: '$connect',
      connectionId: 'Iq8gj1UmIAMCKpA=',
      requestId: 'Iq9gwFDNoAMFo1A=',
    });
    const http = extract(
      inferDecoder(),
      '203.0.113.7,26/Jul/2026:12:20:46 +0000,GET,GET /pets,HTTP/1.1,200,12,Iq9gwFDNoAMFo1A=,Iq9gwFDNoAMFo1A=',
    );
    expect(fieldsOf(http)).toMatchObject({ routeKey: 'GET /pets', httpMethod: 'GET', status: '200' });
  });

  it.each([
    'hello world, this is not an access log',
    '{"level":"INFO","message":"cache warmed","timestamp":"2026-07-26T12:07:03Z","requestId":"abc-12345"}',
    'START RequestId: 8f5d1542-b79e-4e79-a158-fdf36452a81b Version: $LATEST',
    '{"a":1,"b":2}',
    '<a>text</a>',
    '',
  ])('rejects what is no access log, with a masked sample: %s', (line) => {
    const result = inferDecoder().decode(line);
    expect(result.kind).toBe('rejected');
    if (result.kind === 'rejected') expect(result.sample).not.toMatch(/[b-zB-Z0-8]/);
  });

  it('answers for a line alike, whatever lines came before', () => {
    const formats = [
      ALL,
      '{"id":"$context.requestId","x":"$context.identity.sourceIp"}',
      '{"status":$context.status,"time":"$context.requestTimeEpoch"}',
    ];
    const value = fc.oneof(
      fc.constantFrom('-', '200', '203.0.113.9', 'null', '', 'a"b', 'a\\"b'),
      fc.string({ maxLength: 8 }),
    );
    const line = fc.tuple(
      fc.constantFrom(...formats),
      fc.record({
        'identity.sourceIp': value,
        status: value,
        requestId: value,
        requestTime: value,
        requestTimeEpoch: value,
      }),
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (entries) => {
        const shared = inferDecoder();
        for (const [format, values] of entries) {
          const text = render(format, values);
          expect(shared.decode(text)).toEqual(inferDecoder().decode(text));
        }
      }),
      { numRuns: 400 },
    );
  });
});
