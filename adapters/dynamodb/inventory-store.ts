import type {
  ApiSummary,
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

  return {
    async putEndpoint(sighting: EndpointSighting) {
      const api = apiPartition(sighting);
      const key = `${api} ${hashKey(sighting.method, sighting.route)}`;
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
