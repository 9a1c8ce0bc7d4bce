import type { ApiCall } from '../calls/api-call.js';
import { endpointOf } from '../inventory/endpoint-label.js';
import type { EndpointSighting, InventoryStore } from '../ports/inventory-store.js';

/** Endpoints of one API, told by the form of their paths alone, that a container writes in its life. */
const TEMPLATED_MAX = 1_000;

/**
 * Bounds what an API that answers every path can grow: past it, endpoints that only templating shows are left to the
 * hourly fold, which sees every call and learns which positions are parameters. Routes that a log line or the
 * deployment names are always written.
 */
export class EndpointBudget {
  private readonly templated = new Map<string, Set<string>>();

  /** Whether the endpoint may be written: it is one of the first. `key` names it within the API. */
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

interface Seen {
  readonly sighting: EndpointSighting;
  readonly isTemplated: boolean;
}

/** Writes the endpoints of one payload where the inventory lacks them; each is asked for once. Answers how many were new. */
export async function recordEndpoints(
  calls: readonly ApiCall[],
  inventory: Pick<InventoryStore, 'putEndpoint'>,
  budget: EndpointBudget,
): Promise<number> {
  const seen = new Map<string, Seen>();
  for (const call of calls) {
    const key = endpointKey(call);
    const known = seen.get(key);
    if (known === undefined)
      seen.set(key, { sighting: toSighting(call), isTemplated: call.routeSource === 'template' });
    else if (call.timeMs < known.sighting.firstSeenMs)
      seen.set(key, { ...known, sighting: { ...known.sighting, firstSeenMs: call.timeMs } });
  }
  const allowed = [...seen].filter(
    ([key, { sighting, isTemplated }]) => !isTemplated || budget.allows(sighting.apiId, key),
  );
  const outcomes = await Promise.all(allowed.map(([, { sighting }]) => inventory.putEndpoint(sighting)));
  return outcomes.filter((outcome) => outcome === 'created').length;
}

/** The lengths keep two endpoints from sharing a key. */
function endpointKey(call: ApiCall): string {
  const { accountId = '-', region = '-', apiId = '-' } = call;
  const { method, route } = endpointOf(call);
  return `${accountId.length}.${region.length}.${apiId.length}.${method.length} ${accountId} ${region} ${apiId} ${method} ${route}`;
}

function toSighting(call: ApiCall): EndpointSighting {
  return {
    accountId: call.accountId ?? '-',
    region: call.region ?? '-',
    apiId: call.apiId ?? '-',
    ...endpointOf(call),
    apiType: call.apiType,
    stage: call.stage,
    host: call.host,
    firstSeenMs: call.timeMs,
    principalKind: call.principalKind,
  };
}
