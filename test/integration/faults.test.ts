import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Bundle } from '../../core/bundle.js';
import type { Alert } from '../../core/ports/finding-store.js';
import type { RuleSource } from '../../core/sigma/rule-source.js';
import { correlation, eventRule } from '../unit/core/alerts/samples.js';
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

/** Rules of every kind, under content hashes of their own, so that the runs of a property do not meet in the store. */
function rulesOf(run: number): readonly RuleSource[] {
  const hash = (rule: number) => `${run.toString(16).padStart(24, '0')}${rule.toString(16).padStart(8, '0')}`;
  const match = { field: 'userAgent', modifiers: ['contains'], values: ['sqlmap'] };
  return [
    eventRule({ contentHash: hash(1) }),
    eventRule({
      id: 'scanner',
      title: 'Scanner',
      alerts: true,
      contentHash: hash(2),
      condition: { kind: 'match', match },
    }),
    correlation({ id: 'burst', threshold: 5, timespanMs: 60_000, contentHash: hash(3) }),
    correlation({
      id: 'probing',
      type: 'value_count',
      valueField: 'path',
      threshold: 4,
      timespanMs: 300_000,
      contentHash: hash(4),
    }),
    correlation({
      id: 'crowd',
      groupBy: ['apiId'],
      threshold: 12,
      timespanMs: 300_000,
      contentHash: hash(5),
    }),
    correlation({
      id: 'download',
      type: 'value_sum',
      valueField: 'responseBytes',
      operator: 'gt',
      threshold: 2000,
      timespanMs: 120_000,
      contentHash: hash(6),
    }),
    correlation({ id: 'few', operator: 'lt', threshold: 3, timespanMs: 120_000, contentHash: hash(7) }),
    correlation({
      id: 'slow',
      type: 'value_percentile',
      valueField: 'responseBytes',
      percentile: 75,
      threshold: 600,
      timespanMs: 120_000,
      contentHash: hash(8),
    }),
    correlation({
      id: 'burst-then-scanner',
      type: 'temporal_ordered',
      ruleIds: ['burst', 'scanner'],
      threshold: 2,
      timespanMs: 300_000,
      contentHash: hash(9),
    }),
    correlation({
      id: 'often-few',
      ruleIds: ['few'],
      threshold: 2,
      groupBy: [],
      timespanMs: 600_000,
      contentHash: hash(10),
    }),
  ];
}

const START_MS = NOW_MS - 3_600_000;

function logEvents(maxLength: number) {
  const event = fc.record({
    at: fc.nat(900_000),
    caller: fc.nat(3),
    path: fc.nat(5),
    status: fc.constantFrom(200, 401, 404, 404, 500),
    scanner: fc.nat(15).map((number) => number === 0),
  });
  return fc.array(event, { minLength: 1, maxLength }).map((events) =>
    events.map(
      ({ at, caller, path, status, scanner }, index): LogEvent => ({
        id: `event-${index}`,
        timestamp: START_MS + at,
        message: accessLine({
          requestId: `request-${index}`,
          ip: `192.0.2.${caller}`,
          requestTimeEpoch: START_MS + at,
          httpMethod: 'GET',
          path: `/shop/item-${path}`,
          routeKey: 'GET /shop/{item}',
          status,
          userAgent: scanner ? 'sqlmap/1.8' : 'curl/8.5.0',
          protocol: 'HTTP/1.1',
          responseLength: 256 * (path + 1),
        }),
      }),
    ),
  );
}

/** Each event one to five times, in any order, cut into payloads anywhere. */
function deliveries(events: readonly LogEvent[]) {
  return fc
    .array(fc.constantFrom(...events), { maxLength: events.length * 2 })
    .chain((again) => fc.shuffledSubarray([...events, ...again], { minLength: events.length + again.length }))
    .chain((order) =>
      fc
        .array(fc.integer({ min: 1, max: order.length }), { maxLength: 5 })
        .map((cuts) => [0, ...cuts.sort((a, b) => a - b), order.length])
        .map((cuts) => cuts.slice(1).map((to, at) => order.slice(cuts[at], to)))
        .map((payloads) => payloads.filter((payload) => payload.length > 0)),
    );
}

// As long as it takes: a machine shared with others is slow, not wrong.
describe('whatever goes wrong, the store ends as after one clean delivery', { timeout: 1_800_000 }, () => {
  let clean: World;
  let rough: World;
  let run = 0;
  let alerts = 0;

  beforeAll(async () => {
    clean = await World.open();
    rough = await World.open();
  });
  afterAll(async () => {
    await Promise.all([clean.close(), rough.close()]);
    // A law about alerts that never saw one has not been checked.
    expect(alerts).toBeGreaterThan(run / 10);
  });

  /** Compares what `deliver` leaves in one store with one clean delivery in another; each run has an API and rules of its own. */
  async function check(
    events: readonly LogEvent[],
    deliver: (world: World, bundle: Bundle) => Promise<void>,
  ): Promise<void> {
    run += 1;
    const apiId = `api${run}`;
    const rules = rulesOf(run);
    const bundle = bundleOf(rules, apiId);
    await (await clean.container(bundle)).handler(subscriptionEvent(events));
    await closeAll(clean, bundle);
    await deliver(rough, bundle);
    await closeAll(rough, bundle);
    const hashes = new Set(rules.map((rule) => rule.contentHash));
    const holds = (alert: Alert) => hashes.has(alert.ruleHash) && alert.status !== 'retracted';
    const contents = (world: World) => world.contents(apiId, holds);
    const [expected, actual] = [await contents(clean), await contents(rough)];
    expect(expected.calls).toHaveLength(new Set(events.map((event) => event.id)).size + 1);
    expect(actual).toEqual(expected);
    alerts += expected.alerts.length;
  }

  /** A call much later than all others, by which everything closes that waits for the watermark; the calls of a run lie within 15 minutes. */
  async function closeAll(world: World, bundle: Bundle): Promise<void> {
    const message = accessLine({
      requestId: `end-${run}`,
      requestTimeEpoch: NOW_MS,
      status: 200,
      path: '/end',
    });
    const end = { ...subscriptionEvent([{ id: 'end', timestamp: NOW_MS, message }]) };
    await (await world.container(bundle)).handler(end);
  }

  it('when payloads come one to five times, in any order, cut in any way, to one container or many', async () => {
    await fc.assert(
      fc.asyncProperty(
        logEvents(60).chain((events) => fc.tuple(fc.constant(events), deliveries(events))),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        ([events, payloads], times, isOneContainer) =>
          check(events, async (world, bundle) => {
            const one = await world.container(bundle);
            for (const payload of payloads) {
              for (let time = 0; time < times; time += 1) {
                const container = isOneContainer ? one : await world.container(bundle);
                await container.handler(subscriptionEvent(payload));
              }
            }
          }),
      ),
      { numRuns: RUNS },
    );
  });

  it('when containers work at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        logEvents(60).chain((events) => fc.tuple(fc.constant(events), deliveries(events))),
        ([events, payloads]) =>
          check(events, async (world, bundle) => {
            const containers = await Promise.all(payloads.map(() => world.container(bundle)));
            await Promise.all(
              containers.map((container, at) => container.handler(subscriptionEvent(payloads[at] ?? []))),
            );
          }),
      ),
      { numRuns: RUNS },
    );
  });

  it('when the container dies after any single write, and others carry on', async () => {
    const [events = []] = fc.sample(logEvents(40), { numRuns: 1, seed: 7 });
    const middle = Math.ceil(events.length / 2);
    const payloads = [events.slice(0, middle), events.slice(middle)];
    let died = 0;
    for (let crashAt = 0; ; crashAt += 1) {
      let isDead = false;
      await check(events, async (world, bundle) => {
        const weather = {
          before: () => {
            if (isDead) throw new Error('no container any more');
          },
          after: (_: string, count: number) => {
            if (count !== crashAt) return;
            isDead = true;
            throw new Error('the container died');
          },
        };
        await deliverThroughDeath(world, bundle, { weather, payloads });
      });
      if (!isDead) break;
      died += 1;
    }
    expect(died).toBeGreaterThan(20);
  });

  it('when a write fails and the same container gets the payload again', async () => {
    await fc.assert(
      fc.asyncProperty(logEvents(40), fc.array(fc.nat(90), { maxLength: 12 }), (events, failing) =>
        check(events, async (world, bundle) => {
          const failures = new Set(failing);
          const container = await world.container(bundle, {
            before: (operation, count) => {
              if (!failures.delete(count)) return;
              throw Object.assign(new Error(operation), { name: 'ProvisionedThroughputExceededException' });
            },
          });
          const middle = Math.ceil(events.length / 2);
          for (const payload of [events.slice(0, middle), events.slice(middle)])
            if (payload.length > 0)
              await deliverUntilTaken(() => container.handler(subscriptionEvent(payload)), failures);
        }),
      ),
      { numRuns: RUNS },
    );
  });
});

/** As Lambda does; but a failure that nobody injected is one of the product's. */
async function deliverUntilTaken(
  deliver: () => Promise<unknown>,
  failures: ReadonlySet<number>,
): Promise<void> {
  for (;;) {
    const left = failures.size;
    try {
      await deliver();
      return;
    } catch (error) {
      if (failures.size === left) throw error;
    }
  }
}
