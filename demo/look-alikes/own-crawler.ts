import { routeOf } from '../apis.js';
import { hashText } from '../random.js';
import { ANONYMOUS } from '../simulated-call.js';
import { CRAWLER_AGENT } from '../user-agents.js';
import { makeCall, scaleOf, startWithin, type TrafficSource, unrouted } from '../world.js';

/** The company's own link checker: many distinct paths fast, under its own name, nearly all 200, some dead links. */
export const ownCrawler: TrafficSource = {
  name: 'own-crawler',
  *run(world, random) {
    const api = world.api('catalog');
    const incident = world.incident('benign', 'own-crawler', api);
    const client = {
      ip: world.addresses.v4('hosting', world.seed, hashText('own-crawler')),
      userAgent: CRAWLER_AGENT,
      identity: ANONYMOUS,
    };
    const pages = Math.round(Math.max(150, random.between(2500, 4500) * scaleOf(world)));
    const perSecond = random.between(4, 15);
    const deadLinks = random.between(0.01, 0.03);
    const item = routeOf(api, 'GET /items/{item}');
    let timeMs = startWithin(world, (pages / perSecond) * 1000, random);
    for (const key of ['GET /robots.txt', 'GET /sitemap.xml']) {
      yield timeMs;
      world.emit(makeCall({ api, route: routeOf(api, key), timeMs, client, incident }, random));
      timeMs += 400;
    }
    for (let page = 0; page < pages; page++) {
      timeMs += random.exponential(1000 / perSecond);
      yield timeMs;
      const draw = random.float();
      const dead = draw < deadLinks * 0.8 ? { status: 404 } : {};
      const call =
        draw > 1 - deadLinks * 0.2
          ? { route: undefined, path: `/old/${page}.html`, ...unrouted(api) }
          : { route: item, numbers: [page % 6000], ...dead };
      world.emit(makeCall({ api, timeMs, client, incident, ...call }, random));
    }
  },
};
