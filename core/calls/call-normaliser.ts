import type { Digest } from '../ports/digest.js';
import type { ApiCall, ApiType, RouteSource } from './api-call.js';
import { callIdentity } from './call-identity.js';
import { buildCallPlan, type CallPlan } from './call-plan.js';
import { wholeNumber } from './decimal.js';
import type { FeedContext, RecordOrigin } from './feed-context.js';
import type { ExtractedLine, LineFormat } from './format/line-format.js';
import { isIpv4, normaliseIp } from './ip-address.js';
import { compileIpRanges } from './ip-ranges.js';
import { isPlainToken, isUuid } from './plain-token.js';
import { choosePrincipal, principalOfMended } from './principal.js';
import type { Redactor } from './redaction/redactor.js';
import { remember } from './remember.js';
import { parseEpoch, parseTime } from './request-time.js';
import { type PathContext, parseExecuteApiHost, toStagePath, withoutNeedlessEscapes } from './stage-path.js';

export interface NormaliserSettings {
  readonly redactor: Redactor;
  readonly digest: Digest;
  readonly proxies: readonly string[];
  readonly keepExtra: readonly string[];
}

/** Turns what a feed said into calls: canonical, redacted, with an identity. One per bundle. */
export interface CallNormaliser {
  /** From an access log line. Never throws on content. */
  fromLine(line: ExtractedLine, origin: RecordOrigin, feed: FeedContext): ApiCall;
  /** The other feeds (execution logs, FireTail) bring their own fields and share these. */
  readonly redactor: Redactor;
  readonly digest: Digest;
  /** Whether an address belongs to a CDN or proxy that the settings name. */
  isProxy(ip: string | undefined): boolean;
  /** An identifier or other short value as it may be kept. */
  token(value: string | undefined): string | undefined;
}

// Headers of a request end at 10,240 bytes on API Gateway; longer values come from imported files only.
const LONGEST_TEXT = 16_384;

// Distinct user agents, hosts or addresses of a busy minute; a few hundred KB at most.
const REMEMBERED = 2_048;
const REMEMBERED_FEW = 256;

export function createCallNormaliser(settings: NormaliserSettings): CallNormaliser {
  const { redactor, digest } = settings;
  const isProxyAddress =
    settings.proxies.length === 0 ? () => false : remember(compileIpRanges(settings.proxies), REMEMBERED);
  const otherAddressOf = remember((text) => normaliseIp(text) ?? NO_ADDRESS, REMEMBERED);
  // Each kind of text for itself: of routes and hosts the one before comes again and again, of user agents any of the last.
  const redactText = (value: string) => redactor.text(value);
  const textOf = remember(redactText, REMEMBERED);
  const agentOf = remember(redactText, REMEMBERED);
  const routeOf = remember(redactText, REMEMBERED);
  const hostOf = remember(describeHost, REMEMBERED);
  // Of these an API has a handful each. One string for all calls, and not a piece of each line: whoever compares, counts or looks
  // them up later compares pointers, and hashes each text once.
  const accountOf = remember(anyToken, REMEMBERED_FEW);
  const apiOf = remember(anyToken, REMEMBERED_FEW);
  const stageOf = remember(anyToken, REMEMBERED_FEW);
  const methodOf = remember(anyToken, REMEMBERED_FEW);
  const protocolOf = remember(anyToken, REMEMBERED_FEW);
  const keyOf = remember(anyToken, REMEMBERED_FEW);
  const errorOf = remember(anyToken, REMEMBERED_FEW);
  const wafOf = remember(anyToken, REMEMBERED_FEW);
  const tlsOf = remember(anyToken, REMEMBERED_FEW);
  const secondOf = remember((time) => ({ timeMs: parseTime(time) }), REMEMBERED);
  const keepExtra = new Set(settings.keepExtra);
  const plans = new WeakMap<LineFormat, CallPlan>();

  function planOf(format: LineFormat): CallPlan {
    let plan = plans.get(format);
    if (plan === undefined) {
      plan = buildCallPlan(format, keepExtra);
      plans.set(format, plan);
    }
    return plan;
  }

  function token(value: string | undefined): string | undefined {
    if (value === undefined || isPlainToken(value)) return value;
    return text(value);
  }

  function anyToken(value: string): string {
    return isPlainToken(value) ? value : textOf(value);
  }

  /** One of a few, as `remember` gives it. */
  function known(value: string | undefined, tokenOf: (value: string) => string): string | undefined {
    return value === undefined
      ? undefined
      : tokenOf(value.length > LONGEST_TEXT ? value.slice(0, LONGEST_TEXT) : value);
  }

  function text(value: string | undefined, cleanOf = textOf): string | undefined {
    if (value === undefined) return undefined;
    // Subjects and session ids: as many as there are callers, and not to be remembered one by one.
    if (redactor.isBuiltIn && isUuid(value)) return value;
    return cleanOf(value.length > LONGEST_TEXT ? value.slice(0, LONGEST_TEXT) : value);
  }

  function isProxy(ip: string | undefined): boolean {
    return ip !== undefined && isProxyAddress(ip);
  }

  function addressOf(text: string): string | undefined {
    if (isIpv4(text)) return text;
    const ip = otherAddressOf(text);
    return ip === NO_ADDRESS ? undefined : ip;
  }

  function describeHost(raw: string) {
    const execute = parseExecuteApiHost(raw);
    const hostKind: PathContext['host'] = execute === undefined ? 'custom' : 'execute-api';
    return { host: token(raw), hostKind, execute };
  }

  function fromLine(line: ExtractedLine, origin: RecordOrigin, feed: FeedContext): ApiCall {
    const plan = planOf(line.format);
    const { slots } = plan;
    const values = line.values;

    const requestId = token(pick(values, slots.requestId));
    const extendedRequestId = token(pick(values, slots.extendedRequestId));
    const resourcePath = pick(values, slots.resourcePath);
    const routeKey = pick(values, slots.routeKey);
    const eventType = token(pick(values, slots.eventType));
    const connectionId = token(pick(values, slots.connectionId));
    const method = known(pick(values, slots.method), methodOf);
    const apiType =
      feed.apiType ??
      apiTypeOf(
        plan,
        routeKey,
        resourcePath,
        eventType ?? connectionId,
        method,
        requestId,
        extendedRequestId,
      );
    const rawHost = pick(values, slots.host);
    const { host, hostKind, execute } = rawHost === undefined ? NO_HOST : hostOf(rawHost);
    const stage = known(pick(values, slots.stage), stageOf) ?? feed.stage;
    const space = routeKey === undefined || apiType === 'websocket' ? -1 : routeKey.indexOf(' ');
    const route = text(resourcePath ?? (space < 0 ? routeKey : routeKey?.slice(space + 1)), routeOf);
    const location = splitPath(
      pick(values, slots.path),
      hostKind,
      stage,
      pick(values, slots.basePath),
      route,
    );
    const rawIp = pick(values, slots.sourceIp);
    const sourceIp = rawIp === undefined ? undefined : addressOf(rawIp);
    const apiKeyId = known(pick(values, slots.apiKeyId), keyOf);
    const who = line.recovered
      ? principalOfMended(plan.isAddressFirst ? sourceIp : undefined, isProxy(sourceIp))
      : choosePrincipal({
          userArn: text(pick(values, slots.userArn)),
          caller: text(pick(values, slots.caller)),
          cognitoIdentity: text(pick(values, slots.cognitoIdentity)),
          subject: text(pick(values, slots.subject)),
          apiKeyId,
          certificate: text(pick(values, slots.certificate)),
          sourceIp,
          isProxy: isProxy(sourceIp),
        });
    return {
      id: callIdentity(
        { requestId, extendedRequestId, apiType, trust: feed.trust, recovered: line.recovered },
        origin,
        digest,
      ),
      timeMs: believedTime(
        timeOf(pick(values, slots.epochTime), pick(values, slots.time), secondOf),
        origin.timeMs,
        feed,
      ),
      requestId,
      extendedRequestId,
      accountId: known(pick(values, slots.accountId), accountOf) ?? feed.accountId,
      region: execute?.region ?? feed.region,
      apiId: known(pick(values, slots.apiId), apiOf) ?? execute?.apiId ?? feed.apiId,
      apiType,
      stage,
      host,
      method: method ?? methodOfKey(routeKey, space, methodOf),
      path: location.path === undefined ? undefined : redactor.path(location.path),
      query: location.query === undefined ? undefined : redactor.query(location.query),
      route,
      routeSource: route === undefined ? undefined : LINE,
      protocol: known(pick(values, slots.protocol), protocolOf),
      status: statusOf(pick(values, slots.status)),
      sourceIp,
      userAgent: text(pick(values, slots.userAgent), agentOf),
      principal: who?.name,
      principalKind: who?.kind,
      apiKeyId,
      latencyMs: numberOf(pick(values, slots.latency)),
      integrationLatencyMs: numberOf(pick(values, slots.integrationLatency)),
      integrationStatus: statusOf(pick(values, slots.integrationStatus)),
      authorizerLatencyMs: numberOf(pick(values, slots.authorizerLatency)),
      responseBytes: numberOf(pick(values, slots.responseBytes)),
      errorType: known(pick(values, slots.errorType), errorOf),
      errorMessage: text(unquoted(pick(values, slots.errorMessage))),
      authorizerError: text(pick(values, slots.authorizerError)),
      wafResult: known(pick(values, slots.waf), wafOf),
      tlsVersion: known(pick(values, slots.tlsVersion), tlsOf),
      tlsCipher: text(pick(values, slots.tlsCipher)),
      eventType,
      connectionId,
      request: undefined,
      response: undefined,
      feed: feed.feed,
      format: line.format.id,
      trust: feed.trust,
      recovered: line.recovered,
      extra: extraOf(plan, values, rawIp !== undefined && sourceIp === undefined ? rawIp : undefined),
    };
  }

  function extraOf(
    plan: CallPlan,
    values: readonly (string | undefined)[],
    invalidIp: string | undefined,
  ): ApiCall['extra'] {
    if (plan.kept.length === 0 && invalidIp === undefined) return plan.names;
    const extra: [string, string | null][] = Object.entries(plan.names ?? {});
    for (const { name, slot } of plan.kept) {
      const value = values[slot];
      if (value !== undefined && value !== '-')
        extra.push([name, redactor.named(name.slice(name.lastIndexOf('.') + 1), value)]);
    }
    if (invalidIp !== undefined) extra.push(['identity.sourceIp', redactor.text(invalidIp.slice(0, 256))]);
    return Object.fromEntries(extra);
  }

  return { fromLine, redactor, digest, isProxy, token };
}

const NO_ADDRESS = '';

const NO_HOST = { host: undefined, hostKind: undefined, execute: undefined };

const LINE: RouteSource = 'line';

function pick(values: readonly (string | undefined)[], slots: readonly number[]): string | undefined {
  for (let at = 0; at < slots.length; at++) {
    const value = values[slots[at] ?? 0];
    // `-` is how the gateway prints what is not there.
    if (value !== undefined && value !== '' && value !== '-') return value;
  }
  return undefined;
}

function apiTypeOf(
  plan: CallPlan,
  routeKey: string | undefined,
  resourcePath: string | undefined,
  webSocketValue: string | undefined,
  method: string | undefined,
  requestId: string | undefined,
  extendedRequestId: string | undefined,
): ApiType | undefined {
  if (webSocketValue !== undefined || routeKey === '$connect' || routeKey === '$disconnect')
    return 'websocket';
  if (routeKey !== undefined) {
    return plan.hasWebSocketVariables && method === undefined && !/^[A-Z]+ \//.test(routeKey)
      ? 'websocket'
      : 'http';
  }
  if (resourcePath !== undefined) return 'rest';
  if (requestId !== undefined && extendedRequestId !== undefined && requestId !== extendedRequestId)
    return 'rest';
  return plan.likelyType;
}

function methodOfKey(
  routeKey: string | undefined,
  space: number,
  methodOf: (method: string) => string,
): string | undefined {
  const method = routeKey?.slice(0, Math.max(space, 0));
  return method === undefined || method === '' || method === 'ANY' ? undefined : methodOf(method);
}

function splitPath(
  raw: string | undefined,
  host: PathContext['host'],
  stage: string | undefined,
  basePath: string | undefined,
  route: string | undefined,
): { readonly path: string | undefined; readonly query: string | undefined } {
  if (raw === undefined) return NOWHERE;
  const mark = raw.indexOf('?');
  const written = withoutNeedlessEscapes(mark < 0 ? raw : raw.slice(0, mark));
  const path = toStagePath(written, { host, stage, basePath, route });
  return { path, query: mark < 0 ? undefined : raw.slice(mark + 1) };
}

const NOWHERE = { path: undefined, query: undefined };

function timeOf(
  epoch: string | undefined,
  time: string | undefined,
  secondOf: (time: string) => { readonly timeMs: number | undefined },
): number | undefined {
  return (
    (epoch === undefined ? undefined : epochOf(epoch)) ??
    (time === undefined ? undefined : secondOf(time).timeMs)
  );
}

/**
 * API Gateway delivers a line within minutes, and CloudWatch stamps it. A line whose own time is a day off was not written so:
 * a value in it that nobody escaped brought a time of its own, to make the call late or to put it off for years.
 */
const MOST_SKEW_MS = 24 * 60 * 60 * 1000;

function believedTime(own: number | undefined, eventMs: number, feed: FeedContext): number {
  if (own === undefined) return eventMs;
  const isStamped = (feed.trust === 'gateway' || feed.trust === 'unknown') && eventMs > 0;
  return isStamped && Math.abs(own - eventMs) > MOST_SKEW_MS ? eventMs : own;
}

function epochOf(text: string): number | undefined {
  if (text.length < 9) return undefined;
  const exact = wholeNumber(text) ?? (/^\d{16,19}$/.test(text) ? Number(text) : undefined);
  return exact === undefined ? undefined : parseEpoch(exact);
}

function numberOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  return wholeNumber(value) ?? (/^\d{1,15}\.\d{1,9}$/.test(value) ? Number(value) : undefined);
}

function statusOf(value: string | undefined): number | undefined {
  if (value === undefined || value.length !== 3) return undefined;
  const status = wholeNumber(value);
  return status !== undefined && status >= 100 ? status : undefined;
}

/** `error.messageString` comes with its own quotes. */
function unquoted(value: string | undefined): string | undefined {
  return value !== undefined && value.length > 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1)
    : value;
}
