import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { LOAD_TEST_AGENT } from '../user-agents.js';
import { makeCall, scaleOf, startWithin, type TrafficSource } from '../world.js';

/** An announced load test from the team's own address: two routes, hard, until the throttle answers. */
export const loadTest: TrafficSource = {
  name: 'load-test',
  *run(world, random) {
    const api = world.api('locations');
    const incident = world.incident('benign', 'load-test', api);
    const client = {
      ip: world.addresses.v4('hosting', world.seed, hashText('load-test')),
      userAgent: LOAD_TEST_AGENT,
      identity: ANONYMOUS,
    };
    const durationMs = random.between(90, 240) * 1000;
    const perSecond = Math.max(2, random.between(15, 40) * Math.min(1, scaleOf(world)));
    const fromMs = startWithin(world, durationMs, random);
    for (let timeMs = fromMs; timeMs < fromMs + durationMs; ) {
      timeMs += random.exponential(1000 / perSecond);
      yield timeMs;
      const key = random.chance(0.7) ? 'GET /stores' : 'GET /stores/{storeId}';
      const throttled = random.chance(0.015) ? { status: 429, errorType: 'THROTTLED' } : {};
      const route = routeOf(api, key);
      world.emit(
        makeCall(
          { api, route, timeMs, client, numbers: [random.int(0, 319)], incident, ...throttled },
          random,
        ),
      );
    }
  },
};
