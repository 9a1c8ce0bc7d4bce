import { dayOf } from '../../core/inventory/waking.js';
import type {
  ApiSummary,
  EndpointKey,
  EndpointSighting,
  HourFold,
  InventoryStore,
  UntoldEndpoint,
} from '../../core/ports/inventory-store.js';
import type { Item } from './attributes.js';
import * as params from './inventory-params.js';
import { apiPartition } from './inventory-params.js';
import { hashKey } from './keys.js';
import { RecentKeys } from './recent-keys.js';
import type { StoreContext } from './store-context.js';

/** APIs and endpoints in the Inventory table. */
export function dynamoInventoryStore({ sender, tables }: StoreContext): InventoryStore {
  const table = tables.Inventory;
  const written = new RecentKeys();

  /** Enters the API where it is absent. */
  async function apiFirstSeen(sighting: EndpointSighting): Promise<number> {
    if ((await sender.put(params.putApiParams(table, sighting))) === 'written') return sighting.firstSeenMs;
    const item = await sender.get(params.getApiParams(table, sighting));
    return item === undefined ? sighting.firstSeenMs : params.decodeApiFirstSeen(table, item);
  }

  async function newsOf(item: Item, sighting: EndpointSighting): Promise<readonly UntoldEndpoint[]> {
    const added = params.decodeAdded(table, item);
    const woken = params.decodeWoken(table, item);
    return [
      ...(added === undefined ? [] : [added]),
      ...(woken === undefined ? [] : [{ ...woken, apiFirstSeenMs: await apiFirstSeen(sighting) }]),
    ];
  }

  /** Whether the newest day that is remembered lies before that of the sighting. */
  function isBefore(seenDay: number | undefined, sighting: EndpointSighting): boolean {
    return seenDay === undefined || seenDay < dayOf(sighting.firstSeenMs);
  }

  function dayKey(sighting: EndpointSighting): string {
    return `${recentKey(sighting)} ${dayOf(sighting.firstSeenMs)}`;
  }

  return {
    async putEndpoint(sighting: EndpointSighting) {
      const api = apiPartition(sighting);
      const key = recentKey(sighting);
      if (written.has(key)) return 'present';
      // The API first: an endpoint must never be there without the API that lists it.
      if (!written.has(api)) {
        await sender.put(params.putApiParams(table, sighting));
        written.add(api);
      }
      const outcome = await sender.put(params.putEndpointParams(table, sighting));
      written.add(key);
      return outcome === 'written' ? 'created' : 'present';
    },

    async putUntold(sighting: EndpointSighting) {
      const key = dayKey(sighting);
      if (written.has(key)) return { outcome: 'present', untold: [] };
      // Read first: that costs a fifth of a refused write, and shows what another container has not told yet.
      const read = () => sender.get(params.getEndpointParams(table, sighting));
      let item = await read();
      let outcome: 'created' | 'present' = 'present';
      if (item === undefined) {
        const put = params.putEndpointParams(table, sighting, await apiFirstSeen(sighting));
        if ((await sender.put(put)) === 'written') outcome = 'created';
        item = outcome === 'created' ? put.Item : await read();
      }
      if (item !== undefined && isBefore(params.decodeSeenDay(table, item), sighting)) {
        await sender.update(params.moveDayParams(table, sighting, params.decodeSeenDay(table, item)));
        // Moved by this write or by another's: what stands there now is what is to be told.
        item = await read();
      }
      if (item === undefined) return { outcome, untold: [] };
      const untold = await newsOf(item, sighting);
      // Another day than this one may have moved on first, or a waking not be told yet: the next payload looks again.
      if (untold.length === 0 && !isBefore(params.decodeSeenDay(table, item), sighting)) written.add(key);
      return { outcome, untold };
    },

    async markTold(told: UntoldEndpoint) {
      await sender.update(params.markToldParams(table, told));
    },

    async putFold(fold: HourFold) {
      for (const put of params.putFoldParams(table, fold)) await sender.put(put);
    },

    async apis() {
      const apis: ApiSummary[] = [];
      for await (const item of sender.query(params.apisParams(table)))
        apis.push(params.decodeApi(table, item));
      return apis;
    },

    async endpoints(api: ApiSummary) {
      const endpoints: EndpointSighting[] = [];
      for await (const item of sender.query(params.endpointsParams(table, api)))
        endpoints.push(params.decodeEndpoint(table, item));
      return endpoints;
    },

    async *folds(api: ApiSummary, fromMs: number, toMs: number): AsyncGenerator<HourFold> {
      let whole: { fold: HourFold; left: number } | undefined;
      for await (const item of sender.query(params.foldsParams(table, api, fromMs, toMs))) {
        const { part, parts, ...fold } = params.decodeFoldPart(table, item);
        if (part === 0) whole = { fold, left: parts };
        else if (whole !== undefined) whole.fold = params.joinFoldParts(whole.fold, fold);
        if (whole !== undefined && --whole.left === 0) {
          yield whole.fold;
          // What follows until the next first part is left over from a larger fold.
          whole = undefined;
        }
      }
    },
  };
}

function recentKey(endpoint: EndpointKey): string {
  return `${apiPartition(endpoint)} ${hashKey(endpoint.method, endpoint.route)}`;
}
