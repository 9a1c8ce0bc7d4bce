import type { ApiCall } from '../api-call.js';
import { callIdentity } from '../call-identity.js';
import type { CallNormaliser } from '../call-normaliser.js';
import type { FeedContext } from '../feed-context.js';
import { normaliseIp } from '../ip-address.js';
import { choosePrincipal } from '../principal.js';
import { parseEpoch, parseTime } from '../request-time.js';
import { parseExecuteApiHost } from '../stage-path.js';
import {
  arrayOf,
  type JsonObject,
  memberOf,
  numberOf,
  objectOf,
  parseJsonObject,
  stringOf,
} from './json-value.js';
import type { LogRecord } from './log-record.js';
import { toCallMessage } from './to-call-message.js';

/**
 * Reads a line of FireTail's NDJSON (`POST /logs/bulk`); `undefined` for a line that is none. Anyone who holds a
 * client's key may write these, so trust is always `client`, whatever the feed's.
 */
export function readFiretailRecord(text: string): JsonObject | undefined {
  if (!text.includes('"request"') || !(text.includes('"dateCreated"') || text.includes('"executionTime"'))) {
    return undefined;
  }
  const entry = parseJsonObject(text);
  const request = objectOf(entry, 'request');
  if (entry === undefined || stringOf(request, 'method') === undefined) return undefined;
  if (stringOf(request, 'uri') === undefined && stringOf(request, 'resource') === undefined) return undefined;
  return Object.keys(entry).every((name) => MEMBERS.has(name)) ? entry : undefined;
}

/** Of the schema, and what its clients add. Any other makes it somebody else's line, with members that a caller added. */
const MEMBERS: ReadonlySet<string> = new Set([
  'version',
  'dateCreated',
  'executionTime',
  'request',
  'response',
  'metadata',
  'logAction',
  'observations',
  'oauth',
]);

export function toFiretailCall(
  entry: JsonObject,
  record: LogRecord,
  feed: FeedContext,
  normaliser: CallNormaliser,
): ApiCall {
  const { redactor, token } = normaliser;
  const request = objectOf(entry, 'request');
  const response = objectOf(entry, 'response');
  const metadata = objectOf(entry, 'metadata');
  const requestHeaders = headersOf(objectOf(request, 'headers'));
  const uri = splitUri(stringOf(request, 'uri') ?? '');
  const host = token(uri.host ?? headerOf(requestHeaders, 'host'));
  const execute = host === undefined ? undefined : parseExecuteApiHost(host);
  const requestId = token(stringOf(metadata, 'requestId'));
  const resource = stringOf(request, 'resource')?.split('?')[0];
  // Some producers repeat the raw path where the template belongs: that names no route.
  const route =
    resource === undefined || (resource === uri.path && !resource.includes('{')) ? undefined : resource;
  const forwarded = (stringOf(request, 'ip') ?? '').split(',').map((hop) => hop.trim());
  const sourceIp = normaliseIp(forwarded[0] ?? '');
  const subject = stringOf(objectOf(entry, 'oauth'), 'subject');
  const who = choosePrincipal({
    userArn: undefined,
    caller: undefined,
    cognitoIdentity: undefined,
    subject: subject === undefined ? undefined : redactor.text(subject),
    apiKeyId: undefined,
    certificate: undefined,
    sourceIp,
    isProxy: normaliser.isProxy(sourceIp),
  });
  const isClaimed = who?.kind === 'ip' && forwarded.length > 1;
  const path = uri.path ?? (resource?.includes('{') === true ? undefined : resource);
  return {
    id: callIdentity(
      { requestId, extendedRequestId: undefined, apiType: undefined, trust: 'client', recovered: false },
      record,
      normaliser.digest,
    ),
    timeMs: timeOf(entry) ?? record.timeMs,
    requestId,
    extendedRequestId: undefined,
    accountId: feed.accountId,
    region: feed.region ?? execute?.region,
    apiId: feed.apiId ?? token(stringOf(metadata, 'apiId')) ?? execute?.apiId,
    apiType: feed.apiType,
    stage: feed.stage,
    host,
    method: token(stringOf(request, 'method')?.toUpperCase()),
    path: path === undefined ? undefined : redactor.path(path),
    query: uri.query === undefined ? undefined : redactor.query(uri.query),
    route: route === undefined ? undefined : redactor.path(route),
    routeSource: route === undefined ? undefined : 'line',
    protocol: token(stringOf(request, 'httpProtocol')),
    status: statusOf(response),
    sourceIp,
    userAgent: textOf(headerOf(requestHeaders, 'user-agent'), normaliser),
    principal: who?.name,
    principalKind: isClaimed ? 'proxy' : who?.kind,
    apiKeyId: undefined,
    latencyMs: latencyOf(entry, metadata),
    integrationLatencyMs: undefined,
    integrationStatus: numberOf(response, 'originalStatusCode'),
    authorizerLatencyMs: undefined,
    responseBytes: undefined,
    errorType: undefined,
    errorMessage: undefined,
    authorizerError: undefined,
    wafResult: undefined,
    tlsVersion: undefined,
    tlsCipher: undefined,
    eventType: undefined,
    connectionId: undefined,
    request: messageOf(request, normaliser),
    response: messageOf(response, normaliser),
    feed: feed.feed,
    format: 'firetail',
    trust: 'client',
    recovered: false,
    extra: extraOf(entry, metadata, normaliser),
  };
}

function timeOf(entry: JsonObject): number | undefined {
  const created = numberOf(entry, 'dateCreated');
  // Ruby clients send seconds; told apart by size.
  if (created !== undefined) return parseEpoch(created);
  return parseTime(stringOf(entry, 'dateCreated') ?? '');
}

/**
 * Milliseconds. The Lambda extension sends seconds from its proxy mode and milliseconds otherwise, under the same
 * `metadata.source`: below one, or with more digits than a millisecond clock has and no longer than a function can
 * run (900 s), it can only be seconds.
 */
function latencyOf(entry: JsonObject, metadata: JsonObject | undefined): number | undefined {
  const time = numberOf(entry, 'executionTime');
  if (time === undefined || time < 0) return undefined;
  if (stringOf(metadata, 'source') !== 'lambda-extension') return time;
  const isSeconds = time < 1 || (time <= 900 && Math.abs(time * 1000 - Math.round(time * 1000)) > 1e-6);
  return isSeconds ? Math.round(time * 1e6) / 1000 : time;
}

function statusOf(response: JsonObject | undefined): number | undefined {
  const status = numberOf(response, 'statusCode');
  return status !== undefined && status >= 100 && status <= 999 ? Math.trunc(status) : undefined;
}

type Headers = readonly (readonly [name: string, value: string])[];

/** Values are lists by the schema, plain strings from some producers. */
function headersOf(headers: JsonObject | undefined): Headers | undefined {
  if (headers === undefined) return undefined;
  return Object.entries(headers).map(([name, value]) => [name, listed(value)]);
}

function listed(value: unknown): string {
  if (Array.isArray(value)) return value.filter((item) => typeof item !== 'object').join(', ');
  return typeof value === 'object' ? '' : String(value);
}

function headerOf(headers: Headers | undefined, name: string): string | undefined {
  const value = headers?.find(([known]) => known.toLowerCase() === name)?.[1];
  return value === '' ? undefined : value;
}

function messageOf(side: JsonObject | undefined, normaliser: CallNormaliser): ApiCall['request'] {
  const headers = headersOf(objectOf(side, 'headers'));
  const body = stringOf(side, 'body');
  if (headers === undefined && body === undefined) return undefined;
  return toCallMessage({ headers, body, truncated: false }, normaliser.redactor);
}

function textOf(value: string | undefined, normaliser: CallNormaliser): string | undefined {
  return value === undefined ? undefined : normaliser.redactor.text(value);
}

function splitUri(uri: string): {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly query: string | undefined;
} {
  const [, , host, path, query] =
    /^([a-z][a-z0-9+.-]{0,31}:)?(?:\/\/(?:[^/?#@]*@)?([^/?#]*))?([^?#]*)(?:\?([^#]*))?/i.exec(uri) ?? [];
  return {
    host: host === '' ? undefined : host,
    path: path === '' ? (host === undefined ? undefined : '/') : path,
    query: query === '' ? undefined : query,
  };
}

/** What the client did with the call is worth its value; all else that it adds is kept by name. */
function extraOf(
  entry: JsonObject,
  metadata: JsonObject | undefined,
  normaliser: CallNormaliser,
): ApiCall['extra'] {
  const extra: [string, string | null][] = [];
  const action = stringOf(entry, 'logAction');
  if (action !== undefined) extra.push(['logAction', normaliser.token(action.slice(0, 64)) ?? null]);
  for (const name of Object.keys(metadata ?? {}).slice(0, 64)) {
    if (memberOf(metadata, name) !== null)
      extra.push([normaliser.redactor.text(`metadata.${name.slice(0, 64)}`), null]);
  }
  if ((arrayOf(entry, 'observations')?.length ?? 0) > 0) extra.push(['observations', null]);
  return extra.length === 0 ? undefined : Object.fromEntries(extra);
}
