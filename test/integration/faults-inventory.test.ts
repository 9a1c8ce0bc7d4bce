import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../core/bundle.js';
import { eventRule } from '../unit/core/alerts/samples.js';
import {
  accessLine,
  bundleOf,
  deliverThroughDeath,
  type LogEvent,
  NOW_MS,
  subscriptionEvent,
  World,
} from './faults-world.js';

/** Runs per property; the full size is for `npm run test:full`. */
const RUNS = Number(process.env['GATEWARDEN_FAULT_RUNS'] ?? 12);
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A rule over new endpoints of APIs older than a day, under a hash of its own, so that runs do not meet in the store. */
function ruleOf(run: number) {
  return eventRule({
    id: 'endpoint-appears',
    title: 'Endpoint appears',
    alerts: true,
    contentHash: run.toString(16).padStart(32, '0'),
    logsource: { product: 'aws', service: 'apigateway-inventory' },
    condition: { kind: 'match', match: { field: 'apiAgeHours', modifiers: ['gte'], values: [24] } },
  });
}

function visit(id: string, route: string, timeMs: number): LogEvent {
  const message = accessLine({
    requestId: id,
    ip: '192.0.2.1',
    requestTimeEpoch: timeMs,
    httpMethod: 'GET',
    path: route,
    routeKey: `GET ${route}`,
    status: 200,
    protocol: 'HTTP/1.1',
  });
  return { id, timestamp: timeMs, message };
}

/** Of the API's first day: nothing of it is news. */
const FIRST_DAY = ['/orders', '/pets'].map((route, at) => visit(`old-${at}`, route, NOW_MS - 30 * HOUR_MS));

/** Calls of a day later, over two hours, to known routes and new ones. */
const VISITS: fc.Arbitrary<readonly LogEvent[]> = fc
  .array(fc.record({ route: fc.nat(6), at: fc.nat(2 * HOUR_MS) }), { minLength: 2, maxLength: 20 })
  .map((visits) =>
    visits.map(({ route, at }, index) =>
      visit(`new-${index}`, route === 0 ? '/orders' : `/new-${route}`, NOW_MS - 3 * HOUR_MS + at),
    ),
  );

function halves(events: readonly LogEvent[]): readonly (readonly LogEvent[])[] {
  const middle = Math.ceil(events.length / 2);
  return [events.slice(0, middle), events.slice(middle)];
}

describe('the rules hear of each new endpoint exactly once', { timeout: 1_800_000 }, () => {
  let world: World;
  let run = 0;
  let told = 0;

  beforeAll(async () => {
    world = await World.open();
  });
  afterAll(async () => {
    await world.close();
    expect(told).toBeGreaterThan(0);
  });

  async function check(
    events: readonly LogEvent[],
    deliver: (bundle: Bundle) => Promise<void>,
  ): Promise<void> {
    run += 1;
    const rule = ruleOf(run);
    const bundle = bundleOf([rule], `api${run}`);
    await (await world.container(bundle)).handler(subscriptionEvent(FIRST_DAY));
    await deliver(bundle);
    const { alerts } = await world.contents(`api${run}`, ({ ruleHash }) => ruleHash === rule.contentHash);
    const expected = new Set(events.map(({ message }) => /"path":"([^"]*)"/.exec(message)?.[1] ?? ''));
    expected.delete('/orders');
    expect(alerts.map(({ group }) => group['route']).sort()).toEqual([...expected].sort());
    expect(alerts.every(({ count }) => count === 1)).toBe(true);
    told += alerts.length;
  }

  it('in whatever order and however often its calls come, to containers working at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        VISITS.chain((events) =>
          fc.tuple(fc.constant(events), fc.shuffledSubarray([...events], { minLength: events.length })),
        ),
        ([events, shuffled]) =>
          check(events, async (bundle) => {
            const payloads = [...halves(shuffled), ...halves(events)].filter(({ length }) => length > 0);
            const containers = await Promise.all(payloads.map(() => world.container(bundle)));
            await Promise.all(
              containers.map((container, at) => container.handler(subscriptionEvent(payloads[at] ?? []))),
            );
            const again = await world.container(bundle);
            for (const payload of payloads) await again.handler(subscriptionEvent(payload));
          }),
      ),
      { numRuns: RUNS },
    );
  });

  it('when the container dies before any single write, and others carry on', async () => {
    const events = Array.from({ length: 12 }, (_, at) =>
      visit(`new-${at}`, at % 4 === 0 ? '/orders' : `/new-${at % 5}`, NOW_MS - 3 * HOUR_MS + at * 400_000),
    );
    const payloads = halves(events);
    let died = 0;
    for (let crashAt = 0; ; crashAt += 1) {
      let isDead = false;
      await check(events, async (bundle) => {
        const weather = {
          before: (_: string, count: number) => {
            isDead ||= count === crashAt;
            if (isDead) throw new Error('no container any more');
          },
        };
        await deliverThroughDeath(world, bundle, { weather, payloads });
      });
      if (!isDead) break;
      died += 1;
    }
    expect(died).toBeGreaterThan(12);
  });

  it('and of each waking, when the container dies before any single write', async () => {
    const long = ['/orders', '/pets'].map((route, at) => visit(`long-${at}`, route, NOW_MS - 40 * DAY_MS));
    const payloads = [
      [visit('w-1', '/orders', NOW_MS - HOUR_MS), visit('w-2', '/new', NOW_MS - HOUR_MS + 1)],
      [visit('w-3', '/orders', NOW_MS - HOUR_MS - 5), visit('w-4', '/pets', NOW_MS - HOUR_MS)],
    ];
    let died = 0;
    for (let crashAt = 0; ; crashAt += 1) {
      run += 1;
      const rule = ruleOf(run);
      const bundle = bundleOf([rule], `api${run}`);
      await (await world.container(bundle)).handler(subscriptionEvent(long));
      let isDead = false;
      const dying = await world.container(bundle, {
        before: (_, count) => {
          isDead ||= count === crashAt;
          if (isDead) throw new Error('no container any more');
        },
      });
      for (const payload of payloads) await dying.handler(subscriptionEvent(payload)).catch(() => undefined);
      const next = await world.container(bundle);
      for (const payload of [...payloads].reverse()) await next.handler(subscriptionEvent(payload));
      const { alerts } = await world.contents(`api${run}`, ({ ruleHash }) => ruleHash === rule.contentHash);
      expect(alerts.map(({ group }) => `${group['change']} ${group['route']}`).sort()).toEqual([
        'endpoint-added /new',
        'endpoint-woken /orders',
        'endpoint-woken /pets',
      ]);
      expect(alerts.every(({ count }) => count === 1)).toBe(true);
      if (!isDead) break;
      died += 1;
    }
    expect(died).toBeGreaterThan(6);
  });

  it('when a write fails and the same container gets the payload again', async () => {
    await fc.assert(
      fc.asyncProperty(VISITS, fc.nat(40), (events, failsAt) =>
        check(events, async (bundle) => {
          let hasFailed = false;
          const container = await world.container(bundle, {
            before: (operation, count) => {
              if (count !== failsAt || hasFailed) return;
              hasFailed = true;
              throw Object.assign(new Error(operation), { name: 'ProvisionedThroughputExceededException' });
            },
          });
          for (const payload of halves(events)) {
            const deliver = () => container.handler(subscriptionEvent(payload));
            await deliver().catch((error: unknown) => {
              if (!hasFailed) throw error;
              return deliver();
            });
          }
        }),
      ),
      { numRuns: RUNS },
    );
  });

  it('and of none where the API itself is new', async () => {
    run += 1;
    const rule = ruleOf(run);
    const { handler } = await world.container(bundleOf([rule], `api${run}`));
    const first = Array.from({ length: 12 }, (_, at) =>
      visit(`first-${at}`, `/r${at}`, NOW_MS - (12 - at) * HOUR_MS),
    );
    for (const event of first) await handler(subscriptionEvent([event]));
    const { alerts } = await world.contents(`api${run}`, ({ ruleHash }) => ruleHash === rule.contentHash);
    expect(alerts).toEqual([]);
  });
});
