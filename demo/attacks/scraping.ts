import { routeOf } from '../apis.js';
import { apiKeyOf } from '../benign/population.js';
import { hashText } from '../random.js';
import { partner } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource } from '../world.js';

const SHELVES = [
  ['partner', 'GET /stock', 'GET /stock/{sku}'],
  ['suppliers', 'GET /purchases', 'GET /purchases/{purchaseId}'],
] as const;

/** One key pages through everything there is: a list, each of its details, the next list; all 200, all night. */
export const scraping: TrafficSource = {
  name: 'scraping',
  *run(world, random) {
    const [apiName, listKey, itemKey] = random.pick(SHELVES);
    const api = world.api(apiName);
    const incident = world.incident('attack', 'scraping', api);
    const list = routeOf(api, listKey);
    const item = routeOf(api, itemKey);
    const client = {
      ip: world.addresses.v4('hosting', world.seed, hashText('scraping')),
      userAgent: partner(random.u32()),
      identity: { kind: 'api-key', apiKeyId: apiKeyOf(world, 'scraping', 0) } as const,
    };
    const calls = Math.round(random.magnitude(800, 4000));
    const perSecond = random.magnitude(0.7, 6);
    const pageSize = random.int(10, 40);
    let timeMs = startWithin(world, (calls / perSecond) * 1000, random);
    for (let n = 0; n < calls; n++) {
      timeMs += random.exponential(1000 / perSecond);
      yield timeMs;
      const status = random.chance(0.004) ? 404 : 200;
      const call = n % (pageSize + 1) === 0 ? { route: list } : { route: item, numbers: [n], status };
      world.emit(makeCall({ api, timeMs, client, incident, ...call }, random));
    }
  },
};
