import { routeOf } from '../apis.js';
import { apiKeyOf } from '../benign/population.js';
import { POPULATIONS } from '../benign/populations.js';
import { hashText, mix } from '../random.js';
import { partner, tool } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource } from '../world.js';

/** A partner's key leaks: the key that always came from one place now comes from many, under many names. */
export const keyTheft: TrafficSource = {
  name: 'key-theft',
  *run(world, random) {
    const api = world.api('partner');
    const incident = world.incident('attack', 'key-theft', api);
    const users = POPULATIONS.find((population) => population.name === 'partners')?.users ?? 1;
    const apiKeyId = apiKeyOf(
      world,
      'partners',
      random.int(0, Math.max(2, Math.round((users * world.calls) / 200_000)) - 1),
    );
    const owner = mix(world.seed, hashText('key-theft'));
    const addresses = Math.round(random.magnitude(6, 60));
    const calls = Math.round(random.magnitude(200, 1200));
    const durationMs = random.between(0.7, 5) * 3_600_000;
    const keys = [
      'GET /shipments',
      'GET /shipments/{shipmentId}',
      'GET /stock',
      'GET /shipments/{shipmentId}/events',
    ];
    let timeMs = startWithin(world, durationMs, random);
    for (let n = 0; n < calls; n++) {
      timeMs += random.exponential(durationMs / calls);
      yield timeMs;
      const place = random.int(0, addresses - 1);
      const network = place % 3 === 0 ? 'consumer' : place % 3 === 1 ? 'rough' : 'hosting';
      const client = {
        ip: world.addresses.v4(network, owner, place),
        userAgent: place % 2 === 0 ? tool(mix(owner, place)) : partner(mix(owner, place)),
        identity: { kind: 'api-key', apiKeyId } as const,
      };
      const route = routeOf(api, random.pick(keys));
      const status = random.chance(0.05) ? 404 : 200;
      world.emit(
        makeCall({ api, route, timeMs, client, numbers: [random.int(0, 39_999)], status, incident }, random),
      );
    }
  },
};
