import * as v from 'valibot';
import type { ApiCall } from '../calls/api-call.js';
import { nearestName } from './parse/nearest-name.js';

/** A call, repeated at steady intervals; `<n>` in its texts is the repetition from 0, `<n%16>` that modulo 16. */
export interface CallPattern {
  readonly repeat: number;
  /** Such as `500ms`, `30s`, `5m`, `1h`. */
  readonly every: string;
  readonly start: string;
  readonly call: Readonly<Record<string, unknown>>;
}

export type ExpandedCalls =
  | { readonly ok: true; readonly calls: readonly ApiCall[] }
  | { readonly ok: false; readonly problem: string };

/** What a case leaves out: an ordinary call of a person with a token. */
const ORDINARY: ApiCall = {
  id: '',
  timeMs: 0,
  requestId: undefined,
  extendedRequestId: undefined,
  accountId: '123456789012',
  region: 'eu-central-1',
  apiId: 'a1b2c3d4e5',
  apiType: 'rest',
  stage: 'prod',
  host: 'api.example.com',
  method: 'GET',
  path: '/pets',
  query: undefined,
  route: '/pets',
  routeSource: 'deployed',
  protocol: 'HTTP/1.1',
  status: 200,
  sourceIp: '192.0.2.10',
  userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  principal: '192.0.2.10',
  principalKind: 'ip',
  apiKeyId: undefined,
  latencyMs: 42,
  integrationLatencyMs: 31,
  integrationStatus: 200,
  authorizerLatencyMs: undefined,
  responseBytes: 512,
  errorType: undefined,
  errorMessage: undefined,
  authorizerError: undefined,
  wafResult: undefined,
  tlsVersion: undefined,
  tlsCipher: undefined,
  eventType: undefined,
  connectionId: undefined,
  request: undefined,
  response: undefined,
  feed: 'cases',
  format: 'cases',
  trust: 'gateway',
  recovered: false,
  extra: undefined,
};

/** 2026-01-05T09:00:00Z, a Monday: cases run in event time and need some beginning. */
/** When every case begins, epoch milliseconds. */
export const BEGIN_MS = Date.UTC(2026, 0, 5, 9);
const SPAN = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
const PLACEHOLDER = /<n(?:%(\d{1,6}))?>/g;
const text = v.optional(v.string());
const number = v.optional(v.number());

/** What a case may say of a call; `query` included, for feeds that carry it. */
const writtenCall = v.strictObject({
  accountId: text,
  region: text,
  apiId: text,
  apiType: v.optional(v.picklist(['rest', 'http', 'websocket'])),
  stage: text,
  host: text,
  method: text,
  path: text,
  query: text,
  route: text,
  routeSource: v.optional(v.picklist(['line', 'deployed', 'template'])),
  protocol: text,
  status: number,
  sourceIp: text,
  userAgent: text,
  principal: text,
  principalKind: v.optional(
    v.picklist(['iam', 'subject', 'api-key', 'client-certificate', 'ip', 'proxy', 'unknown']),
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
  recovered: v.optional(v.boolean()),
});

/** The calls of all patterns in order of time. A field that calls do not have, or a wrong type, is a problem in words. */
export function expandCalls(patterns: readonly CallPattern[]): ExpandedCalls {
  const calls: ApiCall[] = [];
  for (const [at, pattern] of patterns.entries()) {
    const everyMs = spanMs(pattern.every);
    const startMs = spanMs(pattern.start);
    if (everyMs === undefined || startMs === undefined)
      return { ok: false, problem: "a time is not written as '30s', '5m' or '1h'" };
    for (let n = 0; n < pattern.repeat; n += 1) {
      const made = makeCall(pattern.call, n);
      if (typeof made === 'string') return { ok: false, problem: made };
      calls.push({ ...made, id: `case-${at}-${n}`, timeMs: BEGIN_MS + startMs + n * everyMs });
    }
  }
  return { ok: true, calls: calls.sort((left, right) => left.timeMs - right.timeMs) };
}

/** Milliseconds of `500ms`, `30s`, `5m`, `1h`; `undefined` for anything else. */
export function spanMs(text: string): number | undefined {
  const [, count, unit = ''] = SPAN.exec(text) ?? [];
  const ms = Number(count) * (UNITS[unit] ?? Number.NaN);
  return Number.isNaN(ms) ? undefined : ms;
}

/** A caller without a stronger identity is its address; `null` takes a field away. A problem is answered in words. */
function makeCall(written: Readonly<Record<string, unknown>>, n: number): ApiCall | string {
  const unknown = Object.keys(written).find((name) => !Object.hasOwn(writtenCall.entries, name));
  if (unknown !== undefined) {
    const near = nearestName(unknown, Object.keys(writtenCall.entries));
    return `a case cannot set '${unknown}'${near === undefined ? '' : `; did you mean '${near}'?`}`;
  }
  const filled = Object.fromEntries(
    Object.entries(written).map(([name, value]) => [name, fillPlaceholders(value, n)]),
  );
  const decoded = v.safeParse(writtenCall, filled);
  if (!decoded.success) {
    const [issue] = decoded.issues;
    return `'${v.getDotPath(issue) ?? 'call'}': ${issue.message}`;
  }
  const given = decoded.output;
  const address = 'sourceIp' in given ? given.sourceIp : ORDINARY.sourceIp;
  const principal = given.principalKind === undefined ? address : undefined;
  return { ...ORDINARY, principal, ...given, recovered: given.recovered ?? ORDINARY.recovered };
}

/** A value with its placeholders filled for the n-th repetition; `null` takes it away. */
export function fillPlaceholders(value: unknown, n: number): unknown {
  if (value === null) return undefined;
  if (typeof value !== 'string') return value;
  return value.replace(PLACEHOLDER, (_, modulo?: string) =>
    String(modulo === undefined ? n : n % Number(modulo)),
  );
}
