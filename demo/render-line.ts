import { stableHex } from './ids.js';
import { mix } from './random.js';
import type { IssuedCall } from './simulated-call.js';

export const ACCOUNT_ID = '123456789012';
const VARIABLE = /\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)/g;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

type Value = string | number | undefined;

/** Gateway messages by response type, as the gateway words them. */
const MESSAGES: Readonly<Record<string, string>> = {
  UNAUTHORIZED: 'Unauthorized',
  EXPIRED_TOKEN: 'The incoming token has expired',
  MISSING_AUTHENTICATION_TOKEN: 'Missing Authentication Token',
  INVALID_API_KEY: 'Forbidden',
  ACCESS_DENIED: 'User is not authorized to access this resource with an explicit deny',
  THROTTLED: 'Too Many Requests',
  QUOTA_EXCEEDED: 'Limit Exceeded',
  RESOURCE_NOT_FOUND: 'Not Found',
  INTEGRATION_FAILURE: 'Internal server error',
  INTEGRATION_TIMEOUT: 'Endpoint request timed out',
  BAD_REQUEST_BODY: 'Invalid request body',
};

/** Each `$context` variable that the simulator knows; any other prints `-`, as an absent value does on AWS. */
const VARIABLES: Readonly<Record<string, (call: IssuedCall) => Value>> = {
  accountId: () => ACCOUNT_ID,
  apiId: (call) => call.api.apiId,
  stage: (call) => call.api.stage,
  deploymentId: (call) => call.api.deploymentId,
  domainName: (call) => call.api.host,
  domainPrefix: (call) => call.api.host.slice(0, call.api.host.indexOf('.')),
  'customDomain.basePathMatched': (call) => (call.api.customDomain ? '(none)' : undefined),
  requestId: (call) => call.requestId,
  extendedRequestId: (call) => call.extendedRequestId,
  requestTime: (call) => toClfTime(call.timeMs),
  requestTimeEpoch: (call) => call.timeMs,
  httpMethod: (call) => (call.api.type === 'websocket' ? undefined : call.method),
  path: (call) => (call.path === undefined ? undefined : call.api.pathPrefix + call.path),
  protocol: (call) => (call.api.type === 'websocket' ? undefined : 'HTTP/1.1'),
  resourcePath: (call) => (call.api.type === 'rest' ? call.route?.template : undefined),
  routeKey: (call) => (call.api.type === 'rest' ? undefined : call.route?.routeKey),
  eventType: (call) => call.eventType,
  connectionId: (call) => call.connectionId,
  status: (call) => call.status,
  responseLength: (call) => call.responseBytes,
  responseLatency: (call) => call.latencyMs,
  integrationLatency: (call) => integrationLatency(call),
  'integration.latency': (call) => integrationLatency(call),
  'integration.status': (call) => (call.errorType === undefined ? call.status : undefined),
  integrationStatus: (call) => (call.errorType === undefined ? 200 : undefined),
  'identity.sourceIp': (call) => call.client.ip,
  'identity.userAgent': (call) => call.client.userAgent,
  'identity.apiKeyId': ({ client }) =>
    client.identity.kind === 'api-key' ? client.identity.apiKeyId : undefined,
  'identity.userArn': ({ client }) => (client.identity.kind === 'iam' ? client.identity.userArn : undefined),
  'identity.caller': ({ client }) => (client.identity.kind === 'iam' ? client.identity.caller : undefined),
  'identity.user': ({ client }) => (client.identity.kind === 'iam' ? client.identity.caller : undefined),
  'identity.accountId': ({ client }) => (client.identity.kind === 'iam' ? ACCOUNT_ID : undefined),
  'authorizer.claims.sub': ({ client }) => (client.identity.kind === 'jwt' ? client.identity.sub : undefined),
  'authorizer.claims.scope': ({ client }) =>
    client.identity.kind === 'jwt' ? client.identity.scope : undefined,
  'error.message': (call) => (call.errorType === undefined ? undefined : MESSAGES[call.errorType]),
  'error.responseType': (call) => call.errorType,
  integrationErrorMessage: (call) =>
    call.errorType === 'INTEGRATION_FAILURE' ? 'The Lambda function returned an error.' : undefined,
  tlsVersion: (call) => (call.api.type === 'rest' ? 'TLSv1.3' : undefined),
  cipherSuite: (call) => (call.api.type === 'rest' ? 'TLS_AES_128_GCM_SHA256' : undefined),
  xrayTraceId: (call) => xrayTraceId(call),
};

/** Compiles a log format to a function that prints a call in it, on one line. JSON formats escape as REST APIs do. */
export function compileRenderer(format: string): (call: IssuedCall) => string {
  const json = format.startsWith('{');
  const literals: string[] = [];
  const getters: ((call: IssuedCall) => Value)[] = [];
  /** Only what a caller writes can hold a quote. */
  const escaped: boolean[] = [];
  let end = 0;
  for (const match of format.matchAll(VARIABLE)) {
    literals.push(format.slice(end, match.index));
    const name = match[1] ?? '';
    getters.push(VARIABLES[name] ?? (() => undefined));
    escaped.push(json && (name === 'path' || name === 'identity.userAgent'));
    end = match.index + match[0].length;
  }
  const tail = format.slice(end);
  return (call) => {
    let line = '';
    for (let i = 0; i < getters.length; i++) {
      const value = getters[i]?.(call);
      line += literals[i];
      line += value === undefined ? '-' : escaped[i] === true ? escapeJson(String(value)) : value;
    }
    return line + tail;
  };
}

function escapeJson(value: string): string {
  return value.includes('"') || value.includes('\\') ? JSON.stringify(value).slice(1, -1) : value;
}

/** The integration takes most of the time, the gateway a few milliseconds; nothing where the gateway answered. */
function integrationLatency(call: IssuedCall): number | undefined {
  if (call.errorType !== undefined && !call.errorType.startsWith('INTEGRATION')) return undefined;
  return Math.max(1, call.latencyMs - 2 - (mix(call.timeMs, call.latencyMs) % 4));
}

let lastSecond = Number.NaN;
let lastText = '';

function toClfTime(timeMs: number): string {
  const second = Math.floor(timeMs / 1000);
  if (second === lastSecond) return lastText;
  const date = new Date(second * 1000);
  const two = (n: number) => String(n).padStart(2, '0');
  lastSecond = second;
  lastText = `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`;
  return lastText;
}

/** `1-<hex seconds>-<24 hex>`: the shape of an X-Ray trace id; made only where a format prints it. */
function xrayTraceId(call: IssuedCall): string {
  return `1-${Math.floor(call.timeMs / 1000).toString(16)}-${stableHex(call.trace, call.latencyMs, 24)}`;
}
