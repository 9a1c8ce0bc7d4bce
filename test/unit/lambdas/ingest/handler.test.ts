import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  API_ID,
  accessLine,
  bundleOf,
  kinesisEvent,
  type LogEvent,
  NOW_MS,
  subscriptionEvent,
  World,
} from '../../../integration/faults-world.js';
import { correlation, eventRule } from '../../core/alerts/samples.js';

const RULES = [eventRule(), correlation({ threshold: 5 })];
const BUNDLE = bundleOf(RULES);

function events(
  count: number,
  from = 0,
  overrides: Readonly<Record<string, string | number>> = {},
): LogEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    id: `event-${from + at}`,
    timestamp: NOW_MS - 60_000 + at,
    message: accessLine({
      requestId: `request-${from + at}`,
      ip: '192.0.2.7',
      requestTimeEpoch: NOW_MS - 60_000 + at,
      httpMethod: 'GET',
      path: `/pets/${from + at}`,
      routeKey: 'GET /pets/{id}',
      status: 404,
      protocol: 'HTTP/1.1',
      responseLength: 12,
      ...overrides,
    }),
  }));
}

async function counts(world: World) {
  const container = await world.container(BUNDLE);
  return container.stores.state.counts(Math.floor(NOW_MS / 86_400_000) * 86_400_000);
}

async function poison(world: World) {
  const found = [];
  const { stores } = await world.container(BUNDLE);
  for await (const record of stores.state.poison(0)) found.push(record);
  return found.sort((a, b) => a.position - b.position);
}

describe('the ingest function', () => {
  let world: World;
  beforeEach(async () => {
    world = await World.open();
  });
  afterEach(() => world.close());

  it('turns a subscription payload into trail, endpoints, counts, and an alert with its evidence', async () => {
    const { handler, stores, telemetry } = await world.container(BUNDLE);
    expect(await handler(subscriptionEvent(events(8)))).toEqual({ batchItemFailures: [] });
    const { alerts, calls } = await world.contents();
    expect(calls.map((call) => call.id)).toEqual(
      events(8).map((_, at) => expect.stringContaining(`request-${at}`)),
    );
    expect(alerts).toMatchObject([
      { ruleId: 'many-errors', group: { sourceIp: '192.0.2.7' }, count: 8, threshold: 5 },
    ]);
    expect(await stores.trail.evidence(alerts[0]?.id ?? '')).toHaveLength(8);
    const [api] = await stores.inventory.apis();
    expect(api).toMatchObject({ apiId: API_ID, accountId: '123456789012' });
    expect(api === undefined ? [] : await stores.inventory.endpoints(api)).toMatchObject([
      { method: 'GET', route: '/pets/{id}' },
    ]);
    expect(await counts(world)).toMatchObject({ payloads: 1, calls: 8, alerts: 1 });
    expect(telemetry.lines.find((line) => line.event === 'payload')).toMatchObject({
      counts: { Calls: 8 },
      facts: { api: API_ID, newAlerts: 1, waiting: 0, unlisted: 0 },
    });
  });

  it('changes nothing when the same event comes again, and counts the duplicates', async () => {
    const event = subscriptionEvent(events(8));
    await (await world.container(BUNDLE)).handler(event);
    const first = await world.contents();
    await (await world.container(BUNDLE)).handler(event);
    expect(await world.contents()).toEqual(first);
    expect(await counts(world)).toMatchObject({ payloads: 2, duplicates: 8, alerts: 1 });
  });

  it('sets a record aside that cannot be read, with its reason, and lets the rest through', async () => {
    const [first, , third] = events(3);
    const broken = { id: 'broken', timestamp: NOW_MS, message: '\u0000\u0001 ??? not a log line' };
    const { handler, telemetry } = await world.container(BUNDLE);
    await handler(subscriptionEvent([first, broken, third].flatMap((event) => event ?? [])));
    expect((await world.contents()).calls).toHaveLength(2);
    expect(await poison(world)).toMatchObject([
      { position: 2, feed: 'pets-access', body: broken.message, reason: expect.stringMatching(/./) },
    ]);
    expect(await counts(world)).toMatchObject({ calls: 2, rejected: 1, poison: 1 });
    expect(telemetry.lines.find((line) => line.event === 'records.rejected')).toMatchObject({
      level: 'warn',
      facts: { rejected: 1, setAside: 1, record: 2 },
    });
  });

  it('keeps only the first hundred of records that nothing can read, and counts the rest', async () => {
    const junk = Array.from({ length: 130 }, (_, at) => ({
      id: `j${at}`,
      timestamp: NOW_MS,
      message: `\u0001${at}`,
    }));
    await (await world.container(BUNDLE)).handler(subscriptionEvent(junk));
    expect(await poison(world)).toHaveLength(100);
    expect(await counts(world)).toMatchObject({ rejected: 130, poison: 100, unkept: 30 });
  });

  it('answers a control message and stores nothing', async () => {
    const { handler, writes } = await world.container(BUNDLE);
    const control = [
      { id: '', timestamp: NOW_MS, message: 'CWL CONTROL MESSAGE: Checking health of destination' },
    ];
    await handler(
      subscriptionEvent(control, { messageType: 'CONTROL_MESSAGE', owner: 'CloudwatchLogs', logGroup: '' }),
    );
    expect(writes()).toBe(1);
    expect(await counts(world)).toEqual({ control: 1 });
  });

  it.each([
    ['truncated gzip', { awslogs: { data: gzipSync('x'.repeat(1000)).subarray(0, 12).toString('base64') } }],
    ['bytes that are not gzip', { awslogs: { data: Buffer.from('hello').toString('base64') } }],
    ['text that is not base64', { awslogs: { data: '%%%' } }],
    ['an event of another kind', { Records: 'none' }],
    ['nothing', undefined],
  ])('throws on %s, so that the failure destination gets the event', async (_, event) => {
    const { handler, telemetry } = await world.container(BUNDLE);
    await expect(handler(event)).rejects.toMatchObject({ code: 'payload.unreadable' });
    expect(telemetry.events()).toContain('payload.given-back');
    expect(await counts(world)).toMatchObject({ givenBack: 1 });
  });

  it('throws when a store fails, and finishes when the event comes again', async () => {
    const event = subscriptionEvent(events(8));
    const throttled = await world.container(BUNDLE, {
      before: (operation, count) => {
        if (count === 6)
          throw Object.assign(new Error(operation), { name: 'ProvisionedThroughputExceededException' });
      },
    });
    await expect(throttled.handler(event)).rejects.toMatchObject({ code: 'store.throttled' });
    expect((await world.contents()).alerts).toEqual([]);
    await throttled.handler(event);
    expect((await world.contents()).alerts).toHaveLength(1);
  });

  it('names only the Kinesis records that failed, and takes the others', async () => {
    const { handler } = await world.container(BUNDLE, {
      before: (operation, count) => {
        // Of all together, then of the first alone.
        if (count < 2) throw new Error(operation);
      },
    });
    const answer = await handler(kinesisEvent([events(3), events(3, 10), events(3, 20)]));
    expect(answer.batchItemFailures).toHaveLength(1);
    expect((await world.contents()).calls).toHaveLength(6);
  });

  it('gives all Kinesis records back at once when the store throttles, and asks it no more', async () => {
    let asked = 0;
    const { handler } = await world.container(BUNDLE, {
      before: (operation) => {
        asked += 1;
        throw Object.assign(new Error(operation), { name: 'ProvisionedThroughputExceededException' });
      },
    });
    const answer = await handler(kinesisEvent([events(3), events(3, 10), events(3, 20)]));
    expect(answer.batchItemFailures).toHaveLength(3);
    expect(asked).toBeLessThan(5);
  });

  it('does not gather Kinesis records without end, be there calls in them or not', async () => {
    const junk = (from: number): LogEvent[] =>
      Array.from({ length: 1_500 }, (_, at) => ({
        id: `junk-${from + at}`,
        timestamp: NOW_MS,
        message: `\u0001${from + at}`,
      }));
    const { handler, compiled, stores } = await world.container(BUNDLE);
    const order: string[] = [];
    const { decodeEvent } = compiled.decoder;
    vi.spyOn(compiled.decoder, 'decodeEvent').mockImplementation((...event) => {
      order.push('read');
      return decodeEvent(...event);
    });
    const { putPoison } = stores.state;
    vi.spyOn(stores.state, 'putPoison').mockImplementation((...poison) => {
      order.push('set aside');
      return putPoison(...poison);
    });
    await handler(kinesisEvent(Array.from({ length: 4 }, (_, at) => junk(at * 1_500))));
    // What was read first is done with before the last one is read.
    expect(order.indexOf('set aside')).toBeLessThan(order.lastIndexOf('read'));
    expect(await counts(world)).toMatchObject({ rejected: 6_000 });
  });

  it('stores the payloads of a Kinesis batch as one, and the same when they come in another order, or twice', async () => {
    const payloads = [events(3), events(3, 10), events(3, 20)];
    await (await world.container(BUNDLE)).handler(kinesisEvent(payloads));
    const first = await world.contents();
    expect(first.calls).toHaveLength(9);
    expect(await counts(world)).toMatchObject({ payloads: 1, calls: 9, alerts: 1 });
    await (await world.container(BUNDLE)).handler(kinesisEvent([...payloads, ...payloads].reverse()));
    expect(await world.contents()).toEqual(first);
    expect(await counts(world)).toMatchObject({ duplicates: 9, alerts: 1 });
  });

  it('sets an unreadable Kinesis record aside instead of jamming its shard, unless it is too large to keep', async () => {
    const { handler } = await world.container(BUNDLE);
    const answer = await handler(
      kinesisEvent([events(3), Buffer.from('not gzip'), Buffer.alloc(100_000, 1), events(3, 20)]),
    );
    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: expect.stringMatching(/2$/) }]);
    expect((await world.contents()).calls).toHaveLength(6);
    expect(await poison(world)).toMatchObject([{ feed: 'unreadable' }]);
  });

  it('keeps calls older than 36 hours in the trail, counts them, and judges them by no rule', async () => {
    const old = NOW_MS - 37 * 3_600_000;
    const late = events(8, 0, { requestTimeEpoch: old }).map((event) => ({ ...event, timestamp: old }));
    await (await world.container(BUNDLE)).handler(subscriptionEvent(late));
    const { alerts, calls } = await world.contents();
    expect(calls).toHaveLength(8);
    expect(alerts).toEqual([]);
    expect(await counts(world)).toMatchObject({ late: 8 });
  });

  it('bears 10 KB of hostile text in every field a caller writes', async () => {
    const huge = `\u202e${'x'.repeat(5_000)}\u0000"}#\u{1f600}\ud800${'y'.repeat(5_000)}`;
    const rules = [
      eventRule({ alerts: true }),
      ...(['path', 'userAgent', 'principal', 'method', 'route', 'sourceIp', 'requestId'] as const).map(
        (field, at) =>
          correlation({ id: field, threshold: 1, groupBy: [field], contentHash: `${at}`.repeat(32) }),
      ),
    ];
    const { handler } = await world.container(bundleOf(rules));
    const fields = {
      path: `/${huge}`,
      userAgent: huge,
      httpMethod: huge,
      routeKey: `GET /${huge}`,
      ip: huge,
      requestId: huge,
      user: huge,
      caller: huge,
      error: huge,
    };
    await handler(subscriptionEvent(events(2, 0, fields)));
    const { alerts } = await world.contents();
    expect(alerts.length).toBeGreaterThanOrEqual(4);
    for (const alert of alerts) {
      expect(JSON.stringify(alert).length).toBeLessThan(8_000);
      expect(alert.why).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
  });
});
