import { routeOf } from '../apis.js';
import { jwt } from '../benign/population.js';
import { hashText, mix } from '../random.js';
import { loadAt, loadOver } from '../rhythm.js';
import { browser } from '../user-agents.js';
import { makeCall, ordinaryOutcome, scaleOf, type TrafficSource } from '../world.js';

/** A company whose 500 people leave through one address, each with their own login, agent and background of errors. */
export const natOffice: TrafficSource = {
  name: 'nat-office',
  *run(world, random) {
    const api = world.api('storefront');
    const incident = world.incident('benign', 'nat-office', api);
    const owner = hashText('nat-office');
    const ip = world.addresses.v4('consumer', world.seed, owner);
    const days = (world.endMs - world.startMs) / 86_400_000;
    const sessions = Math.max(40, 450 * scaleOf(world) * Math.min(days, 5));
    const { mean, peak } = loadOver('office', world.startMs, world.endMs);
    const gapMs = (((world.endMs - world.startMs) / sessions) * mean) / peak;
    const visited = [
      'POST /auth/login',
      'GET /users/me',
      'GET /products',
      'GET /products/{productId}',
      'GET /products/{productId}',
      'GET /search',
      'GET /orders',
      'GET /orders/{orderId}',
    ];
    for (let timeMs = world.startMs; ; ) {
      timeMs += random.exponential(gapMs);
      yield timeMs;
      if (!random.chance(loadAt('office', timeMs) / peak)) continue;
      const user = random.int(0, 499);
      const client = { ip, userAgent: browser(mix(owner, user)), identity: jwt(owner, user) };
      let atMs = timeMs;
      for (const key of visited) {
        const route = routeOf(api, key);
        const numbers = route.names.map(() => mix(user, random.int(0, 9)) % 4000);
        const outcome = ordinaryOutcome(api, route, random);
        world.emit(makeCall({ api, route, timeMs: atMs, client, numbers, incident, ...outcome }, random));
        atMs += random.logNormal(6000, 0.9);
      }
    }
  },
};
