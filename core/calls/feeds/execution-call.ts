import type { ApiCall, CallMessage, EndpointType } from '../api-call.js';
import { callIdentity } from '../call-identity.js';
import type { CallNormaliser } from '../call-normaliser.js';
import type { FeedContext } from '../feed-context.js';
import { choosePrincipal, principalOfMended } from '../principal.js';
import { decodePercent } from '../redaction/redact-text.js';
import { parseExecuteApiHost } from '../stage-path.js';
import { hashedKey } from './execution-line-redaction.js';
import type { ExecutionRequest } from './execution-request.js';
import { type Approach, type ForwardedSource, forwardedSource } from './forwarded-source.js';
import { cutMark, type ParameterMap } from './parameter-map.js';
import { toCallMessage } from './to-call-message.js';

/** The call that the lines of one request tell of; what no line said is absent. */
export function toExecutionCall(
  request: ExecutionRequest,
  feed: FeedContext,
  normaliser: CallNormaliser,
): ApiCall {
  const { redactor, token } = normaliser;
  const headers = new Map(
    request.requestHeaders?.entries.map(([name, value]) => [name.toLowerCase(), value]),
  );
  const requestId = token(request.requestId);
  const extendedRequestId = token(request.extendedRequestId);
  const host = token(headers.get('host'));
  const execute = host === undefined ? undefined : parseExecuteApiHost(host);
  const { sourceIp, isProxy } = sourceOf(request.requestHeaders, normaliser, feed.endpointType);
  const apiKeyId = apiKeyIdOf(request.apiKey, normaliser);
  const subject = request.principal === undefined ? undefined : redactor.text(request.principal);
  const recovered = request.isForgeable;
  const who = recovered
    ? principalOfMended(undefined, isProxy)
    : choosePrincipal({
        userArn: undefined,
        caller: undefined,
        cognitoIdentity: undefined,
        certificate: undefined,
        subject,
        apiKeyId,
        sourceIp,
        isProxy,
      });
  const path = request.path === undefined ? undefined : request.path.split('?')[0];
  const route = routeOf(request, path);
  const query = request.query === undefined ? undefined : toQuery(request.query);
  const isTimed = request.firstTimeMs > 0 && request.completed;
  return {
    id: callIdentity(
      { requestId, extendedRequestId, apiType: 'rest', trust: feed.trust, recovered },
      {
        eventId: request.firstEventId,
        timeMs: request.firstTimeMs,
        position: request.firstPosition,
        text: request.firstText,
      },
      normaliser.digest,
    ),
    timeMs: request.firstTimeMs,
    requestId,
    extendedRequestId,
    accountId: request.accountId ?? feed.accountId,
    region: request.region ?? execute?.region ?? feed.region,
    apiId: request.apiId ?? feed.apiId ?? execute?.apiId,
    apiType: feed.apiType ?? 'rest',
    stage: token(request.stage) ?? feed.stage,
    host,
    method: token(request.method) ?? methodOf(request.template),
    path: path === undefined ? undefined : redactor.path(path),
    query: query === undefined || query === '' ? undefined : redactor.query(query),
    route: route === undefined ? undefined : redactor.path(route),
    routeSource: route === undefined ? undefined : 'line',
    protocol: undefined,
    status: request.status,
    sourceIp,
    userAgent: headers.has('user-agent') ? redactor.text(headers.get('user-agent') ?? '') : undefined,
    principal: who?.name,
    principalKind: who?.kind,
    apiKeyId,
    latencyMs: isTimed ? Math.max(0, request.lastTimeMs - request.firstTimeMs) : undefined,
    integrationLatencyMs: request.integrationLatencyMs,
    integrationStatus: request.integrationStatus,
    authorizerLatencyMs: undefined,
    responseBytes: undefined,
    errorType: request.errorType ?? (request.status === 429 ? 'THROTTLED' : undefined),
    errorMessage: request.errorMessage === undefined ? undefined : redactor.text(request.errorMessage),
    authorizerError:
      request.authorizerError === undefined ? undefined : redactor.text(request.authorizerError),
    wafResult: request.wafResult,
    tlsVersion: undefined,
    tlsCipher: undefined,
    eventType: undefined,
    connectionId: undefined,
    request: messageOf(request.requestHeaders, request.requestBody, normaliser),
    response: messageOf(request.responseHeaders, request.responseBody, normaliser),
    feed: feed.feed,
    format: 'execution-log',
    trust: feed.trust,
    recovered,
    extra: undefined,
  };
}

/**
 * Where the request came from. A map without escapes tells one entry only: of two one is a caller's, written into a header
 * like `User-Agent`, and one that the log was cut off in is not whole. Such an address is a claim: kind `proxy`.
 */
function sourceOf(
  map: ParameterMap | undefined,
  normaliser: CallNormaliser,
  endpointType: EndpointType | undefined,
): ForwardedSource {
  const at = map?.entries.findIndex(([name]) => name.toLowerCase() === FORWARDED) ?? -1;
  const approach = approachOf(map, endpointType);
  const source = forwardedSource(map?.entries[at]?.[1] ?? '', normaliser.isProxy, approach);
  const isCut = map?.truncated === true && at === map.entries.length - 1;
  return isCut || map?.repeated.has(FORWARDED) === true ? { ...source, isProxy: true } : source;
}

const FORWARDED = 'x-forwarded-for';

function approachOf(map: ParameterMap | undefined, endpointType: EndpointType | undefined): Approach {
  if (endpointType !== undefined) return endpointType === 'edge' ? 'edge' : 'regional';
  return isViaCloudFront(map) ? 'claimed' : 'regional';
}

function isViaCloudFront(map: ParameterMap | undefined): boolean {
  const header = (wanted: string): string | undefined =>
    map?.entries.find(([name]) => name.toLowerCase() === wanted)?.[1];
  return (
    header('x-amz-cf-id') !== undefined && header('via')?.endsWith('.cloudfront.net (CloudFront)') === true
  );
}

/** Masked keys (`******abc123`) keep their visible end; one in clear becomes a hash. */
function apiKeyIdOf(key: string | undefined, normaliser: CallNormaliser): string | undefined {
  if (key === undefined || /^\**$/.test(key)) return undefined;
  const visible = /^\*{4,}([\w-]{1,8})$/.exec(key)?.[1];
  return visible === undefined ? hashedKey(key, normaliser.digest) : `*${visible}`;
}

/**
 * The template: a usage-plan line names it; else the path with the values of its parameters put back. Logs that
 * were cut off before either hold none.
 */
function routeOf(request: ExecutionRequest, path: string | undefined): string | undefined {
  const template = request.template?.slice(request.template.indexOf(' ') + 1);
  if (template !== undefined) return template;
  if (path === undefined || request.pathParameters === undefined) return undefined;
  let route = decodePercent(path);
  for (const [name, value] of request.pathParameters.entries) {
    const plain = decodePercent(value);
    const at = plain === '' ? -1 : `${route}/`.lastIndexOf(`/${plain}/`);
    if (at < 0) continue;
    route = `${route.slice(0, at)}/{${name}${plain.includes('/') ? '+' : ''}}${route.slice(at + plain.length + 1)}`;
  }
  return route;
}

function methodOf(template: string | undefined): string | undefined {
  const method = template?.slice(0, template.indexOf(' '));
  return method === 'ANY' ? undefined : method;
}

function toQuery(map: ParameterMap): string {
  return map.entries.map(([name, value]) => `${name}=${value}`).join('&');
}

function messageOf(
  headers: ParameterMap | undefined,
  body: string | undefined,
  normaliser: CallNormaliser,
): CallMessage | undefined {
  if (headers === undefined && body === undefined) return undefined;
  const cut = body === undefined ? undefined : cutMark(body);
  return toCallMessage(
    {
      headers: headers?.entries,
      body: cut?.text === '' ? undefined : cut?.text,
      truncated: headers?.truncated === true || cut?.truncated === true,
    },
    normaliser.redactor,
  );
}
