import type { ApiType } from '../core/calls/api-call.js';
import { AddressBook } from './addresses.js';
import { buildApis } from './apis.js';
import { FORMATS, type FormatName } from './formats.js';
import { gatewayId, stableUuid, uuid } from './ids.js';
import { at, Random } from './random.js';
import { compileRenderer } from './render-line.js';
import type { Client, IssuedCall } from './simulated-call.js';
import { browser } from './user-agents.js';

export interface LineOptions {
  /** One of the simulator's formats, or any `accessLogSettings.format`. */
  readonly format: FormatName | (string & {});
  readonly calls: number;
  readonly seed: number;
  /** Default `rest`, or what the simulator's format is for. */
  readonly apiType?: ApiType;
  readonly startMs?: number;
  /** Default 60. */
  readonly callsPerSecond?: number;
  /** Different callers, default 20,000. */
  readonly callers?: number;
}

const CALLERS = 20_000;
const STATUSES = [200, 200, 200, 200, 200, 200, 200, 200, 201, 204, 304, 400, 404];

/**
 * Any number of lines of one format, for benchmarks of speed and memory: 20,000 callers, the routes of one API, ids as
 * random as the gateway's; no sessions and no incidents, hence fast. Time goes forward by a few milliseconds a line.
 */
export function* generateLines(options: LineOptions): Generator<string, void, void> {
  const { seed, calls, callers = CALLERS } = options;
  const name = options.format as FormatName;
  const text: string = FORMATS[name] ?? options.format;
  const type = options.apiType ?? typeOf(options.format);
  const random = new Random(seed, 'lines');
  const book = new AddressBook('wide', seed);
  const apis = buildApis(seed);
  const api =
    apis.find((one) => one.type === type && one.auth === 'jwt') ??
    at(
      apis.filter((one) => one.type === type),
      0,
    );
  const paths = api.routes.map((route) => route.shape.split(/\{\w+\}/));
  const clients: Client[] = Array.from({ length: callers }, (_, n) => ({
    ip: book.home(seed, n),
    userAgent: browser(n % 68),
    identity: { kind: 'jwt', sub: stableUuid(seed, n), scope: 'openid profile' },
  }));
  const render = compileRenderer(text);
  const gapMs = 1000 / (options.callsPerSecond ?? 60);
  let timeMs = options.startMs ?? Date.UTC(2026, 0, 5);
  for (let n = 0; n < calls; n++) {
    timeMs += gapMs * 2 * random.float();
    const index = random.int(0, api.routes.length - 1);
    const status = at(STATUSES, Math.floor(random.float() ** 3 * STATUSES.length));
    yield render(
      issue(
        api,
        index,
        at(paths, index),
        at(clients, Math.floor(random.float() ** 2 * callers)),
        Math.floor(timeMs),
        status,
        random,
      ),
    );
  }
}

function issue(
  api: IssuedCall['api'],
  index: number,
  path: readonly string[],
  client: Client,
  timeMs: number,
  status: number,
  random: Random,
): IssuedCall {
  let concrete = path[0] ?? '';
  for (let part = 1; part < path.length; part++)
    concrete += String(100_000 + random.int(0, 79_999)) + path[part];
  const socket = api.type === 'websocket';
  const extendedRequestId = gatewayId(timeMs, random, 'request');
  return {
    api,
    timeMs,
    route: at(api.routes, index),
    method: at(api.routes, index).method,
    path: socket ? undefined : concrete,
    status,
    client,
    latencyMs: 8 + Math.floor(random.float() ** 4 * 900),
    responseBytes: status === 204 || status === 304 ? 0 : 40 + Math.floor(random.float() ** 3 * 20_000),
    errorType: undefined,
    eventType: socket ? 'MESSAGE' : undefined,
    connectionId: socket ? gatewayId(timeMs - 60_000, random, 'connection') : undefined,
    incident: undefined,
    extendedRequestId,
    requestId: api.type === 'rest' ? uuid(random) : extendedRequestId,
    trace: random.u32(),
  };
}

function typeOf(format: string): ApiType {
  if (format.startsWith('http-') || format.includes('$context.routeKey')) return 'http';
  return format.startsWith('websocket-') ? 'websocket' : 'rest';
}
