import type {
  ApiSummary,
  EndpointKey,
  EndpointSighting,
  HourFold,
  InventoryStore,
} from '../../core/ports/inventory-store.js';
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
      const key = recentKey(sighting);
      if (written.has(key)) return { outcome: 'present', untold: undefined };
      // Read first: that costs a fifth of a refused write, and shows what another container has not told yet.
      const read = () => sender.get(params.getEndpointParams(table, sighting));
      let item = await read();
      let outcome: 'created' | 'present' = 'present';
      if (item === undefined) {
        const put = params.putEndpointParams(table, sighting, await apiFirstSeen(sighting));
        if ((await sender.put(put)) === 'written') outcome = 'created';
        item = outcome === 'created' ? put.Item : await read();
      }
      const untold = item === undefined ? undefined : params.decodeUntold(table, item);
      if (untold === undefined) written.add(key);
      return { outcome, untold };
    },

    async markTold(endpoint: EndpointKey) {
      await sender.update(params.markToldParams(table, endpoint));
      written.add(recentKey(endpoint));
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
