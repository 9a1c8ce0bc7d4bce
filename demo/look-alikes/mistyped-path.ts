import { jwt } from '../benign/population.js';
import { hashText, mix } from '../random.js';
import { phone } from '../user-agents.js';
import { makeCall, scaleOf, startWithin, type TrafficSource, unrouted } from '../world.js';

/** One app version asks for `/v2/promotoins`: a 404 on a single path from very many phones. */
export const mistypedPath: TrafficSource = {
  name: 'mistyped-path',
  *run(world, random) {
    const api = world.api('mobile-bff');
    const incident = world.incident('benign', 'mistyped-path', api);
    const owner = hashText('mistyped-path');
    const phones = Math.round(Math.max(40, random.between(500, 1200) * scaleOf(world)));
    const durationMs = Math.min((world.endMs - world.startMs) * 0.6, random.between(6, 20) * 3_600_000);
    let timeMs = startWithin(world, durationMs, random);
    for (let n = 0; n < phones; n++) {
      timeMs += random.exponential(durationMs / phones);
      yield timeMs;
      const client = {
        ip: world.addresses.carrier(owner, n, Math.max(20, Math.round(phones / 5))),
        userAgent: phone(mix(owner, n), '5.3.1'),
        identity: jwt(owner, n),
      };
      let atMs = timeMs;
      for (let tries = random.int(1, 3); tries > 0; tries--) {
        const missing = { route: undefined, path: '/v2/promotoins', ...unrouted(api) };
        world.emit(makeCall({ api, timeMs: atMs, client, incident, ...missing }, random));
        atMs += random.logNormal(20_000, 1);
      }
    }
  },
};
