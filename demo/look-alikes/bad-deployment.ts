import { startWithin, type TrafficSource } from '../world.js';

/** A deployment that answers 500 to everyone for about five minutes, until it is rolled back. */
export const badDeployment: TrafficSource = {
  name: 'bad-deployment',
  *run(world, random) {
    const api = world.api('storefront');
    const durationMs = random.between(4, 6) * 60_000;
    const day = Math.floor(startWithin(world, durationMs, random) / 86_400_000) * 86_400_000;
    // Teams deploy in the daytime.
    const fromMs = Math.max(world.startMs, day + random.between(8, 16) * 3_600_000);
    yield fromMs;
    world.outage(api, fromMs, fromMs + durationMs, world.incident('benign', 'bad-deployment', api));
  },
};
