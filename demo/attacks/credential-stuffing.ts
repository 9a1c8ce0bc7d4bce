import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { browser, tool } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource } from '../world.js';

/** Where people log in. */
const LOGINS = [
  ['storefront', 'POST /auth/login'],
  ['identity', 'POST /login'],
  ['legacy', 'POST /api/login'],
] as const;

/** A leaked list of passwords tried from one address, as fast as the tool goes; one in a few hundred fits. */
export const fastStuffing: TrafficSource = {
  name: 'credential-stuffing-fast',
  *run(world, random) {
    const [apiName, key] = random.pick(LOGINS);
    const api = world.api(apiName);
    const incident = world.incident('attack', 'credential-stuffing-fast', api);
    const route = routeOf(api, key);
    const client = {
      ip: world.addresses.v4('rough', world.seed, hashText('stuffing-fast')),
      userAgent: random.chance(0.5) ? tool(random.u32()) : browser(random.u32()),
      identity: ANONYMOUS,
    };
    const attempts = Math.round(random.magnitude(200, 2500));
    const perSecond = random.magnitude(0.8, 12);
    const fits = random.magnitude(0.001, 0.01);
    let timeMs = startWithin(world, (attempts / perSecond) * 1000, random);
    for (let attempt = 0; attempt < attempts; attempt++) {
      timeMs += random.exponential(1000 / perSecond);
      yield timeMs;
      const status = random.chance(fits) ? 200 : 401;
      world.emit(makeCall({ api, route, timeMs, client, status, incident }, random));
    }
  },
};

/** The same over rented addresses, each slow enough to pass for a forgetful person. */
export const slowStuffing: TrafficSource = {
  name: 'credential-stuffing-slow',
  *run(world, random) {
    const [apiName, key] = random.pick(LOGINS);
    const api = world.api(apiName);
    const incident = world.incident('attack', 'credential-stuffing-slow', api);
    const route = routeOf(api, key);
    const owner = hashText('stuffing-slow');
    const addresses = random.int(4, 16);
    const pauseMs = random.magnitude(30, 240) * 1000;
    const durationMs = random.between(1.5, 6) * 3_600_000;
    const fromMs = startWithin(world, durationMs, random);
    const gapMs = pauseMs / addresses;
    for (let timeMs = fromMs; timeMs < fromMs + durationMs; timeMs += random.exponential(gapMs)) {
      yield timeMs;
      const turn = random.int(0, addresses - 1);
      const client = {
        ip: world.addresses.v4('rough', world.seed, owner + turn),
        userAgent: browser(owner + turn),
        identity: ANONYMOUS,
      };
      const status = random.chance(0.004) ? 200 : 401;
      world.emit(makeCall({ api, route, timeMs, client, status, incident }, random));
    }
  },
};
