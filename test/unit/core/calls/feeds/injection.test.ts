import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../../core/calls/api-call.js';
import { REST_CALL, render } from '../format/rendering.js';
import { feedConfig, payloadOf, testDecoder } from './decoder.js';

const START_MS = Date.UTC(2026, 6, 26, 12, 7, 3);
const VALUES = {
  ...REST_CALL,
  requestTimeEpoch: String(START_MS),
  'authorizer.claims.sub': 'user-1',
  'error.message': 'Forbidden',
} as const;
const NAMES = [
  'requestId',
  'identity.sourceIp',
  'requestTimeEpoch',
  'path',
  'status',
  'authorizer.claims.sub',
  'stage',
  'identity.userAgent',
  'apiId',
  'error.message',
  'extendedRequestId',
] as const;
/** What callers write: the path and user agent at will, a claim through their identity provider, a message through what they send. */
const CALLER_WRITTEN = ['path', 'identity.userAgent', 'authorizer.claims.sub', 'error.message'] as const;

const FORGED = ['200', '198.51.100.66', 'victim', 'evil', 'zz99zz99zz', '1785069423123', 'Zz8dHhlwIAMEV_g='];
const KEYS = [
  'status statusCode httpStatus http_status ip sourceIp clientIp source_ip requestId request_id',
  'extendedRequestId sub subject principalId user caller userArn apiId restApiId stage requestTime time a',
].flatMap((keys) => keys.split(' '));

type Shape = 'JSON' | 'spaced JSON' | 'XML' | 'key-value';

function formatOf(shape: Shape): string {
  const fields = NAMES.map((name) => [name.replace(/\W/g, '_'), `$context.${name}`] as const);
  switch (shape) {
    case 'JSON':
      return `{${fields.map(([key, value]) => `"${key}":"${value}"`).join(',')}}`;
    case 'spaced JSON':
      return `{ ${fields.map(([key, value]) => `"${key}": "${value}"`).join(', ')} }`;
    case 'XML':
      return `<r>${fields.map(([key, value]) => `<${key}>${value}</${key}>`).join('')}</r>`;
    case 'key-value':
      return fields.map(([key, value]) => `${key}="${value}"`).join(' ');
  }
}

function pairIn(shape: Shape, key: string, value: string): string {
  switch (shape) {
    case 'JSON':
      return `","${key}":"${value}`;
    case 'spaced JSON':
      return `", "${key}": "${value}`;
    case 'XML':
      return `</x><${key}>${value}`;
    case 'key-value':
      return `" ${key}="${value}`;
  }
}

const attack = fc.record({
  shape: fc.constantFrom<Shape>('JSON', 'spaced JSON', 'XML', 'key-value'),
  variable: fc.constantFrom(...CALLER_WRITTEN),
  pairs: fc.array(fc.tuple(fc.constantFrom(...KEYS, ...NAMES), fc.constantFrom(...FORGED)), {
    minLength: 1,
    maxLength: 5,
  }),
  hasFormat: fc.boolean(),
});

/** What a call is taken for: whose, of what, when, and how it ended. */
function identityOf({
  status,
  sourceIp,
  principal,
  requestId,
  extendedRequestId,
  apiId,
  stage,
  timeMs,
}: ApiCall) {
  return { status, sourceIp, principal, requestId, extendedRequestId, apiId, stage, timeMs };
}

function callsOf(lines: readonly string[], format: string | undefined): readonly ApiCall[] {
  const decoder = testDecoder(format === undefined ? [] : [feedConfig('group', { format })]);
  return decoder.decodeEvent(payloadOf('group', lines, START_MS))[0]?.calls ?? [];
}

describe('what a caller writes into a line that nobody escaped', () => {
  it('never changes what the call is taken for unseen: it keeps its identity, or it is marked and named nobody', () => {
    fc.assert(
      fc.property(attack, ({ shape, variable, pairs, hasFormat }) => {
        const format = formatOf(shape);
        const clean = render(format, VALUES);
        const text = `/x${pairs.map(([key, value]) => pairIn(shape, key, value)).join('')}`;
        const forged = render(format, { ...VALUES, [variable]: text });
        const [before, call] = callsOf([clean, forged, clean], hasFormat ? format : undefined);
        if (before === undefined || call === undefined) throw new Error('a line was lost');
        if (call.recovered) expect([undefined, VALUES['identity.sourceIp']]).toContain(call.principal);
        else
          expect({ ...identityOf(call), principal: undefined }).toEqual({
            ...identityOf(before),
            principal: undefined,
          });
        if (!call.recovered && variable !== 'authorizer.claims.sub')
          expect(call.principal).toBe(before.principal);
      }),
      { numRuns: 2_000 },
    );
  });

  it('loses its meaning where other lines of the payload lack its key', () => {
    const format =
      '{"ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","rid":"$context.requestId"}';
    const forged = render(format, { ...VALUES, 'identity.userAgent': 'x","status":"200","sub":"victim' });
    const [call] = callsOf([forged, render(format, VALUES)], undefined);
    expect(call).toMatchObject({
      recovered: true,
      status: undefined,
      principal: VALUES['identity.sourceIp'],
      principalKind: 'ip',
      requestId: VALUES.requestId,
    });
  });

  const LOGIN =
    '{"rid":"$context.requestId","path":"$context.path","httpMethod":"$context.httpMethod","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime","userAgent":"$context.identity.userAgent","status":"$context.status"}';

  it.each([
    ['/x","requestTime":["', '"],"userAgent":"curl'],
    ['/x","requestTime":[[', ']],"userAgent":"curl'],
    ['/x","groups":["', '"],"ip":"198.51.100.66","userAgent":"curl'],
    ['/x","groups":[', '],"ip":"198.51.100.66","userAgent":"curl'],
  ])(
    'takes nothing from other lines by fields hidden in brackets, and is marked itself: %s',
    (path, agent) => {
      const clean = render(LOGIN, VALUES);
      const forged = render(LOGIN, { ...VALUES, path, 'identity.userAgent': agent });
      const [alone] = callsOf([clean], undefined);
      const [call, ...others] = callsOf([forged, clean, clean], undefined);
      expect(call?.recovered).toBe(true);
      expect(call?.principalKind).toBe('unknown');
      expect(others.map((other) => [identityOf(other), other.recovered])).toEqual(
        Array.from({ length: 2 }, () => [alone === undefined ? undefined : identityOf(alone), false]),
      );
    },
  );

  it.each([
    ['/x","sub":"victim","httpMethod":"POST', 'x'],
    ['/x', 'x","sub":"victim","userAgent":"x'],
    ['/x","sub":"victim","httpMethod":"POST', 'x","userAgent":"x'],
    ['/x","zz":{"a":"', 'x"},"sub":"victim'],
    ['/x","zz":{"a":"', 'x"},"ip":"198.51.100.66'],
    ['/x","zz":{"y":{"a":"', 'x"}},"ip":"198.51.100.66'],
    ['/x","path":{"path":"', 'x"},"ip":"198.51.100.66","userAgent":"x'],
  ])(
    'loses its meaning also beside the next field once more, and around fields in an object: %s',
    (path, agent) => {
      const forged = render(LOGIN, { ...VALUES, path, 'identity.userAgent': agent });
      const [call] = callsOf([forged, render(LOGIN, VALUES)], undefined);
      expect(call).toMatchObject({
        recovered: true,
        method: VALUES.httpMethod,
        sourceIp: VALUES['identity.sourceIp'],
        principalKind: 'unknown',
      });
    },
  );

  it.each([
    ['"groups":[admin users]', false],
    ['"groups":["admin","users"]', false],
    ['"groups":[]', false],
    ['"status":["401"]', true],
    ['"groups":[{"ip":"198.51.100.66"}]', true],
  ])('is not taken for what an authorizer may print as a list: %s', (list, recovered) => {
    const line = `{"ip":"203.0.113.7","httpMethod":"GET",${list}}`;
    expect(callsOf([line], undefined).map((call) => call.recovered)).toEqual([recovered]);
  });

  it('keeps its meaning where several lines of the payload share it, for that may be a format, but names nobody', () => {
    const format =
      '{"ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","rid":"$context.requestId"}';
    const forged = render(format, { ...VALUES, 'identity.userAgent': 'x","status":"200","sub":"victim' });
    const clean = render(format, VALUES);
    const calls = callsOf([forged, clean, forged, forged, clean], undefined);
    expect(calls.map(({ recovered, principal }) => [recovered, principal])).toEqual(
      [forged, clean, forged, forged, clean].map((line) => [line === forged, VALUES['identity.sourceIp']]),
    );
  });

  it('is marked in two formats that share a log group if the one continues the other behind a text, and takes nothing from either', () => {
    const short = '{"rid":"$context.requestId","path":"$context.path","status":"$context.status"}';
    const long =
      '{"rid":"$context.requestId","path":"$context.path","ip":"$context.identity.sourceIp","httpMethod":"$context.httpMethod","status":"$context.status"}';
    const lines = [short, long, long, short, long, short].map((format) => render(format, VALUES));
    expect(callsOf(lines, undefined).map(({ sourceIp, recovered }) => [sourceIp, recovered])).toEqual(
      lines.map((line) => (line.includes('"ip"') ? [VALUES['identity.sourceIp'], true] : [undefined, false])),
    );
    const forged = render(long, { ...VALUES, path: '/x","sub":"victim' });
    const [call] = callsOf([forged, ...lines], undefined);
    expect(call).toMatchObject({ recovered: true, method: 'POST', sourceIp: VALUES['identity.sourceIp'] });
  });

  it('is not looked for where the keys stand apart from caller-written texts: two formats may share a log group', () => {
    const short = '{"ip":"$context.identity.sourceIp","status":"$context.status"}';
    const long = '{"ip":"$context.identity.sourceIp","stage":"$context.stage","status":"$context.status"}';
    const calls = callsOf([render(short, VALUES), render(long, VALUES)], undefined);
    expect(calls.map(({ recovered, stage }) => [recovered, stage])).toEqual([
      [false, undefined],
      [false, VALUES.stage],
    ]);
  });

  it('names nobody where the address stands behind it, and the address alone where it stands before', () => {
    const injected = { ...VALUES, 'identity.userAgent': 'x","sub":"victim","sub":"victim' };
    const behind =
      '{"ua":"$context.identity.userAgent","ip":"$context.identity.sourceIp","sub":"$context.authorizer.claims.sub"}';
    const before =
      '{"ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","sub":"$context.authorizer.claims.sub"}';
    for (const format of [behind, before]) {
      const [call] = callsOf([render(format, injected)], format);
      expect(call?.recovered).toBe(true);
      expect([call?.principalKind, call?.principal]).toEqual(
        format === before ? ['ip', VALUES['identity.sourceIp']] : ['unknown', undefined],
      );
    }
  });
});
