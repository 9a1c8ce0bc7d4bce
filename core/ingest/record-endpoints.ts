import type { ApiCall } from '../calls/api-call.js';
import { countedMethod, endpointOf, OTHER_METHOD } from '../inventory/endpoint-label.js';
import { UNMATCHED_ROUTE } from '../inventory/route-evidence.js';
import { dayOf, tellingDays } from '../inventory/waking.js';
import type { EndpointSighting, InventoryStore, UntoldEndpoint } from '../ports/inventory-store.js';

/** Endpoints of one API, told by the form of their paths alone, that a container writes in an hour. */
const TEMPLATED_MAX = 1_000;

/** APIs that the bundle does not know of which a container writes endpoints in an hour. */
const UNKNOWN_APIS_MAX = 200;

const HOUR_MS = 3_600_000;

/**
 * Bounds what can grow, by the hour: endpoints that only templating shows, of an API that answers every path, and APIs that
 * nobody knows but the lines that name them. What is beyond is left to the hourly fold, which sees every call. Routes that
 * a log line or the deployment names are always written.
 */
export class EndpointBudget {
  private hour = Number.NEGATIVE_INFINITY;
  private readonly templated = new Map<string, Set<string>>();
  private readonly unknown = new Set<string>();

  /** To be told the time before what is asked for it. */
  startAt(nowMs: number): void {
    const hour = Math.floor(nowMs / HOUR_MS);
    if (hour === this.hour) return;
    this.hour = hour;
    this.templated.clear();
    this.unknown.clear();
  }

  /** Whether an API that the bundle does not know may have endpoints written: it is one of the first. */
  allowsApi(apiId: string): boolean {
    if (this.unknown.has(apiId)) return true;
    if (this.unknown.size >= UNKNOWN_APIS_MAX) return false;
    this.unknown.add(apiId);
    return true;
  }

  /** Whether a templated endpoint may be written: it is one of the first. `key` names it within the API. */
  allows(apiId: string, key: string): boolean {
    let keys = this.templated.get(apiId);
    if (keys === undefined) {
      keys = new Set();
      this.templated.set(apiId, keys);
    }
    if (keys.has(key)) return true;
    if (keys.size >= TEMPLATED_MAX) return false;
    keys.add(key);
    return true;
  }
}

export interface EndpointsInput {
  readonly calls: readonly ApiCall[];
  readonly known: ReadonlySet<string>;
  readonly nowMs: number;
  /** Whether a rule wants to hear of new endpoints; then what is `untold` is to be marked as told once it was. */
  readonly rulesListen: boolean;
}

export interface RecordedEndpoints {
  readonly created: number;
  /** Created now, or by a container that has not told the rules: each as it was first written. */
  readonly untold: readonly UntoldEndpoint[];
  /** Endpoints that the budget left to the hourly fold. */
  readonly unlisted: number;
}

interface Seen {
  /** The earliest sighting of the payload. */
  readonly sighting: EndpointSighting;
  /** The earliest of each day, by day: nearly always one. */
  readonly byDay: Map<number, EndpointSighting>;
  readonly isTemplated: boolean;
}

/** Writes the endpoints of one payload where the inventory lacks them; each is asked for once. */
export async function recordEndpoints(
  { calls, known, nowMs, rulesListen }: EndpointsInput,
  inventory: Pick<InventoryStore, 'putEndpoint' | 'putUntold'>,
  budget: EndpointBudget,
): Promise<RecordedEndpoints> {
  budget.startAt(nowMs);
  const seen = endpointsOf(calls, nowMs);
  const allowed = seen.filter(
    ({ sighting, isTemplated }) =>
      (known.has(sighting.apiId) || budget.allowsApi(sighting.apiId)) &&
      (!isTemplated || budget.allows(sighting.apiId, endpointKey(sighting))),
  );
  const outcomes = await Promise.all(
    allowed.map(async ({ sighting, byDay }) =>
      rulesListen && isEndpoint(sighting)
        ? putDays(inventory, byDay)
        : { outcome: await inventory.putEndpoint(sighting), untold: [] },
    ),
  );
  return {
    created: outcomes.filter(({ outcome }) => outcome === 'created').length,
    untold: outcomes.flatMap(({ untold }) => untold),
    unlisted: seen.length - allowed.length,
  };
}

/** Each endpoint once, as its first call shows it, of all and of each day. Told apart field by field: a key for each call would be most of the garbage of ingest. */
function endpointsOf(calls: readonly ApiCall[], nowMs: number): readonly Seen[] {
  const byRoute = new Map<string, Seen[]>();
  for (const call of calls) {
    const route = call.route ?? UNMATCHED_ROUTE;
    let alike = byRoute.get(route);
    if (alike === undefined) {
      alike = [];
      byRoute.set(route, alike);
    }
    const timeMs = timeOf(call, nowMs);
    const day = dayOf(timeMs);
    const before = alike.find(({ sighting }) => isOf(sighting, call));
    if (before === undefined) {
      const sighting = toSighting(call, timeMs);
      alike.push({
        sighting,
        byDay: new Map([[day, sighting]]),
        isTemplated: call.routeSource === 'template',
      });
      continue;
    }
    if (timeMs < before.sighting.firstSeenMs)
      alike[alike.indexOf(before)] = {
        ...before,
        sighting: { ...before.sighting, firstSeenMs: timeMs },
      };
    const ofDay = before.byDay.get(day);
    if (ofDay === undefined) before.byDay.set(day, toSighting(call, timeMs));
    else if (timeMs < ofDay.firstSeenMs) before.byDay.set(day, { ...ofDay, firstSeenMs: timeMs });
  }
  return [...byRoute.values()].flat();
}

/** Clocks may differ by so much; what is later was written by somebody else than a clock. */
const AHEAD_MAX_MS = 86_400_000;

/** When it was seen: an endpoint with a day from the future would never be silent again. */
function timeOf({ timeMs }: ApiCall, nowMs: number): number {
  return timeMs > nowMs + AHEAD_MAX_MS ? nowMs : timeMs;
}

/** Whether the call, of the same route, is of the endpoint. */
function isOf({ accountId, region, apiId, method }: EndpointSighting, call: ApiCall): boolean {
  return (
    method === countedMethod(call.method) &&
    apiId === (call.apiId ?? '-') &&
    accountId === (call.accountId ?? '-') &&
    region === (call.region ?? '-')
  );
}

/** Day after day, so that a log of months shows what woke within it. */
async function putDays(
  inventory: Pick<InventoryStore, 'putUntold'>,
  byDay: ReadonlyMap<number, EndpointSighting>,
): Promise<{ readonly outcome: 'created' | 'present'; readonly untold: readonly UntoldEndpoint[] }> {
  const untold = new Map<string, UntoldEndpoint>();
  let outcome: 'created' | 'present' = 'present';
  for (const day of tellingDays([...byDay.keys()].sort((a, b) => a - b))) {
    const sighting = byDay.get(day);
    if (sighting === undefined) continue;
    const put = await inventory.putUntold(sighting);
    if (put.outcome === 'created') outcome = 'created';
    for (const one of put.untold) untold.set(`${one.news} ${one.sighting.firstSeenMs}`, one);
  }
  return { outcome, untold: [...untold.values()] };
}

/** What stands for many paths or methods at once is listed, but its first call is no news. */
function isEndpoint({ method, route }: EndpointSighting): boolean {
  return route !== UNMATCHED_ROUTE && method !== OTHER_METHOD;
}

/** The lengths keep two endpoints from sharing a key. */
function endpointKey({ accountId, region, apiId, method, route }: EndpointSighting): string {
  return `${accountId.length}.${region.length}.${apiId.length}.${method.length} ${accountId} ${region} ${apiId} ${method} ${route}`;
}

function toSighting(call: ApiCall, firstSeenMs: number): EndpointSighting {
  return {
    accountId: call.accountId ?? '-',
    region: call.region ?? '-',
    apiId: call.apiId ?? '-',
    ...endpointOf(call),
    apiType: call.apiType,
    stage: call.stage,
    host: call.host,
    firstSeenMs,
    principalKind: call.principalKind,
    deployed: call.routeSource === 'line' || call.routeSource === 'deployed',
  };
}
