import type { AddressBook } from './addresses.js';
import type { RouteStyle } from './api-blueprint.js';
import { type ApiRoute, pathOf, type SimulatedApi } from './apis.js';
import type { Incident } from './incidents.js';
import type { Random } from './random.js';
import { ANONYMOUS, type Client, type SimulatedCall } from './simulated-call.js';

/** What a generator of traffic works with. */
export interface World {
  readonly seed: number;
  readonly startMs: number;
  readonly endMs: number;
  /** Calls that the whole run should have; populations and look-alikes grow with it, attackers do not care. */
  readonly calls: number;
  readonly addresses: AddressBook;
  api(name: string): SimulatedApi;
  apis(): readonly SimulatedApi[];
  incident(kind: 'attack' | 'benign', name: string, api: SimulatedApi): Incident;
  /** Makes every call of the API fail in the span, and the failures part of the incident. */
  outage(api: SimulatedApi, fromMs: number, toMs: number, incident: Incident): void;
  /** The call happens at its time, which is not before the generator's. */
  emit(call: SimulatedCall): void;
}

/**
 * One generator of traffic: it sleeps until the time it yields, emits calls of that time or later, and yields its
 * next time. It ends when it has no more to do.
 */
export interface TrafficSource {
  readonly name: string;
  run(world: World, random: Random): Generator<number, void, void>;
}

/** How many times over this run is the default of 200,000 calls: what grows with the customer's size. */
export function scaleOf(world: World): number {
  return world.calls / 200_000;
}

export interface CallParts {
  readonly api: SimulatedApi;
  readonly route: ApiRoute | undefined;
  readonly timeMs: number;
  readonly client: Client;
  readonly numbers?: readonly number[];
  /** Instead of the path of the route and its numbers. */
  readonly path?: string;
  readonly method?: string;
  readonly status?: number;
  readonly errorType?: string;
  readonly incident?: Incident | undefined;
  readonly eventType?: string;
  readonly connectionId?: string;
}

/** Median latency (ms) and size (bytes) by style. Sizes of lists and files vary most, as everywhere. */
const STYLE: Readonly<Record<RouteStyle, readonly [latencyMs: number, sizeBytes: number, spread: number]>> = {
  list: [70, 6200, 0.9],
  read: [38, 1100, 0.5],
  write: [95, 240, 0.6],
  login: [210, 760, 0.2],
  refresh: [80, 1420, 0.1],
  search: [140, 4800, 1],
  file: [120, 84_000, 1.3],
  telemetry: [24, 2, 0],
  socket: [9, 0, 0],
};
/** Bytes of the gateway's own answers, such as `{"message":"Unauthorized"}`. */
const GATEWAY_ANSWER_BYTES: Readonly<Record<string, number>> = {
  UNAUTHORIZED: 26,
  EXPIRED_TOKEN: 45,
  MISSING_AUTHENTICATION_TOKEN: 42,
  INVALID_API_KEY: 23,
  ACCESS_DENIED: 82,
  THROTTLED: 31,
  RESOURCE_NOT_FOUND: 23,
  INTEGRATION_FAILURE: 36,
  INTEGRATION_TIMEOUT: 41,
};

/** Completes a call: path, latency and size from route and status, the caller's identity only where it was checked. */
export function makeCall(parts: CallParts, random: Random): SimulatedCall {
  const { api, route, client } = parts;
  const status = parts.status ?? 200;
  const errorType = parts.errorType;
  const [medianMs, medianBytes, spread] = STYLE[route?.style ?? 'read'];
  const answered = errorType === undefined || errorType.startsWith('INTEGRATION');
  const unchecked =
    route === undefined || route.open || errorType === 'UNAUTHORIZED' || errorType === 'INVALID_API_KEY';
  const latencyMs =
    errorType === 'INTEGRATION_TIMEOUT'
      ? 29_000 + random.int(1, 40)
      : Math.ceil(answered ? random.logNormal(medianMs, 0.45) : random.logNormal(4, 0.5));
  return {
    api,
    timeMs: Math.round(parts.timeMs),
    route,
    method: parts.method ?? route?.method ?? 'GET',
    path:
      api.type === 'websocket'
        ? undefined
        : (parts.path ?? (route === undefined ? '/' : pathOf(api, route, parts.numbers ?? []))),
    status,
    client:
      unchecked || api.auth === 'none'
        ? { ip: client.ip, userAgent: client.userAgent, identity: ANONYMOUS }
        : client,
    latencyMs,
    responseBytes:
      errorType !== undefined
        ? (GATEWAY_ANSWER_BYTES[errorType] ?? 36)
        : status >= 400
          ? 60 + random.int(0, 80)
          : status === 204 || status === 304
            ? 0
            : Math.round(random.logNormal(medianBytes, spread)),
    errorType,
    eventType: parts.eventType,
    connectionId: parts.connectionId,
    incident: parts.incident,
  };
}

/** What the gateway answers where no route fits: REST 403, HTTP 404. */
export function unrouted(api: SimulatedApi): { readonly status: number; readonly errorType: string } {
  return api.type === 'rest'
    ? { status: 403, errorType: 'MISSING_AUTHENTICATION_TOKEN' }
    : { status: 404, errorType: 'RESOURCE_NOT_FOUND' };
}

/** What an ordinary call meets: 1 to 3 % client errors, a few per thousand server errors, by style. */
export function ordinaryOutcome(
  api: SimulatedApi,
  route: ApiRoute,
  random: Random,
): { readonly status: number; readonly errorType?: string } {
  const draw = random.float();
  if (draw < 0.0012) return { status: 502, errorType: 'INTEGRATION_FAILURE' };
  if (draw < 0.0017) return { status: 504, errorType: 'INTEGRATION_TIMEOUT' };
  if (draw < 0.0027) return { status: 500 };
  if (draw < 0.0032) return { status: 429, errorType: 'THROTTLED' };
  if (route.style === 'login') return draw < 0.06 ? { status: 401 } : { status: 200 };
  if (route.style === 'refresh') return draw < 0.012 ? { status: 400 } : { status: 200 };
  if (route.style === 'telemetry') return draw < 0.006 ? { status: 400 } : { status: 202 };
  if (draw < 0.0092 && api.auth === 'jwt' && !route.open) return { status: 401, errorType: 'UNAUTHORIZED' };
  if (route.style === 'write') {
    if (draw < 0.032) return { status: random.pick([400, 409, 422]) };
    return { status: route.method === 'DELETE' ? 204 : route.method === 'POST' ? 201 : 200 };
  }
  if (route.names.length > 0 && draw < 0.022) return { status: 404 };
  return { status: draw > 0.97 && route.method === 'GET' ? 304 : 200 };
}

/** A time in the run that leaves `durationMs` before its end, not in its first tenth. */
export function startWithin(world: World, durationMs: number, random: Random): number {
  const spanMs = world.endMs - world.startMs;
  const earliest = world.startMs + spanMs * 0.1;
  const latest = world.endMs - Math.min(durationMs, spanMs * 0.8) - spanMs * 0.02;
  return random.between(earliest, Math.max(earliest + 1, latest));
}
