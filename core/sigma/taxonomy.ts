import type { ApiCall } from '../calls/api-call.js';
import { parseExecuteApiHost } from '../calls/stage-path.js';

export type FieldValue = string | number | boolean | null | undefined;
export type FieldType = 'text' | 'number' | 'boolean' | 'address' | 'time';

/** One field that rules may name. */
export interface CallField {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
  readonly read: (call: ApiCall) => FieldValue;
  /** Keyword searches look here: text that a caller wrote, or that answers it. */
  readonly keyword: boolean;
  /** A key of `ApiCall`: correlations may group by it and count its values. Derived and nested fields may not. */
  readonly groupable: boolean;
  /** So few different values that an index on it hardly narrows anything. */
  readonly fewValues: boolean;
  /** The same values come again and again, so that what was found in one is worth remembering. */
  readonly repeats: boolean;
}

type Traits = Partial<Pick<CallField, 'keyword' | 'groupable' | 'fewValues' | 'repeats'>>;

function field(
  name: string,
  type: FieldType,
  description: string,
  read: (call: ApiCall) => FieldValue,
  traits: Traits = {},
): CallField {
  return {
    name,
    type,
    description,
    read,
    keyword: false,
    groupable: true,
    fewValues: false,
    repeats: false,
    ...traits,
  };
}

const few = { fewValues: true } as const;
const derived = { groupable: false } as const;
const searched = { keyword: true } as const;
const derivedText = { groupable: false, keyword: true } as const;

/**
 * The published fields of `product: aws, service: apigateway`: the keys of `ApiCall`, and a few derived from them.
 * Readers are written out one by one, for a reader shared by all fields would make every property access megamorphic.
 */
export const CALL_FIELDS: readonly CallField[] = [
  field(
    'id',
    'text',
    'Identity of the call: extended request id, request id, event id, or a hash of the line.',
    (call) => call.id,
  ),
  field('timeMs', 'time', 'Epoch milliseconds of the request.', (call) => call.timeMs),
  field('requestId', 'text', 'Request id; on REST APIs the client may choose it.', (call) => call.requestId),
  field('extendedRequestId', 'text', "The gateway's own request id.", (call) => call.extendedRequestId),
  field('accountId', 'text', 'AWS account of the API.', (call) => call.accountId, few),
  field('region', 'text', 'AWS region of the API.', (call) => call.region, few),
  field('apiId', 'text', 'Id of the API.', (call) => call.apiId),
  field('apiType', 'text', '`rest`, `http` or `websocket`.', (call) => call.apiType, few),
  field('stage', 'text', 'Deployment stage.', (call) => call.stage, few),
  field('host', 'text', 'Host name the caller used.', (call) => call.host, { keyword: true, repeats: true }),
  field(
    'hostKind',
    'text',
    'Derived: `execute-api` where the host is the default one of the API, `custom` where it is any other.',
    hostKind,
    { ...few, ...derived },
  ),
  field('method', 'text', 'HTTP method.', (call) => call.method, few),
  field('path', 'text', 'Path without stage, base path and query string.', (call) => call.path),
  field('query', 'text', 'Query string, redacted. Access logs never carry it.', (call) => call.query),
  field(
    'route',
    'text',
    'Route template such as `/pets/{id}`; WebSocket: the route key.',
    (call) => call.route,
    { repeats: true },
  ),
  field(
    'routeSource',
    'text',
    'Where the route comes from: `line`, `deployed`, or `template` (guessed from the path: no deployed route is known to match).',
    (call) => call.routeSource,
    few,
  ),
  field('protocol', 'text', 'Protocol and version, such as `HTTP/1.1`.', (call) => call.protocol, few),
  field('status', 'number', 'Status code of the answer.', (call) => call.status, few),
  field(
    'sourceIp',
    'address',
    'Address of the caller, or of the proxy in front of it.',
    (call) => call.sourceIp,
  ),
  field('userAgent', 'text', 'User agent.', (call) => call.userAgent, { keyword: true, repeats: true }),
  field(
    'principal',
    'text',
    'Who called, strongest identity first; falls back to the source address.',
    (call) => call.principal,
    searched,
  ),
  field(
    'principalKind',
    'text',
    '`iam`, `subject`, `api-key`, `client-certificate`, `ip`, or `proxy` and `unknown` (never a group).',
    (call) => call.principalKind,
    few,
  ),
  field('apiKeyId', 'text', 'Id of the API key.', (call) => call.apiKeyId),
  field('latencyMs', 'number', 'Milliseconds from request to answer.', (call) => call.latencyMs),
  field(
    'integrationLatencyMs',
    'number',
    'Milliseconds the integration took.',
    (call) => call.integrationLatencyMs,
  ),
  field(
    'integrationStatus',
    'number',
    'Status code of the integration; absent when the gateway answered itself.',
    (call) => call.integrationStatus,
    few,
  ),
  field(
    'authorizerLatencyMs',
    'number',
    'Milliseconds the authorizer took; absent where none was asked, or its cache answered.',
    (call) => call.authorizerLatencyMs,
  ),
  field('responseBytes', 'number', 'Length of the response body.', (call) => call.responseBytes),
  field(
    'errorType',
    'text',
    'Gateway response type, such as `MISSING_AUTHENTICATION_TOKEN` or `THROTTLED`.',
    (call) => call.errorType,
  ),
  field('errorMessage', 'text', 'Error message of the gateway.', (call) => call.errorMessage, {
    keyword: true,
    repeats: true,
  }),
  field('authorizerError', 'text', 'Error of the authorizer.', (call) => call.authorizerError, {
    keyword: true,
    repeats: true,
  }),
  field('wafResult', 'text', 'Verdict of AWS WAF.', (call) => call.wafResult, few),
  field('tlsVersion', 'text', 'TLS version.', (call) => call.tlsVersion, few),
  field('tlsCipher', 'text', 'TLS cipher suite.', (call) => call.tlsCipher, few),
  field('eventType', 'text', 'WebSocket: `CONNECT`, `MESSAGE`, `DISCONNECT`.', (call) => call.eventType, few),
  field('connectionId', 'text', 'WebSocket connection.', (call) => call.connectionId),
  field('feed', 'text', 'Log group, file or service the call came from.', (call) => call.feed, few),
  field('format', 'text', 'Id of the log format that read the line.', (call) => call.format, few),
  field(
    'trust',
    'text',
    'How far the feed is to be trusted: `gateway`, `guard`, `file`, `client`, `unknown`.',
    (call) => call.trust,
    few,
  ),
  field(
    'recovered',
    'boolean',
    'The line did not parse as its format says and was mended.',
    (call) => call.recovered,
    few,
  ),
  field('uri', 'text', 'Derived: path, and `?` with the query string where there is one.', uri, derivedText),
  field(
    'uriExtension',
    'text',
    'Derived: extension of the last path segment, without the dot.',
    uriExtension,
    derived,
  ),
  field('url', 'text', 'Derived: `https://`, host and `uri`.', url, derived),
  field(
    'request.headers',
    'text',
    'Request headers, one `name: value` a line; `request.headers.<name>` is one of them. Execution logs and FireTail only.',
    requestHeaders,
    derivedText,
  ),
  field(
    'request.body',
    'text',
    'Request body, redacted, possibly cut. Execution logs and FireTail only.',
    (call) => call.request?.body,
    derivedText,
  ),
  field(
    'response.headers',
    'text',
    'Response headers, one `name: value` a line; `response.headers.<name>` is one of them.',
    responseHeaders,
    derived,
  ),
  field(
    'response.body',
    'text',
    'Response body, redacted, possibly cut.',
    (call) => call.response?.body,
    derivedText,
  ),
];

const BY_NAME: ReadonlyMap<string, CallField> = new Map(CALL_FIELDS.map((entry) => [entry.name, entry]));
const HEADER = /^(request|response)\.headers\.([a-z0-9-]+)$/;

/** The field of that name, or `undefined` when there is none. Header names are lower case. */
export function callField(name: string): CallField | undefined {
  const known = BY_NAME.get(name);
  if (known !== undefined) return known;
  const header = HEADER.exec(name);
  const headerName = header?.[2];
  if (headerName === undefined) return undefined;
  const description = `Header ${headerName}.`;
  return header?.[1] === 'request'
    ? field(name, 'text', description, (call) => call.request?.headers?.[headerName], derived)
    : field(name, 'text', description, (call) => call.response?.headers?.[headerName], derived);
}

function hostKind({ host }: ApiCall): FieldValue {
  if (host === undefined) return undefined;
  return parseExecuteApiHost(host) === undefined ? 'custom' : 'execute-api';
}

function uri(call: ApiCall): FieldValue {
  if (call.query === undefined || call.query === '') return call.path;
  return `${call.path ?? ''}?${call.query}`;
}

function url(call: ApiCall): FieldValue {
  const rest = uri(call);
  if (call.host === undefined && rest === undefined) return undefined;
  return `https://${call.host ?? ''}${rest ?? ''}`;
}

function uriExtension(call: ApiCall): FieldValue {
  const { path } = call;
  if (path === undefined) return undefined;
  const dot = path.lastIndexOf('.');
  return dot > path.lastIndexOf('/') ? path.slice(dot + 1) : undefined;
}

function requestHeaders(call: ApiCall): FieldValue {
  return headerLines(call.request?.headers);
}

function responseHeaders(call: ApiCall): FieldValue {
  return headerLines(call.response?.headers);
}

function headerLines(headers: Readonly<Record<string, string>> | undefined): FieldValue {
  if (headers === undefined) return undefined;
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
}
