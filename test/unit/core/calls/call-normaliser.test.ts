import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { feedConfig, payloadOf, testDecoder } from './feeds/decoder.js';

const VARIABLES = [
  'requestId',
  'extendedRequestId',
  'requestTime',
  'accountId',
  'apiId',
  'stage',
  'domainName',
  'httpMethod',
  'path',
  'resourcePath',
  'routeKey',
  'protocol',
  'status',
  'identity.sourceIp',
  'identity.userAgent',
  'identity.apiKeyId',
  'identity.apiKey',
  'identity.userArn',
  'identity.caller',
  'authorizer.claims.sub',
  'authorizer.principalId',
  'authorizer.tenant',
  'responseLatency',
  'integrationLatency',
  'integrationStatus',
  'responseLength',
  'error.responseType',
  'error.message',
  'authorizer.error',
  'waf.status',
  'tlsVersion',
  'cipherSuite',
  'eventType',
  'connectionId',
  'xrayTraceId',
  'customDomain.basePathMatched',
  'identity.clientCert.subjectDN',
];
const FORMAT = `{${VARIABLES.map((name) => `"${name}":"$context.${name}"`).join(',')}}`;

function line(values: Readonly<Record<string, string>>): string {
  return `{${VARIABLES.map((name) => `"${name}":${JSON.stringify(values[name] ?? '-')}`).join(',')}}`;
}

/** When CloudWatch got the line: within the minute. */
const LOGGED_MS = Date.UTC(2023, 6, 26, 12, 7, 40);

function decode(
  values: Readonly<Record<string, string>>,
  settings: Parameters<typeof testDecoder>[1] = {},
  config: Parameters<typeof feedConfig>[1] = {},
  eventMs = LOGGED_MS,
): ApiCall {
  const decoder = testDecoder([feedConfig('group', { format: FORMAT, ...config })], settings);
  const [batch] = decoder.decodeEvent(payloadOf('group', [line(values)], eventMs));
  const call = batch?.calls[0];
  if (call === undefined) throw new Error(JSON.stringify(batch?.rejected));
  return call;
}

const REST = {
  requestId: 'c12d1542-b79e-4e79-a158-fdf36452a81b',
  extendedRequestId: 'Iq8dHhlwIAMEV_g=',
  requestTime: '26/Jul/2023:12:07:03 +0000',
  stage: 'prod',
  domainName: 'abc123defg.execute-api.eu-west-1.amazonaws.com',
  httpMethod: 'GET',
  path: '/prod/pets/3',
  resourcePath: '/pets/{petId}',
  protocol: 'HTTP/1.1',
  status: '200',
  'identity.sourceIp': '192.0.2.1',
  'identity.userAgent': 'curl/8.0',
  responseLatency: '41',
  integrationLatency: '38',
  responseLength: '48',
};

describe('a normalised call', () => {
  it('holds everything the line and its feed say', () => {
    expect(decode(REST)).toMatchObject({
      id: 'Iq8dHhlwIAMEV_g=',
      timeMs: Date.UTC(2023, 6, 26, 12, 7, 3),
      accountId: '123456789012',
      region: 'eu-west-1',
      apiId: 'abc123defg',
      apiType: 'rest',
      stage: 'prod',
      path: '/pets/3',
      route: '/pets/{petId}',
      routeSource: 'line',
      status: 200,
      sourceIp: '192.0.2.1',
      principal: '192.0.2.1',
      principalKind: 'ip',
      latencyMs: 41,
      integrationLatencyMs: 38,
      responseBytes: 48,
      trust: 'gateway',
      recovered: false,
    });
  });

  it('has the same keys in the same order whatever the line lacks', () => {
    expect(Object.keys(decode({}))).toEqual(Object.keys(decode(REST)));
  });

  it('takes the time of the event where the line has none', () => {
    expect(decode({}).timeMs).toBe(LOGGED_MS);
  });

  it('has the time of its log event where its own is a day off and the gateway’s line was stamped', () => {
    const day = 24 * 60 * 60 * 1000;
    const own = Date.UTC(2023, 6, 26, 12, 7, 3);
    const at = (eventMs: number, trust: 'gateway' | 'client' = 'gateway') =>
      decode(REST, {}, { trust }, eventMs).timeMs;
    expect([at(own + day), at(own - day)]).toEqual([own, own]);
    expect([at(own + day + 1), at(own - day - 1)]).toEqual([own + day + 1, own - day - 1]);
    expect(at(0)).toBe(own);
    expect(at(own + 30 * day, 'client')).toBe(own);
  });

  it('takes method and route from the route key of an HTTP API', () => {
    const http = decode({ routeKey: 'POST /orders/{id}', status: '201' });
    expect(http).toMatchObject({ apiType: 'http', method: 'POST', route: '/orders/{id}' });
    expect(decode({ routeKey: '$default', httpMethod: 'PUT' })).toMatchObject({
      apiType: 'http',
      route: '$default',
      method: 'PUT',
    });
    expect(decode({ routeKey: 'ANY /x' }).method).toBeUndefined();
  });

  it('knows a WebSocket call by its connection', () => {
    const call = decode({ routeKey: '$connect', eventType: 'CONNECT', connectionId: 'Iq8gj1UmIAMCKpA=' });
    expect(call).toMatchObject({ apiType: 'websocket', route: '$connect', eventType: 'CONNECT' });
  });

  it('gives way to what the feed’s configuration knows', () => {
    const call = decode(
      { status: '200' },
      {},
      { apiId: 'zzz', stage: 'live', region: 'us-east-1', apiType: 'http' },
    );
    expect(call).toMatchObject({ apiId: 'zzz', stage: 'live', region: 'us-east-1', apiType: 'http' });
  });

  it('moves a query string out of the path and redacts it', () => {
    const call = decode({ path: '/x?token=abc&a=1' });
    expect(call.path).toBe('/x');
    expect(call.query).toBe('token=[redacted]&a=1');
  });

  it('calls an address of the configured proxies a proxy', () => {
    expect(decode(REST, { proxies: ['192.0.2.0/24'] }).principalKind).toBe('proxy');
  });

  it('keeps an address that is none under extra', () => {
    const call = decode({ 'identity.sourceIp': 'not-an-address' });
    expect(call.sourceIp).toBeUndefined();
    expect(call.extra?.['identity.sourceIp']).toBe('not-an-address');
  });

  it('keeps unknown variables by name, and values only of those on the allow list', () => {
    const values = { xrayTraceId: '1-abc', 'authorizer.tenant': 'acme', 'identity.apiKey': 'raw-key-value' };
    expect(decode(values).extra).toMatchObject({
      xrayTraceId: null,
      'authorizer.tenant': null,
      'identity.apiKey': null,
    });
    const kept = decode(values, { keepExtra: ['authorizer.tenant', 'identity.apiKey'] });
    expect(kept.extra).toMatchObject({
      xrayTraceId: null,
      'authorizer.tenant': 'acme',
      'identity.apiKey': null,
    });
  });

  it('lets no planted secret out, whichever variable it was planted in', () => {
    const secrets = [
      'Bearer abcDEF123456.xyz',
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl',
      'AKIAIOSFODNN7EXAMPLE',
      '4111111111111111',
      'password=hunter2hunter2',
      'x-api-key: hunter2hunter2',
    ];
    const leak = /abcDEF123456|eyJhbGci|AKIAIOSF|4111111111111111|hunter2/;
    fc.assert(
      fc.property(
        fc.constantFrom(...secrets),
        fc.constantFrom(...VARIABLES),
        fc.string({ unit: fc.constantFrom(...'ab/ 1.'), maxLength: 8 }),
        (secret, variable, before) => {
          const call = decode({ ...REST, [variable]: `${before} ${secret}` }, { keepExtra: VARIABLES });
          expect(JSON.stringify(call)).not.toMatch(leak);
        },
      ),
    );
  });

  it('takes whatever a caller writes, of any length, and keeps its keys as plain properties', () => {
    const nasty = fc.oneof(
      fc.constantFrom('__proto__', '\u0000', '"', '\\', '🙂'.repeat(100), 'x'.repeat(10_000)),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.constantFrom(...VARIABLES), nasty, (variable, value) => {
        const call = decode({ ...REST, [variable]: value });
        expect(Object.keys(call)).toHaveLength(42);
      }),
      { numRuns: 200 },
    );
  });
});
