import { routeOf } from '../apis.js';
import { jwt } from '../benign/population.js';
import { hashText, mix } from '../random.js';
import type { Client } from '../simulated-call.js';
import { phone } from '../user-agents.js';
import { makeCall, scaleOf, startWithin, type TrafficSource } from '../world.js';

/**
 * A signing key was rotated: every phone meets a few 401s with its old token, refreshes, and goes on. Thousands of
 * devices, many of them behind the same few carrier addresses.
 */
export const expiredTokenFleet: TrafficSource = {
  name: 'expired-token-fleet',
  *run(world, random) {
    const api = world.api('mobile-bff');
    const incident = world.incident('benign', 'expired-token-fleet', api);
    const owner = hashText('app-users:fleet');
    const devices = Math.round(Math.max(60, random.between(900, 1800) * scaleOf(world)));
    const durationMs = random.between(40, 120) * 60_000;
    let timeMs = startWithin(world, durationMs, random);
    const asked = ['GET /v2/home', 'GET /v2/feed', 'GET /v2/loyalty/points', 'GET /v2/messages'];
    for (let device = 0; device < devices; device++) {
      timeMs += random.exponential(durationMs / devices);
      yield timeMs;
      const who = mix(owner, device);
      const client: Client = {
        ip:
          who % 2 === 0
            ? world.addresses.carrier(owner, device, Math.max(8, Math.round(devices / 12)))
            : world.addresses.home(owner, device),
        userAgent: phone(who),
        identity: jwt(owner, device),
      };
      let atMs = timeMs;
      for (let tries = random.int(2, 5); tries > 0; tries--) {
        const route = routeOf(api, random.pick(asked));
        const refused = { status: 401, errorType: 'UNAUTHORIZED' };
        world.emit(makeCall({ api, route, timeMs: atMs, client, incident, ...refused }, random));
        atMs += random.logNormal(1500, 0.8);
      }
      for (const key of ['POST /v2/auth/refresh', 'GET /v2/home', 'GET /v2/feed']) {
        world.emit(makeCall({ api, route: routeOf(api, key), timeMs: atMs, client, incident }, random));
        atMs += random.logNormal(700, 0.5);
      }
    }
  },
};
