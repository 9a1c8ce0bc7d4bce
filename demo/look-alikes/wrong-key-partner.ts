import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { partner } from '../user-agents.js';
import { makeCall, startWithin, type TrafficSource } from '../world.js';

/** A partner who deployed a mistyped API key: one refusal every half minute or so on one route, for hours. */
export const wrongKeyPartner: TrafficSource = {
  name: 'wrong-key-partner',
  *run(world, random) {
    const api = world.api('partner');
    const incident = world.incident('benign', 'wrong-key-partner', api);
    const route = routeOf(api, 'GET /stock');
    const client = {
      ip: world.addresses.v4('hosting', world.seed, hashText('wrong-key-partner')),
      userAgent: partner(random.u32()),
      identity: { kind: 'none' } as const,
    };
    const durationMs = random.between(3, 9) * 3_600_000;
    const periodMs = random.between(30, 60) * 1000;
    const fromMs = startWithin(world, durationMs, random);
    const refused = { status: 403, errorType: 'INVALID_API_KEY' };
    for (let timeMs = fromMs; timeMs < fromMs + durationMs; timeMs += periodMs * random.between(0.95, 1.05)) {
      yield timeMs;
      world.emit(makeCall({ api, route, timeMs, client, incident, ...refused }, random));
    }
  },
};
