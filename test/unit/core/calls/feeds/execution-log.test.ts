import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../../core/calls/api-call.js';
import { feedConfig, lineSource, payloadOf, testDecoder } from './decoder.js';

const GROUP = 'API-Gateway-Execution-Logs_abc123defg/prod';

function linesOf(requestId: string, status: number): string[] {
  return [
    `Extended Request Id: Vts2FFmArPE${requestId.slice(0, 4)}=`,
    `Verifying Usage Plan for request: ${requestId}. API Key: ******cdef12 API Stage: abc123defg/prod`,
    "API Key ******cdef12 authorized because method 'POST /pets/{petId}' requires API Key and API Key is valid",
    `Starting execution for request: ${requestId}`,
    'HTTP Method: POST, Resource Path: /pets/42',
    'Method request path: {petId=42}',
    'Method request query string: {page=2, token=planted-secret}',
    'Method request headers: {Accept=text/html, */*, Cookie=sid=planted-secret, User-Agent=tester/1.0 (a, b), X-Forwarded-For=192.0.2.9, Host=abc123defg.execute-api.eu-west-1.amazonaws.com}',
    'Method request body before transformations: {"name":"rex","password":"planted-sec [TRUNCATED]',
    'Endpoint request headers: {X-Amz-Source-Arn=arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod/POST/pets, X-Amz-Security-Token=planted-secret [TRUNCATED]',
    'Received response. Status: 200, Integration latency: 40 ms',
    'Method response body after transformations: {"id":42,"access_token":"planted-secret"}',
    'Method response headers: {Content-Type=application/json}',
    'Successfully completed execution',
    `Method completed with status: ${status}`,
    'AWS Integration Endpoint RequestId : 57593f79-6e46-4a6f-91b1-f5d848cc2059',
  ].map((text) => `(${requestId}) ${text}`);
}

const CLOUDFRONT = '1.1 0123abcd.cloudfront.net (CloudFront)';
const A = 'aaaa0000-3a83-11e9-8dc8-db3cf4c83204';
const B = 'bbbb0000-3a83-11e9-8dc8-db3cf4c83204';
const decoder = testDecoder();

describe('an execution log', () => {
  it('is put together into a call with everything its lines say, redacted', () => {
    const [batch] = decoder.decodeEvent(payloadOf(GROUP, linesOf(A, 200)));
    expect(batch).toMatchObject({ kind: 'execution-log', records: 16, rejected: [] });
    expect(batch?.sources[0]).toEqual(Array.from({ length: 16 }, (_, at) => at + 1));
    const call = batch?.calls[0] as ApiCall;
    expect(call).toMatchObject({
      id: 'Vts2FFmArPEaaaa=',
      requestId: A,
      timeMs: 1_700_000_000_000,
      accountId: '123456789012',
      region: 'eu-west-1',
      apiId: 'abc123defg',
      apiType: 'rest',
      stage: 'prod',
      method: 'POST',
      path: '/pets/42',
      query: 'page=2&token=[redacted]',
      route: '/pets/{petId}',
      status: 200,
      sourceIp: '192.0.2.9',
      userAgent: 'tester/1.0 (a, b)',
      principal: '*cdef12',
      principalKind: 'api-key',
      latencyMs: 14,
      integrationLatencyMs: 40,
      integrationStatus: 200,
    });
    expect(call.request).toEqual({
      headers: {
        accept: 'text/html, */*',
        cookie: '[redacted]',
        'user-agent': 'tester/1.0 (a, b)',
        'x-forwarded-for': '192.0.2.9',
        host: 'abc123defg.execute-api.eu-west-1.amazonaws.com',
      },
      body: '{"name":"rex","password":"[redacted]"',
      truncated: true,
    });
    expect(call.response?.body).toBe('{"id":42,"access_token":"[redacted]"}');
    expect(JSON.stringify(call)).not.toContain('planted');
  });

  it('gives the same calls however the lines of several requests are mixed', () => {
    const order = fc.shuffledSubarray([...Array(16).fill('a'), ...Array(16).fill('b')], { minLength: 32 });
    fc.assert(
      fc.property(order, (mixture) => {
        const queues = { a: linesOf(A, 200), b: linesOf(B, 502) };
        const mixed = mixture.map((from) => queues[from as 'a' | 'b'].shift() ?? '');
        const [batch] = decoder.decodeEvent(payloadOf(GROUP, mixed));
        const statuses = Object.fromEntries(batch?.calls.map((call) => [call.requestId, call.status]) ?? []);
        expect(statuses).toEqual({ [A]: 200, [B]: 502 });
        const records = batch?.sources.flat() ?? [];
        expect([...records].sort((x, y) => x - y)).toEqual(Array.from({ length: 32 }, (_, at) => at + 1));
        expect(batch?.calls[0]?.requestId).toBe(mixture[0] === 'a' ? A : B);
      }),
    );
  });

  it('gives a call without a status for a request whose end never came', () => {
    const [batch] = decoder.decodeEvent(payloadOf(GROUP, linesOf(A, 200).slice(0, 8)));
    expect(batch?.calls).toHaveLength(1);
    expect(batch?.calls[0]).toMatchObject({ method: 'POST', status: undefined, latencyMs: undefined });
  });

  it('knows a throttled caller', () => {
    const lines = [
      `(${A}) Extended Request Id: Vts2FFmArPEFh8g=`,
      `(${A}) Key throttle limit exceeded for RestApi abc123defg, Stage prod, Resource k0w8mc, HttpMethod POST. Limit: 1.00 Burst: 1`,
      `(${A}) Method completed with status: 429`,
    ];
    const call = decoder.decodeEvent(payloadOf(GROUP, lines))[0]?.calls[0];
    expect(call).toMatchObject({ status: 429, errorType: 'THROTTLED', method: 'POST', stage: 'prod' });
  });

  it('claims no address that a caller could have written into X-Forwarded-For', () => {
    const lines = (hops: string) => [
      `(${A}) Method request headers: ${hops.startsWith('{') ? hops : `{X-Forwarded-For=${hops}}`}`,
      `(${A}) Method completed with status: 200`,
    ];
    const source = (hops: string, proxies: string[] = ['198.51.100.0/24']) => {
      const call = testDecoder([], { proxies }).decodeEvent(payloadOf(GROUP, lines(hops)))[0]?.calls[0];
      return `${call?.principalKind} ${call?.sourceIp}`;
    };
    expect(source('192.0.2.9')).toBe('ip 192.0.2.9');
    expect(source('192.0.2.9, 203.0.113.5')).toBe('ip 203.0.113.5');
    expect(source('192.0.2.9, 203.0.113.5, 198.51.100.7')).toBe('ip 203.0.113.5');
    expect(source('192.0.2.9, 203.0.113.5, 10.0.0.3, 198.51.100.7, fe80::1')).toBe('ip 203.0.113.5');
    expect(source('192.0.2.9, 198.51.100.7', [])).toBe('ip 198.51.100.7');
    expect(source('10.0.0.1, 198.51.100.7')).toBe('proxy 198.51.100.7');
    expect(source('192.0.2.9, nonsense, 198.51.100.7')).toBe('proxy 198.51.100.7');
    expect(source('10.0.0.1')).toBe('ip 10.0.0.1');
    expect(source('198.51.100.7')).toBe('proxy 198.51.100.7');
    expect(source('nonsense')).toBe('undefined undefined');
    expect(source('{User-Agent=a, x-forwarded-for=192.0.2.1, X-Forwarded-For=203.0.113.5}')).toMatch(
      /^proxy /,
    );
    expect(source('{Accept=*/*, X-Forwarded-For=192.0.2.1 [TRUNCATED]')).toMatch(/^proxy /);
  });

  it.each([
    ['edge-optimised, as configured', 'edge', [], CLOUDFRONT, 'ip 192.0.2.9'],
    ['edge-optimised, as configured, whatever the headers say', 'edge', [], '1.1 elsewhere', 'ip 192.0.2.9'],
    [
      'regional, as configured: its caller wrote these headers',
      'regional',
      [],
      CLOUDFRONT,
      'ip 198.51.100.7',
    ],
    ['of unknown kind, and nobody confirms CloudFront', undefined, [], CLOUDFRONT, 'proxy 192.0.2.9'],
    [
      'of unknown kind, and the last hop is a known proxy',
      undefined,
      ['198.51.100.0/24'],
      CLOUDFRONT,
      'ip 192.0.2.9',
    ],
    ['of unknown kind, without CloudFront', undefined, [], '1.1 elsewhere', 'ip 198.51.100.7'],
  ] as const)(
    'takes the hop before CloudFront only where CloudFront is certain: %s',
    (_, endpointType, proxies, via, source) => {
      const lines = [
        `(${A}) Method request headers: {Via=${via}, X-Amz-Cf-Id=abc==, X-Forwarded-For=203.0.113.99, 192.0.2.9, 198.51.100.7}`,
        `(${A}) Method completed with status: 200`,
      ];
      const configured = testDecoder([feedConfig(GROUP, { endpointType })], { proxies });
      const call = configured.decodeEvent(payloadOf(GROUP, lines))[0]?.calls[0];
      expect(`${call?.principalKind} ${call?.sourceIp}`).toBe(source);
    },
  );

  it('names the principal that the authorizer named, and nothing else of what it answered', () => {
    const lines = [
      `(${A}) Authorizer result body before parsing: {"principalId":"user|42","context":{"secret":"planted"}}`,
      `(${A}) Using valid authorizer policy for principal: **|42`,
      `(${A}) Method completed with status: 200`,
    ];
    const call = decoder.decodeEvent(payloadOf(GROUP, lines))[0]?.calls[0];
    expect(call).toMatchObject({ principal: 'user|42', principalKind: 'subject' });
    expect(JSON.stringify(call)).not.toContain('planted');
  });

  it('never keeps an API key that stands there in clear', () => {
    const lines = [
      `(${A}) Verifying Usage Plan for request: ${A}. API Key: plantedkeyplantedkey API Stage: abc123defg/prod`,
    ];
    const call = decoder.decodeEvent(payloadOf(GROUP, lines))[0]?.calls[0];
    expect(call?.apiKeyId).toMatch(/^sha256:[0-9a-f]{32}$/);
    expect(JSON.stringify(call)).not.toContain('planted');
  });

  it('rejects what is no line of it, with the reason', () => {
    const [batch] = decoder.decodeEvent(payloadOf(GROUP, ['hello', ...linesOf(A, 200)]));
    expect(batch?.calls).toHaveLength(1);
    expect(batch?.rejected).toMatchObject([{ record: 1, body: 'hello' }]);
  });

  it.each([
    ['plain lines', (line: string) => line],
    ['an S3 export', (line: string) => `2023-11-14T22:13:20.000Z ${line}`],
    [
      'aws logs tail',
      (line: string) => `2023-11-14T22:13:20.000000+00:00 0123456789abcdef0123456789abcdef ${line}`,
    ],
  ])('is read from %s too, with the continuation of a body', (_, dress) => {
    const reader = decoder.lines(lineSource());
    for (const line of linesOf(A, 200).slice(0, 8)) reader.push(dress(line));
    reader.push(dress(`(${A}) Method request body before transformations: {`));
    reader.push('  "name": "rex",');
    reader.push('  "password": "planted"');
    reader.push('}');
    reader.push(dress(`(${A}) Method completed with status: 200`));
    const { calls, rejected, sources } = reader.finish();
    expect(rejected).toEqual([]);
    expect(sources).toEqual([Array.from({ length: 13 }, (_x, at) => at + 1)]);
    expect(calls[0]?.request?.body).toBe('{\n  "name": "rex",\n  "password": "[redacted]"\n}');
    expect(calls[0]?.timeMs).toBe(1_700_000_000_000);
  });

  it('adds the lines behind a completion that is already out to no second call', () => {
    const reader = decoder.lines(lineSource());
    for (const line of linesOf(A, 200).slice(0, 15)) reader.push(line);
    expect(reader.take().calls).toHaveLength(1);
    reader.push(linesOf(A, 200)[15] ?? '');
    expect(reader.finish()).toMatchObject({ calls: [], rejected: [] });
  });

  describe('with a body that prints lines of the log', () => {
    const C = 'cccc0000-3a83-11e9-8dc8-db3cf4c83204';
    const forged = [`(${A}) Method completed with status: 200`, `(${C}) Extended Request Id: forged=`];
    const log = (body: string) => [
      `(${A}) Extended Request Id: Vts2FFmArPEaaaa=`,
      `(${A}) HTTP Method: POST, Resource Path: /pets`,
      `(${A}) Method request headers: {X-Forwarded-For=192.0.2.9}`,
      `(${A}) Method request body before transformations: ${body}`,
      `(${A}) Method completed with status: 403`,
      ...linesOf(B, 200).filter((line) => !line.includes(' body ')),
    ];
    const readFile = (lines: readonly string[]) => {
      const reader = testDecoder().lines(lineSource());
      for (const line of lines) reader.push(line);
      return reader.finish().calls;
    };

    it.each(['{', ''])('marks whatever the body could have printed, in a file (%j)', (start) => {
      const body = [start, ...forged].join('\n');
      const calls = readFile(log(body).join('\n').split('\n'));
      const marked = calls.filter((call) => call.recovered);
      expect(new Set(marked.map(({ requestId }) => requestId))).toEqual(new Set([A, C, B]));
      expect(marked.map(({ principal, principalKind }) => [principal, principalKind])).toEqual(
        marked.map(() => [undefined, 'unknown']),
      );
      for (const call of marked) expect(call.id).toMatch(/^[0-9a-f]{32}$/);
    });

    it('believes what comes after the 1,024 bytes at which API Gateway cuts an event', () => {
      const calls = readFile([
        ...log('{"a":'),
        ...linesOf(C, 200).filter((line) => !line.includes(' body ')),
      ]);
      expect(calls.map(({ requestId, recovered }) => [requestId, recovered])).toEqual([
        [A, true],
        [B, true],
        [C, false],
      ]);
    });

    it('is one message in a payload, where nothing is forged and nothing marked', () => {
      const body = ['{', ...forged].join('\n');
      const calls = testDecoder().decodeEvent(payloadOf(GROUP, log(body)))[0]?.calls ?? [];
      expect(calls.map(({ requestId, status, recovered }) => [requestId, status, recovered])).toEqual([
        [A, 403, false],
        [B, 200, false],
      ]);
    });
  });

  it.each([
    ['a line of a WebSocket API', '(ZkpvmFKVIAMFc5Q=) Extended Request Id: ZkpvmFKVIAMFc5Q=', /WebSocket/],
    [
      'a record of vended delivery',
      '{"resource_arn":"arn:aws:apigateway:eu-west-1::/restapis/a/stages/b","event_timestamp":1,"api_id":"a","payload":"(x) y"}',
      /vended/,
    ],
  ])('is not guessed at where its shape is not known: %s is rejected with the reason', (_, line, reason) => {
    for (const group of [GROUP, '/own/group']) {
      const [batch] = testDecoder().decodeEvent(payloadOf(group, [line]));
      expect(batch?.calls).toEqual([]);
      expect(batch?.rejected[0]?.reason).toMatch(reason);
    }
  });
});
