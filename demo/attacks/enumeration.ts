import { routeOf } from '../apis.js';
import { apiKeyOf, jwt } from '../benign/population.js';
import { hashText, mix } from '../random.js';
import type { Client } from '../simulated-call.js';
import { browser, partner } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource, type World } from '../world.js';

/** Routes that lead to one object by its id, and whose caller is authenticated. */
const OBJECTS = [
  ['storefront', 'GET /orders/{orderId}'],
  ['mobile-bff', 'GET /v2/orders/{orderId}'],
  ['partner', 'GET /shipments/{shipmentId}'],
  ['suppliers', 'GET /suppliers/{supplierId}'],
] as const;

/** One account walks over ids that are not its own, and the ownership check refuses nearly all of them. */
export const deniedEnumeration = enumeration('enumeration-denied', () => ({ granted: [0, 0.04] }));

/** The same where the check is missing: nearly everything is handed out. */
export const grantedEnumeration = enumeration('enumeration-granted', () => ({ granted: [0.75, 0.98] }));

function enumeration(
  name: string,
  outcome: () => { readonly granted: readonly [number, number] },
): TrafficSource {
  return {
    name,
    *run(world, random) {
      const [apiName, key] = random.pick(OBJECTS);
      const api = world.api(apiName);
      const incident = world.incident('attack', name, api);
      const route = routeOf(api, key);
      const client = attacker(world, apiName, name, random.u32());
      const ids = Math.round(random.magnitude(150, 1500));
      const perSecond = random.magnitude(0.3, 6);
      const [least, most] = outcome().granted;
      const granted = random.between(least, most);
      const count = api.parameters[route.names[0] ?? '']?.count ?? 1000;
      const sequential = random.chance(0.7);
      const first = random.int(0, Math.max(0, count - ids));
      let timeMs = startWithin(world, (ids / perSecond) * 1000, random);
      for (let n = 0; n < ids; n++) {
        timeMs += random.exponential(1000 / perSecond);
        yield timeMs;
        const number = sequential ? first + n : random.int(0, count - 1);
        // Ids that no object has exist in both variants.
        const status = random.chance(granted) ? 200 : random.chance(0.85) && granted < 0.5 ? 403 : 404;
        world.emit(makeCall({ api, route, timeMs, client, numbers: [number], status, incident }, random));
      }
    },
  };
}

function attacker(world: World, apiName: string, name: string, who: number): Client {
  const ip = world.addresses.v4('rough', world.seed, hashText(name));
  if (world.api(apiName).auth === 'api-key')
    return {
      ip,
      userAgent: partner(who),
      identity: { kind: 'api-key', apiKeyId: apiKeyOf(world, name, who) },
    };
  return { ip, userAgent: browser(who), identity: jwt(mix(world.seed, hashText(name)), who) };
}
