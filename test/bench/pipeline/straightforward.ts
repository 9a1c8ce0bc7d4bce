import { gunzipSync, gzipSync } from 'node:zlib';
import type { BenchFormat, LambdaEvent } from './payloads.js';
import { PLAIN_RULES } from './plain-rules.js';

/** What a pipeline for one known format picks from a line. */
export interface PickedCall {
  readonly id: string;
  readonly timeMs: number;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly method: string;
  readonly route: string;
  readonly path: string;
  readonly status: number;
  readonly bytes: number;
  readonly latencyMs: number;
  readonly integrationLatencyMs: number | undefined;
  readonly integrationStatus: number | undefined;
  readonly ip: string;
  readonly userAgent: string;
  readonly principal: string;
  readonly principalKind: 'subject' | 'api-key' | 'ip';
  readonly errorType: string | undefined;
  readonly tlsVersion: string | undefined;
}

type Fields = Readonly<Record<string, string | undefined>>;

/**
 * The pipeline that a competent engineer writes in an afternoon for a feed of a known JSON format: the figure ours is held against.
 * It knows the names of the keys beforehand, trusts every line, and does less: no redaction, no identity, no recovery,
 * no templating, no digest, nothing that survives the process.
 */
export function straightforwardDecode(event: LambdaEvent, format: BenchFormat): PickedCall[] {
  const text = gunzipSync(Buffer.from(event.awslogs.data, 'base64')).toString('utf8');
  const payload = JSON.parse(text) as { readonly logEvents: readonly { readonly message: string }[] };
  const pick = format.name === 'full' ? pickFull : pickLean;
  return payload.logEvents.map(({ message }) => pick(JSON.parse(message) as Fields));
}

/** Rules, counts by endpoint, and calls of the last minute by address: all that such a pipeline keeps. */
export class StraightforwardState {
  signals = 0;
  private readonly endpoints = new Map<string, { calls: number; lastMs: number }>();
  private readonly windows = new Map<string, { second: number; counts: number[] }>();

  see(call: PickedCall): void {
    for (const rule of PLAIN_RULES) if (rule(call)) this.signals += 1;
    const name = `${call.apiId} ${call.method} ${call.route}`;
    const endpoint = this.endpoints.get(name);
    if (endpoint === undefined) this.endpoints.set(name, { calls: 1, lastMs: call.timeMs });
    else {
      endpoint.calls += 1;
      endpoint.lastMs = call.timeMs;
    }
    this.slide(call.ip, Math.floor(call.timeMs / 1000));
  }

  /** Sixty counters of a second each, as a ring. */
  private slide(ip: string, second: number): void {
    let window = this.windows.get(ip);
    if (window === undefined) {
      window = { second, counts: new Array<number>(60).fill(0) };
      this.windows.set(ip, window);
    }
    for (let gone = Math.min(60, second - window.second); gone > 0; gone--)
      window.counts[(second - gone + 1) % 60] = 0;
    window.second = Math.max(window.second, second);
    window.counts[second % 60] = (window.counts[second % 60] ?? 0) + 1;
  }
}

/** The usual audit log: JSON lines of what was picked, gzip at its fastest level, one object a payload. */
export function gzipOfJsonLines(calls: readonly PickedCall[]): Uint8Array {
  return gzipSync(calls.map((call) => JSON.stringify(call)).join('\n'), { level: 1 });
}

const text = (value: string | undefined): string | undefined => (value === '-' ? undefined : value);
const number = (value: string | undefined): number | undefined =>
  value === undefined || value === '-' ? undefined : Number(value);

function pickFull(line: Fields): PickedCall {
  const subject = text(line['sub']);
  const key = text(line['apiKeyId']);
  return {
    id: line['extendedRequestId'] ?? '',
    timeMs: Number(line['requestTimeEpoch']),
    apiId: line['apiId'],
    stage: line['stage'],
    method: line['httpMethod'] ?? '-',
    route: line['resourcePath'] ?? '-',
    path: line['path'] ?? '-',
    status: Number(line['status']),
    bytes: Number(line['responseLength']),
    latencyMs: Number(line['responseLatency']),
    integrationLatencyMs: number(line['integrationLatency']),
    integrationStatus: number(line['integrationStatus']),
    ip: line['sourceIp'] ?? '-',
    userAgent: line['userAgent'] ?? '-',
    principal: subject ?? key ?? line['sourceIp'] ?? '-',
    principalKind: subject !== undefined ? 'subject' : key !== undefined ? 'api-key' : 'ip',
    errorType: text(line['errorResponseType']),
    tlsVersion: text(line['tlsVersion']),
  };
}

function pickLean(line: Fields): PickedCall {
  const subject = text(line['sub']);
  const routeKey = line['rk'] ?? '- -';
  const space = routeKey.indexOf(' ');
  return {
    id: line['id'] ?? '',
    timeMs: Number(line['t']),
    apiId: 'bench',
    stage: 'prod',
    method: routeKey.slice(0, space),
    route: routeKey.slice(space + 1),
    path: line['p'] ?? '-',
    status: Number(line['st']),
    bytes: Number(line['len']),
    latencyMs: Number(line['lat']),
    integrationLatencyMs: undefined,
    integrationStatus: number(line['ist']),
    ip: line['ip'] ?? '-',
    userAgent: line['ua'] ?? '-',
    principal: subject ?? line['ip'] ?? '-',
    principalKind: subject !== undefined ? 'subject' : 'ip',
    errorType: text(line['et']),
    tlsVersion: undefined,
  };
}
