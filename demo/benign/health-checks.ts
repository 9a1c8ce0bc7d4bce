import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { HEALTH_AGENT } from '../user-agents.js';
import { makeCall, type TrafficSource } from '../world.js';

/** The operator's own monitoring: one open route, from three places, to the minute. */
export const healthChecks: TrafficSource = {
  name: 'health-checks',
  *run(world, random) {
    const api = world.api('identity');
    const route = routeOf(api, 'GET /.well-known/jwks.json');
    const periodMs = Math.min(600_000, Math.max(30_000, (200_000 / world.calls) * 180_000));
    for (let timeMs = world.startMs + random.between(0, periodMs), turn = 0; ; timeMs += periodMs, turn++) {
      yield timeMs;
      const ip = world.addresses.v4('hosting', hashText('health'), turn % 3);
      const client = { ip, userAgent: HEALTH_AGENT, identity: ANONYMOUS };
      world.emit(makeCall({ api, route, timeMs, client, status: random.chance(0.0005) ? 503 : 200 }, random));
    }
  },
};
