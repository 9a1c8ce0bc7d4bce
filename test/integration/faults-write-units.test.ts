import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { accessLine, bundleOf, type LogEvent, NOW_MS, subscriptionEvent, World } from './faults-world.js';

const ROUTES = [
  '/orders/{id}',
  '/orders',
  '/pets/{id}',
  '/users/{id}/profile',
  '/search',
  '/cart/{id}/items',
];

/** Ordinary traffic: `size` calls of 60 callers within some seconds, ids as random as AWS makes them, one call in 25 in error, and one in 100 at a path that is not there. */
function payloads(count: number, size: number): readonly (readonly LogEvent[])[] {
  const hex = (length: number) =>
    fc.array(fc.constantFrom(...'0123456789abcdef'), { minLength: length, maxLength: length });
  const one = fc.record({
    id: hex(32).map((digits) => digits.join('')),
    caller: fc.integer({ min: 1, max: 60 }),
    route: fc.constantFrom(...ROUTES),
    key: fc.integer({ min: 1, max: 100_000 }),
    error: fc.noBias(fc.nat(24)).map((number) => number === 0),
    gone: fc.noBias(fc.nat(99)).map((number) => number === 0),
    ms: fc.nat(8_000),
  });
  return fc
    .sample(fc.array(one, { minLength: size, maxLength: size }), { numRuns: count, seed: 11 })
    .map((calls, at) =>
      calls.map(({ id, caller, route, key, error, gone, ms }): LogEvent => {
        const time = NOW_MS - 600_000 + at * 8_000 + ms;
        const message = accessLine({
          requestId: id,
          ip: `198.51.100.${caller}`,
          requestTimeEpoch: time,
          httpMethod: 'GET',
          path: gone ? `/gone/${key}.html` : route.replace('{id}', String(key)),
          routeKey: gone ? '-' : `GET ${route}`,
          status: error || gone ? 404 : 200,
          protocol: 'HTTP/1.1',
          responseLength: 512 + (key % 900),
        });
        return { id: `e-${id}`, timestamp: time, message };
      }),
    );
}

describe('write units a call, all shipped rules on', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(() => world.close());

  it('stay within 0.08 for the trail and 0.05 for all else at 100 calls a payload of 60 callers', async () => {
    const { handler, units } = await world.container(bundleOf(shippedRules));
    const all = payloads(40, 100);
    // A container's first payloads write what it then remembers: endpoints, markers.
    for (const payload of all.slice(0, 10)) await handler(subscriptionEvent(payload));
    const before = { ...units };
    for (const payload of all.slice(10)) await handler(subscriptionEvent(payload));
    const perCall = (table: string) => ((units[table] ?? 0) - (before[table] ?? 0)) / 3_000;
    expect(perCall('Trail')).toBeGreaterThan(0);
    expect(perCall('Trail')).toBeLessThanOrEqual(0.08);
    expect(perCall('State') + perCall('Findings') + perCall('Inventory')).toBeLessThanOrEqual(0.05);
  });
});
