import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { SEARCH_AGENT } from '../user-agents.js';
import { makeCall, scaleOf, type TrafficSource, unrouted } from '../world.js';

/** A search engine that visits all day from a handful of addresses, and still asks for pages long gone. */
export const searchBot: TrafficSource = {
  name: 'search-bot',
  *run(world, random) {
    const api = world.api('catalog');
    const incident = world.incident('benign', 'search-bot', api);
    const owner = hashText('search-bot');
    const perDay = Math.max(60, random.between(1500, 2500) * scaleOf(world));
    const gone = random.between(0.01, 0.03);
    for (let timeMs = world.startMs; ; ) {
      timeMs += random.exponential(86_400_000 / perDay);
      yield timeMs;
      const client = {
        ip: world.addresses.v4('search', owner, random.int(0, 5)),
        userAgent: SEARCH_AGENT,
        identity: ANONYMOUS,
      };
      const call = random.chance(gone)
        ? { route: undefined, path: `/p/${random.int(100, 9999)}`, ...unrouted(api) }
        : { route: routeOf(api, 'GET /items/{item}'), numbers: [random.int(0, 5999)] };
      world.emit(makeCall({ api, timeMs, client, incident, ...call }, random));
    }
  },
};
