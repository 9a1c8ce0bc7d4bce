import { describe, expect, it } from 'vitest';
import type { ApiCall, ApiType } from '../../../../core/calls/api-call.js';
import {
  FIELD_SOURCES,
  type LoggedField,
  PRINCIPAL_VARIABLES,
  ROUTE_VARIABLES,
} from '../../../../core/calls/call-sources.js';
import { CALL_VARIABLES, type CallVariable, TYPE_VARIABLES } from '../../../../core/calls/call-variables.js';
import { typesOfVariable } from '../../../../core/calls/format/variable-types.js';
import { KNOWN_VARIABLES } from '../../../../core/calls/format/variables.js';
import { createAttributor } from '../../../../core/inventory/attribute.js';
import { feedConfig, payloadOf, testDecoder } from './feeds/decoder.js';
import { render } from './format/rendering.js';

const TYPES: readonly ApiType[] = ['rest', 'http', 'websocket'];

/** A value that each entry of `CALL_VARIABLES` may have. */
const VALUES: Readonly<Record<CallVariable, string>> = {
  epochTime: '1785067623123',
  time: '26/Jul/2026:12:07:03 +0000',
  requestId: 'c12d1542-b79e-4e79-a158-fdf36452a81b',
  extendedRequestId: 'Iq8dHhlwIAMEV_g=',
  accountId: '123456789012',
  apiId: 'a1b2c3d4e5',
  stage: 'prod',
  host: 'a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com',
  basePath: 'v1',
  method: 'GET',
  path: '/prod/pets/42',
  resourcePath: '/pets/{petId}',
  routeKey: 'GET /pets/{petId}',
  protocol: 'HTTP/1.1',
  status: '200',
  sourceIp: '192.0.2.7',
  userAgent: 'curl/8.1',
  apiKeyId: 'k1x2y3z4',
  userArn: 'arn:aws:iam::123456789012:user/ana',
  caller: 'AIDACKCEVSQ6C2EXAMPLE',
  cognitoIdentity: 'eu-central-1:0f6c41ae-3f4c-4a3b-9b0e-1f1f6f2c8a11',
  subject: 'ana',
  certificate: 'CN=ana',
  latency: '41',
  integrationLatency: '30',
  integrationStatus: '200',
  authorizerLatency: '12',
  responseBytes: '512',
  errorType: 'THROTTLED',
  errorMessage: 'Too Many Requests',
  authorizerError: 'Unauthorized',
  waf: '403',
  tlsVersion: 'TLSv1.3',
  tlsCipher: 'TLS_AES_128_GCM_SHA256',
  eventType: 'CONNECT',
  connectionId: 'Iq8dHcAmoAMCJvQ=',
};

/** A call from a line that holds one variable beside the request id that API Gateway demands. */
function callWith(variable: string, from: CallVariable, apiType: ApiType): ApiCall {
  const format = `{"a":"$context.requestId","b":"$context.${variable}"}`;
  const values = { requestId: VALUES.requestId, [variable]: VALUES[from] };
  const decoder = testDecoder([feedConfig('group', { format, apiType })]);
  const [batch] = decoder.decodeEvent(payloadOf('group', [render(format, values)]));
  const call = batch?.calls[0];
  if (call === undefined) throw new Error(`no call from ${format}`);
  return createAttributor({ routes: {}, templates: {} }).attribute(call);
}

const cases = Object.entries(FIELD_SOURCES).flatMap(([field, sources]) =>
  sources.flatMap(({ from, only }) =>
    CALL_VARIABLES[from].flatMap((variable: string) =>
      TYPES.filter(
        (type) => typesOfVariable(variable).includes(type) && (only === undefined || only === type),
      ).map((type) => [field as LoggedField, variable, type, from] as const),
    ),
  ),
);

describe('the sources of a field', () => {
  it('are many', () => expect(cases.length).toBeGreaterThan(120));

  it.each(cases)('%s is filled by $context.%s on %s APIs, with nothing else in the line', (...named) => {
    const [field, variable, type, from] = named;
    expect(callWith(variable, from, type)[field]).toBeDefined();
  });

  it('name every entry of CALL_VARIABLES that fills a field', () => {
    const named = new Set(Object.values(FIELD_SOURCES).flatMap((sources) => sources.map(({ from }) => from)));
    // The base path mends the path, and the times are the ways to write one thing.
    const others = Object.keys(CALL_VARIABLES).filter((slot) => !named.has(slot as CallVariable));
    expect(others).toEqual(['basePath']);
  });

  it('give each kind of principal', () => {
    const kinds = Object.entries(PRINCIPAL_VARIABLES).flatMap(([kind, slots]) =>
      slots.map((from) => [kind, from] as const),
    );
    expect(kinds.length).toBeGreaterThan(6);
    for (const [kind, from] of kinds.filter(([name]) => name !== 'proxy')) {
      const call = callWith(CALL_VARIABLES[from][0], from, 'rest');
      expect(call.principalKind, from).toBe(kind);
    }
  });
});

describe('the variables of a route', () => {
  it.each(ROUTE_VARIABLES.line)('place a call by the line: %s', (from) => {
    const call = callWith(CALL_VARIABLES[from][0], from, from === 'routeKey' ? 'http' : 'rest');
    expect(call.routeSource).toBe('line');
  });

  it('leave every other call to templates where no route is known to be deployed', () => {
    expect(ROUTE_VARIABLES.template).toEqual([]);
    for (const from of [...ROUTE_VARIABLES.deployed, 'status'] as const)
      expect(callWith(CALL_VARIABLES[from][0], from, 'rest').routeSource, from).toBe('template');
  });
});

describe('the types of API that have a variable', () => {
  it('are known for every documented variable', () => {
    expect(KNOWN_VARIABLES.length).toBeGreaterThan(70);
    expect(KNOWN_VARIABLES.filter((name) => typesOfVariable(name).length === 0)).toEqual([]);
    expect(typesOfVariable('integration.colour')).toEqual([]);
  });

  it('agree with what the type of an untold format is judged by', () => {
    for (const name of TYPE_VARIABLES.websocket) expect(typesOfVariable(name), name).toEqual(['websocket']);
    for (const name of TYPE_VARIABLES.rest) expect(typesOfVariable(name), name).toEqual(['rest']);
    for (const name of TYPE_VARIABLES.http) expect(typesOfVariable(name), name).not.toContain('rest');
  });
});
