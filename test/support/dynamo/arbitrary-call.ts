import fc from 'fast-check';
import type { ApiCall, CallMessage } from '../../../core/calls/api-call.js';

/** Any UTF-16 at all: lone surrogates, NUL, escapes, ids of every shape, and texts that look like numbers. */
export function hostileText(): fc.Arbitrary<string> {
  return fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({
      unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
      maxLength: 8,
    }),
    fc.uuid(),
    fc.ipV4(),
    fc.ipV6(),
    fc.nat().map(String),
    fc.base64String({ minLength: 8, maxLength: 24 }),
    fc.constantFrom(
      '',
      '-',
      '__proto__',
      'constructor',
      '\0',
      '\u0001',
      '\u00010041',
      '007',
      '-1',
      '1e3',
      '192.0.2.999',
      '{',
      '/',
    ),
  );
}

function maybe<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined });
}

function hostileNumber(): fc.Arbitrary<number> {
  return fc.oneof(
    fc.nat(600),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.double(),
    fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY),
  );
}

function message(): fc.Arbitrary<CallMessage> {
  return fc.record(
    {
      headers: maybe(fc.dictionary(hostileText(), hostileText(), { noNullPrototype: true })),
      body: maybe(hostileText()),
      truncated: fc.boolean(),
    },
    { noNullPrototype: true },
  );
}

/** Few distinct values, so that dictionaries and aliases are met as well as lists. */
function repeated(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom('a', 'b', '192.0.2.1', '/pets/{id}'), hostileText());
}

export function arbitraryCall(times: fc.Arbitrary<number> = fc.nat(10_000_000)): fc.Arbitrary<ApiCall> {
  const text = maybe(repeated());
  const number = maybe(hostileNumber());
  return fc
    .record(
      {
        id: repeated(),
        timeMs: times,
        requestId: text,
        extendedRequestId: text,
        accountId: text,
        region: text,
        apiId: text,
        apiType: maybe(fc.constantFrom('rest', 'http', 'websocket')),
        stage: text,
        host: text,
        method: text,
        path: maybe(
          fc.oneof(
            repeated(),
            hostileText().map((part) => `/pets/${part}`),
          ),
        ),
        query: text,
        route: maybe(
          fc.oneof(fc.constantFrom('/pets/{id}', '/{proxy+}', '/pets', '/{a}/{b}', '{x}'), hostileText()),
        ),
        routeSource: maybe(fc.constantFrom('line', 'deployed', 'template')),
        protocol: text,
        status: number,
        sourceIp: text,
        userAgent: text,
        principal: text,
        principalKind: maybe(
          fc.constantFrom('iam', 'subject', 'api-key', 'client-certificate', 'ip', 'proxy'),
        ),
        apiKeyId: text,
        latencyMs: number,
        integrationLatencyMs: number,
        integrationStatus: number,
        authorizerLatencyMs: number,
        responseBytes: number,
        errorType: text,
        errorMessage: text,
        authorizerError: text,
        wafResult: text,
        tlsVersion: text,
        tlsCipher: text,
        eventType: text,
        connectionId: text,
        request: maybe(message()),
        response: maybe(message()),
        feed: repeated(),
        format: repeated(),
        trust: fc.constantFrom('gateway', 'guard', 'file', 'client'),
        recovered: fc.boolean(),
        extra: maybe(fc.dictionary(hostileText(), fc.option(hostileText()), { noNullPrototype: true })),
      },
      { noNullPrototype: true },
    )
    .map((call): ApiCall => call);
}
