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
    [
      'JSON whose values were quoted twice',
      '{"requestId":"\\"$context.requestId\\"","ip":"\\"$context.identity.sourceIp\\"","status":"$context.status","userAgent":"\\"$context.identity.userAgent\\""}',
    ],
    ['JSON in a quote of its own', '"{"requestId":"$context.requestId", "status":"$context.status"}'],
    ['a time in brackets', '{"id":"$context.requestId","request_time":"[$context.requestTime]"}'],
    [
      'values between slashes',
      'apiId: $context.apiId / requestId: $context.requestId / httpMethod: $context.httpMethod / status: $context.status',
    ],
    [
      'a label before its keys',
      'api call: requestId=$context.requestId; method=$context.httpMethod; resource=$context.resourcePath; status=$context.status',
    ],
    [
      'values, then keys',
      '$context.requestTime $context.httpMethod $context.path $context.status ip=$context.identity.sourceIp id=$context.requestId',
    ],
    [
      'keys of several words',
      '($context.requestId), HTTP Method: $context.httpMethod, Status: $context.status, Source IP: $context.identity.sourceIp',
    ],
    [
      'keys of several words between bars',
      'Request ID: $context.requestId | Source IP: $context.identity.sourceIp | Status: $context.status | Response Time: $context.responseLatency',
    ],
    [
      'a call in quotes',
      '$context.requestId,"$context.requestTime",$context.identity.sourceIp,"$context.httpMethod $context.path",$context.status',
    ],
    [
      'a sentence',
      '[$context.requestTime] $context.httpMethod $context.path -> $context.status ($context.responseLatency ms, $context.responseLength bytes) for $context.identity.sourceIp',
    ],
    [
      'values in brackets',
      "[ '$context.requestId' ] [ $context.requestTimeEpoch ] [ $context.identity.sourceIp ] [ $context.status ]",
    ],
    [
      'an error among bare values',
      '$context.requestId $context.identity.sourceIp $context.httpMethod $context.status $context.error.message',
    ],
  ])('recognises the fields of %s', (_name, format) => {
    const fields = fieldsOf(extract(inferDecoder(), render(format, REST_CALL)));
    for (const name of decoderOf(format).variables) {
      if (name in REST_CALL) expect(fields[name]).toBe(REST_CALL[name as keyof typeof REST_CALL]);
    }
  });

  it.each([
    ['resTime', '41', 'responseLatency'],
    ['integLatency', '41', 'integrationLatency'],
    ['functionStatus', '200', 'integration.status'],
    ['responseLen', '48', 'responseLength'],
    ['request_time', '41', 'responseLatency'],
    ['time_local', '26/Jul/2026:12:07:03 +0000', 'requestTime'],
    ['err', 'Forbidden', 'error.message'],
    ['message', 'Missing Authentication Token', 'error.message'],
    ['message', 'API access log', 'message'],
    ['apiKey', 'x1y2z3a4b5', 'identity.apiKeyId'],
    ['event', 'CONNECT', 'eventType'],
    ['path', '/pets/{petId}', 'resourcePath'],
    ['path', '/pets/42', 'path'],
  ])('takes %s with the value %s for %s', (key, value, variable) => {
    const line = `{"requestId":"${REST_CALL.requestId}","${key}":"${value}","status":"200"}`;
    const decoder = inferDecoder();
    for (let again = 0; again < 2; again++) expect(fieldsOf(extract(decoder, line))[variable]).toBe(value);
  });

  it('gives a bare user agent all of its words, and nothing behind them', () => {
    const agent =
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0 Safari/537.36';
    const format =
      '$context.requestId $context.identity.sourceIp $context.identity.userAgent $context.httpMethod $context.resourcePath $context.protocol $context.status';
    const fields = fieldsOf(
      extract(inferDecoder(), render(format, { ...REST_CALL, 'identity.userAgent': agent })),
    );
    expect(fields).toMatchObject({ 'identity.userAgent': agent, httpMethod: 'POST', status: '403' });
  });

  it.each([';', ',', '|'])('gives a user agent its parentheses, though %s separates', (mark) => {
    const agent = `Mozilla/5.0 (X11${mark} Linux x86_64) AppleWebKit/537.36 (KHTML${mark} like Gecko) Chrome/124.0`;
    const format =
      '$context.requestTimeEpoch;$context.identity.sourceIp;$context.httpMethod;$context.identity.userAgent;$context.status;$context.requestId';
    const line = render(format.replaceAll(';', mark), { ...REST_CALL, 'identity.userAgent': agent });
    expect(fieldsOf(extract(inferDecoder(), line))).toMatchObject({
      'identity.userAgent': agent,
      status: '403',
      requestId: REST_CALL.requestId,
    });
  });

  it('reads the words of a caller as a value, whatever signs they hold', () => {
    const spaced =
      'ip=203.0.113.7 id=c12d1542-b79e-4e79-a158-fdf36452a81b path=/a;b=c ua=Bot [v2], k=v; x status=200';
    expect(fieldsOf(extract(inferDecoder(), spaced))).toMatchObject({
      path: '/a;b=c',
      'identity.userAgent': 'Bot [v2], k=v; x',
      status: '200',
    });
    const quoted = 'method=GET uri="/a b=c" status=200 ip=203.0.113.7';
    expect(fieldsOf(extract(inferDecoder(), quoted))).toMatchObject({ path: '/a b=c', status: '200' });
  });

  it.each([
    'x 200',
    'x | status: 200',
    'Forbidden 200',
    '[ 200 ] [ 192.0.2.9 ]',
    'Mozilla/5.0 (x status=200',
  ])('marks a line of bare values whose user agent brings a status of its own: %s', (agent) => {
    const format =
      '$context.requestId $context.identity.sourceIp $context.identity.userAgent $context.requestTime $context.httpMethod $context.resourcePath $context.status';
    const line = extract(inferDecoder(), render(format, { ...REST_CALL, 'identity.userAgent': agent }));
    expect([line.recovered, fieldsOf(line)['identity.sourceIp']]).toEqual([true, '203.0.113.7']);
  });

  it('lets no quote that a caller writes hide a key', () => {
    const between = extract(inferDecoder(), 'ua="x status=403 ip=203.0.113.7 path=/a" id=c12d1542-1');
    expect(fieldsOf(between)).toMatchObject({ status: '403', 'identity.sourceIp': '203.0.113.7' });
    const labelled = extract(
      inferDecoder(),
      '26/Jul/2026:12:07:03 +0000 GET /a" 403 ip=203.0.113.7 ua=x" sub=user-1',
    );
    expect(labelled.recovered).toBe(true);
  });

  it('believes what stands before the keys over a key that says otherwise, and marks the line', () => {
    const line = extract(
      inferDecoder(),
      '203.0.113.7 26/Jul/2026:12:07:03 +0000 GET /pets 403 ua=x ip=198.51.100.1 status=200',
    );
    expect(fieldsOf(line)).toMatchObject({ 'identity.sourceIp': '203.0.113.7', status: '403' });
    expect(line.recovered).toBe(true);
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
    'REPORT RequestId: 8f5d1542-b79e-4e79-a158-fdf36452a81b Duration: 12 ms Billed Duration: 13 ms',
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
