import type { ApiCall } from '../calls/api-call.js';
import type { EndpointSighting, InventoryStore } from '../ports/inventory-store.js';

/** Writes the endpoints of one payload where the inventory lacks them; each is asked for once. Answers how many were new. */
export async function recordEndpoints(
  calls: readonly ApiCall[],
  inventory: Pick<InventoryStore, 'putEndpoint'>,
): Promise<number> {
  const seen = new Map<string, EndpointSighting>();
  for (const call of calls) {
    const key = endpointKey(call);
    const known = seen.get(key);
    if (known === undefined) seen.set(key, toSighting(call));
    else if (call.timeMs < known.firstSeenMs) seen.set(key, { ...known, firstSeenMs: call.timeMs });
  }
  const outcomes = await Promise.all([...seen.values()].map((sighting) => inventory.putEndpoint(sighting)));
  return outcomes.filter((outcome) => outcome === 'created').length;
}

/** For this payload only; the lengths keep two endpoints from sharing a key. */
function endpointKey({
  accountId = '-',
  region = '-',
  apiId = '-',
  method = '-',
  route = '-',
}: ApiCall): string {
  return `${accountId.length}.${region.length}.${apiId.length}.${method.length} ${accountId} ${region} ${apiId} ${method} ${route}`;
}

function toSighting(call: ApiCall): EndpointSighting {
  return {
    accountId: call.accountId ?? '-',
    region: call.region ?? '-',
    apiId: call.apiId ?? '-',
    method: call.method ?? '-',
    route: call.route ?? '-',
    apiType: call.apiType,
    stage: call.stage,
    host: call.host,
    firstSeenMs: call.timeMs,
    principalKind: call.principalKind,
  };
}
