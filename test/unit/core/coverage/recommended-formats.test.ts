import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shippedRules } from '../../../../adapters/shipped/shipped-rules.js';
import type { ApiCall, ApiType } from '../../../../core/calls/api-call.js';
import { compileFormat } from '../../../../core/calls/format/compile-format.js';
import { typesOfVariable } from '../../../../core/calls/format/variable-types.js';
import { factsOf } from '../../../../core/calls/format/variables.js';
import { SECRET_VARIABLES } from '../../../../core/calls/redaction/secret-catalogue.js';
import { buildFormat, FORMAT_BYTES_MAX } from '../../../../core/coverage/build-format.js';
import { formatForRules, fullFormat, leanFormat } from '../../../../core/coverage/recommended-formats.js';
import { coverRules } from '../../../../core/coverage/rule-coverage.js';
import { supplyOfFormat } from '../../../../core/coverage/supply-of-format.js';
import { renderLogFormats } from '../../../../tools/render-log-formats.js';
import { feedConfig, payloadOf, testDecoder } from '../calls/feeds/decoder.js';
import { render } from '../calls/format/rendering.js';

const TYPES: readonly ApiType[] = ['rest', 'http', 'websocket'];
const FORMATS = TYPES.flatMap((type) =>
  [leanFormat(type), fullFormat(type), formatForRules(shippedRules, type)].map(
    (format, at) => [type, ['lean', 'full', "the rules' own"][at] ?? '', format] as const,
  ),
);

function variablesOf(format: string): readonly string[] {
  const compiled = compileFormat(format);
  if (compiled.kind !== 'compiled') throw new Error(format);
  expect(compiled.warnings).toEqual([]);
  return compiled.decoder.variables;
}

function stateOf(format: string, apiType: ApiType): readonly string[] {
  const supply = supplyOfFormat({
    variables: variablesOf(format),
    apiType,
    fromFeed: new Set(['accountId', 'region', 'apiId', 'stage']),
  });
  return coverRules({ rules: shippedRules, apiType, supply })
    .filter(({ state }) => state === 'dark' || state === 'dim')
    .map(({ name, state }) => `${name} is ${state}`);
}

/** What callers are like, one of each API type. */
const VALUES: Readonly<Record<string, string>> = {
  requestId: 'c12d1542-b79e-4e79-a158-fdf36452a81b',
  extendedRequestId: 'Iq8dHhlwIAMEV_g=',
  requestTimeEpoch: '1785067623123',
  accountId: '123456789012',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  domainName: 'api.example.com',
  'customDomain.basePathMatched': '(none)',
  httpMethod: 'GET',
  path: '/pets/42',
  protocol: 'HTTP/1.1',
  status: '403',
  'identity.sourceIp': '192.0.2.7',
  'identity.userAgent': 'x", "st":"200"} \\',
  'authorizer.claims.sub': 'u-17',
  'authorizer.principalId': 'u-17',
  responseLength: '48',
  responseLatency: '41',
  integrationLatency: '30',
  integrationStatus: '200',
  'error.responseType': 'ACCESS_DENIED',
  'error.message': 'Forbidden',
};
const BY_TYPE: Readonly<Record<ApiType, Readonly<Record<string, string>>>> = {
  rest: { ...VALUES, resourcePath: '/pets/{petId}' },
  http: { ...VALUES, requestId: 'Iq8dHhlwIAMEV_g=', routeKey: 'GET /pets/{petId}' },
  websocket: {
    ...VALUES,
    requestId: 'Iq8dHhlwIAMEV_g=',
    routeKey: 'sendMessage',
    eventType: 'MESSAGE',
    connectionId: 'Iq8dHcAmoAMCJvQ=',
  },
};

function decode(line: string, format: string | undefined, apiType: ApiType | undefined): ApiCall {
  const [batch] = testDecoder([feedConfig('group', { format, apiType })]).decodeEvent(
    payloadOf('group', [line], 1785067623456),
  );
  const call = batch?.calls[0];
  if (call === undefined) throw new Error(line);
  return call;
}

describe('the recommended formats', () => {
  it.each(FORMATS)(
    'for %s APIs, %s: are one line of JSON within the limit, with an id',
    (type, _, format) => {
      expect(format).not.toMatch(/[\r\n]/);
      expect(Buffer.byteLength(format)).toBeLessThanOrEqual(FORMAT_BYTES_MAX);
      expect(Object.keys(JSON.parse(format) as object).length).toBe(variablesOf(format).length);
      expect(variablesOf(format)).toContain(type === 'rest' ? 'extendedRequestId' : 'requestId');
    },
  );

  it.each(FORMATS)('for %s APIs, %s: name only what this type has, and no secret', (type, _, format) => {
    const variables = variablesOf(format);
    expect(variables.length).toBeGreaterThan(10);
    expect(variables.filter((name) => !typesOfVariable(name).includes(type))).toEqual([]);
    expect(variables.filter((name) => SECRET_VARIABLES.includes(name) || /apiKey$/.test(name))).toEqual([]);
  });

  it.each(FORMATS)('for %s APIs, %s: end with what callers write', (_type, _, format) => {
    const trust = variablesOf(format).map((name) => factsOf(name).trust);
    const first = trust.findIndex((degree) => degree <= 30);
    expect(first).toBeGreaterThan(5);
    expect(trust.slice(first)).toEqual([...trust.slice(first)].sort((a, b) => b - a));
    expect(variablesOf(format).at(-1)).toBe('identity.userAgent');
  });

  it.each(FORMATS)('for %s APIs, %s: a line reads the same whether the format is told or not', (...named) => {
    const [type, , format] = named;
    // As the gateway escapes it in JSON.
    const values = { ...BY_TYPE[type], 'identity.userAgent': 'Mozilla/5.0 (X11; Linux) \\"q\\"' };
    const line = render(format, values);
    const told = decode(line, format, undefined);
    const untold = decode(line, undefined, undefined);
    expect({ ...untold, format: '' }).toEqual({ ...told, format: '' });
    expect(told).toMatchObject({ apiType: type, status: 403, principal: 'u-17', errorType: 'ACCESS_DENIED' });
  });

  it.each(FORMATS)('for %s APIs, %s: a user agent that nobody escaped forges no field', (type, _, format) => {
    const call = decode(render(format, BY_TYPE[type]), format, type);
    expect(call).toMatchObject({
      status: 403,
      sourceIp: '192.0.2.7',
      userAgent: VALUES['identity.userAgent'],
    });
  });

  it.each(TYPES)('in full and as the rules need them light every rule that %s APIs can have', (type) => {
    expect(stateOf(fullFormat(type), type)).toEqual([]);
    expect(stateOf(formatForRules(shippedRules, type), type)).toEqual([]);
  });

  it('keep what a present format has, without its secrets and what the type does not know', () => {
    const kept = formatForRules([], 'http', ['xrayTraceId', 'dataProcessed', 'identity.apiKey', '']);
    expect(variablesOf(kept)).toContain('dataProcessed');
    expect(kept).not.toMatch(/xray|apiKey"/);
  });

  it('are what docs/log-formats.md says', () => {
    expect(readFileSync('docs/log-formats.md', 'utf8')).toBe(renderLogFormats());
  });

  it('write each variable once, whatever is asked for', () => {
    const format = buildFormat({ apiType: 'rest', variables: ['status', 'path', 'status'], keys: 'named' });
    expect(format).toBe('{"status":"$context.status","path":"$context.path"}');
  });
});
