import { describe, expect, it } from 'vitest';
import type { BacktestRecord } from '../../core/backtest/backtest-record.js';
import type { Bundle } from '../../core/bundle.js';
import type { PoisonRecord } from '../../core/ports/state-store.js';
import { seeded } from '../support/dynamo/sample-calls.js';
import { collect, HOSTILE, START_MS, type StoresUnderTest } from './stores-under-test.js';

const DAY_MS = 86_400_000;

function bundle(version: string, routes: Bundle['routes'] = {}): Bundle {
  return {
    formatVersion: 1,
    version,
    rules: [],
    feeds: [],
    routes,
    templates: {},
    shards: { 'a1b2c3d4e5/prod': 8 },
    settings: { hotDays: 30, proxies: ['198.51.100.0/24'], keepExtra: [], redact: [] },
  };
}

/** Random names do not compress: the packed bundle is larger than one item may be. */
function largeBundle(version: string): Bundle {
  const random = seeded(1);
  const name = () => Array.from({ length: 40 }, () => Math.floor(random() * 36).toString(36)).join('');
  const routes = Array.from({ length: 30_000 }, () => ({ method: 'GET', template: `/${name()}` }));
  return bundle(version, { 'a1b2c3d4e5/prod': { routes } });
}

function poison(digest: string, position: number, changes: Partial<PoisonRecord> = {}): PoisonRecord {
  return {
    digest,
    position,
    feed: 'access-logs',
    reason: 'no format reads it',
    atMs: START_MS,
    body: 'not a line',
    truncated: false,
    ...changes,
  };
}

export function stateContract(current: () => StoresUnderTest): void {
  describe('secrets', () => {
    it('keep the first value that was given, for every container', async () => {
      const { stores, reopen } = current();
      const given = await Promise.all([stores.state.secret('s', 'one'), reopen().state.secret('s', 'two')]);
      expect(new Set(given).size).toBe(1);
      expect(await reopen().state.secret('s', 'three')).toBe(given[0]);
      expect(await stores.state.secret('other', 'four')).toBe('four');
    });
  });

  describe('leases', () => {
    it('go to one of many who ask at once, and to the next when given back', async () => {
      const { stores, reopen } = current();
      const asked = await Promise.all(
        Array.from({ length: 6 }, (_, at) => (at % 2 === 0 ? stores : reopen()).state.lease('alone', 60_000)),
      );
      const [held, ...others] = asked.filter((lease) => lease !== undefined);
      expect(held).toBeDefined();
      expect(others).toEqual([]);
      expect(await stores.state.lease('something else', 60_000)).toBeDefined();
      await held?.release();
      expect(await reopen().state.lease('alone', 60_000)).toBeDefined();
    });

    it('end when their time is over, and then cannot be given back for whoever came next', async () => {
      const { stores, reopen, setNow } = current();
      setNow(START_MS);
      const killed = await stores.state.lease(HOSTILE, 60_000);
      setNow(START_MS + 59_999);
      expect(await reopen().state.lease(HOSTILE, 60_000)).toBeUndefined();
      setNow(START_MS + 60_000);
      expect(await reopen().state.lease(HOSTILE, 60_000)).toBeDefined();
      await killed?.release();
      expect(await stores.state.lease(HOSTILE, 60_000)).toBeUndefined();
      setNow(START_MS);
    });
  });

  describe('bundles', () => {
    it('publishes a bundle larger than an item, and reads it as one version', async () => {
      const { stores, reopen, setNow } = current();
      setNow(START_MS);
      expect(await stores.state.bundle()).toBeUndefined();
      expect(await stores.state.bundleVersion()).toBeUndefined();
      const large = largeBundle('v1');
      expect(await stores.state.publishBundle(large, undefined)).toBe(true);
      expect(await reopen().state.bundle()).toEqual(large);
      expect(await stores.state.bundleVersion()).toBe('v1');
    });

    it('refuses one that no container of ingest could hold, whoever publishes it, and keeps the one before', async () => {
      const { state } = current().stores;
      const before = await state.bundleVersion();
      const feeds = Array.from({ length: 9 }, (_, at) => ({
        ...largeBundle('v').feeds[0],
        feed: `group-${at}`,
        format: 'x'.repeat(2 * 1024 * 1024),
      }));
      const huge = { ...largeBundle('huge'), feeds } as Bundle;
      await expect(state.publishBundle(huge, before)).rejects.toMatchObject({ code: 'bundle.oversized' });
      expect(await state.bundleVersion()).toBe(before);
    });

    it('switches only from the version that was read', async () => {
      const { state } = current().stores;
      expect(await state.publishBundle(bundle('v2'), undefined)).toBe(false);
      expect(await state.publishBundle(bundle('v2'), 'v0')).toBe(false);
      expect(await state.bundleVersion()).toBe('v1');
      expect(await state.publishBundle(bundle('v2'), 'v1')).toBe(true);
      expect(await state.bundle()).toEqual(bundle('v2'));
    });

    it('is always one whole version while others publish', async () => {
      const { stores, reopen } = current();
      const reading = Array.from({ length: 10 }, () => reopen().state.bundle());
      const switched = await stores.state.publishBundle(bundle('v3'), 'v2');
      for (const read of await Promise.all(reading)) expect(['v2', 'v3']).toContain(read?.version);
      expect(switched).toBe(true);
    });

    it('can be published again after it was replaced, and then stays', async () => {
      const { stores, setNow } = current();
      expect(await stores.state.publishBundle(bundle('v2'), 'v3')).toBe(true);
      setNow(START_MS + 30 * DAY_MS);
      expect(await stores.state.bundle()).toEqual(bundle('v2'));
      expect(await stores.state.publishBundle(bundle('v2'), 'v2')).toBe(true);
      expect(await stores.state.bundle()).toEqual(bundle('v2'));
      setNow(START_MS);
    });
  });

  describe('records set aside', () => {
    it('keeps a record once, for 14 days', async () => {
      const { stores, setNow } = current();
      const { state } = stores;
      await state.putPoison(poison('p1', 0));
      await state.putPoison(poison('p1', 0, { reason: 'another', atMs: START_MS + 5 }));
      await state.putPoison(poison('p1', 1, { atMs: START_MS + DAY_MS }));
      expect(await collect(state.poison(START_MS))).toEqual([
        poison('p1', 0),
        poison('p1', 1, { atMs: START_MS + DAY_MS }),
      ]);
      expect(await collect(state.poison(START_MS + 1))).toHaveLength(1);
      setNow(START_MS + 14 * DAY_MS);
      expect((await collect(state.poison(0))).map(({ position }) => position)).toEqual([1]);
      setNow(START_MS);
    });

    it('keeps where a record stood in its feed', async () => {
      const { state } = current().stores;
      const feed = {
        feed: 'access-logs',
        trust: 'gateway',
        accountId: '123456789012',
        region: undefined,
        apiId: 'a1b2c3d4e5',
        stage: undefined,
        apiType: 'http',
      } as const;
      const origin = { eventId: 'e1', position: 'stream/e1', timeMs: 0, feed };
      await state.putPoison(poison('p2', 1, { origin }));
      expect((await collect(state.poison(0))).find(({ digest }) => digest === 'p2')?.origin).toEqual(origin);
      await state.deletePoison('p2', 1);
    });

    it('deletes a record, and deleting it again does no harm', async () => {
      const { state } = current().stores;
      await state.deletePoison('p1', 1);
      await state.deletePoison('p1', 1);
      expect((await collect(state.poison(0))).map(({ position }) => position)).toEqual([0]);
    });

    it('cuts a record to 64 KiB and says so', async () => {
      const { state } = current().stores;
      await state.putPoison(poison(HOSTILE, 7, { feed: HOSTILE, reason: HOSTILE, body: HOSTILE.repeat(20) }));
      const [kept] = (await collect(state.poison(0))).filter(({ position }) => position === 7);
      expect(kept?.truncated).toBe(true);
      expect(Buffer.byteLength(kept?.body ?? '')).toBeLessThanOrEqual(64 * 1024);
      await state.deletePoison(HOSTILE, 7);
      expect((await collect(state.poison(0))).filter(({ position }) => position === 7)).toEqual([]);
    });
  });

  describe('lines of split requests', () => {
    it('keeps the lines of a split request by key, each part once, until the payload cannot come again', async () => {
      const { stores, setNow } = current();
      const { state } = stores;
      const line = (id: number, text: string) => ({ eventId: `event-${id}`, timeMs: START_MS + id, text });
      const part = (digest: string, ...lines: ReturnType<typeof line>[]) =>
        ({ key: 'split-1', digest, atMs: START_MS, lines }) as const;
      await state.putWaiting(part('w1', line(1, 'first'), line(2, HOSTILE)));
      await state.putWaiting(part('w1', line(1, 'another')));
      await state.putWaiting(part('w2', line(3, 'third')));
      expect(await state.waiting('split-1')).toEqual([line(1, 'first'), line(2, HOSTILE), line(3, 'third')]);
      expect(await state.waiting('split-2')).toEqual([]);
      setNow(START_MS + 26 * 3_600_000 + 1_000);
      expect(await state.waiting('split-1')).toEqual([]);
      setNow(START_MS);
    });
  });

  describe('cursors and counters', () => {
    it('remembers a cursor under any name', async () => {
      const { stores, reopen } = current();
      for (const name of ['learn', HOSTILE, '/var/log/../x y.log']) {
        expect(await stores.state.cursor(name)).toBeUndefined();
        await stores.state.setCursor(name, '{"offset":1}');
        await stores.state.setCursor(name, '{"offset":2}');
        expect(await reopen().state.cursor(name)).toBe('{"offset":2}');
      }
    });

    it('adds up counters of a day, from many writers at once', async () => {
      const { state } = current().stores;
      await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          state.count(START_MS, { calls: 100, rejected: at % 2, late: 0 }),
        ),
      );
      await state.count(START_MS, {});
      expect(await state.counts(START_MS + DAY_MS / 3)).toEqual({ calls: 2000, rejected: 10 });
      expect(await state.counts(START_MS + 3 * DAY_MS)).toEqual({});
    });
  });

  describe('life cycles', () => {
    it('keep the last decision of each rule and content', async () => {
      const { state } = current().stores;
      const record = {
        ruleId: HOSTILE,
        contentHash: 'aa'.repeat(16),
        state: 'shadow',
        atMs: START_MS,
        by: 'ana',
        forced: false,
      } as const;
      expect(await state.lifeCycle()).toEqual([]);
      await state.setLifeCycle(record);
      await state.setLifeCycle({ ...record, contentHash: 'bb'.repeat(16) });
      await state.setLifeCycle({ ...record, state: 'active', forced: true });
      const records = await state.lifeCycle();
      expect(records.map(({ state: now, forced }) => `${now} ${forced}`).sort()).toEqual([
        'active true',
        'shadow false',
      ]);
    });

    it('say why, where nobody decided', async () => {
      const { state } = current().stores;
      const record = { ruleId: 'r', contentHash: 'cc'.repeat(16), state: 'shadow', atMs: START_MS } as const;
      await state.setLifeCycle({ ...record, by: 'budget', forced: false, reason: 'too many' });
      expect(await state.lifeCycle()).toContainEqual(expect.objectContaining({ reason: 'too many' }));
      await state.setLifeCycle({ ...record, by: 'ana', forced: true });
      expect((await state.lifeCycle()).filter(({ reason }) => reason !== undefined)).toEqual([]);
    });
  });

  describe('backtests', () => {
    // As long as this one is, only its beginning is kept to be read.
    const ruleId = expect.stringContaining(HOSTILE.slice(0, 20));
    const record: BacktestRecord = {
      ruleId: HOSTILE,
      contentHash: 'aa'.repeat(16),
      ranAs: 'bb'.repeat(16),
      atMs: START_MS,
      sinceMs: START_MS - 7 * DAY_MS,
      untilMs: START_MS,
      alerts: 3,
      exposureDays: 6.5,
      calls: 1_000_000,
      perDay: 3 / 6.5,
      upperBound: 1.19,
    };

    it('are kept one for each rule and content, the newest', async () => {
      const { state } = current().stores;
      await state.putBacktest(record);
      await state.putBacktest({ ...record, alerts: 4 });
      await state.putBacktest({ ...record, contentHash: 'cc'.repeat(16), alerts: 5 });
      expect(await state.backtest(HOSTILE, 'aa'.repeat(16))).toEqual({ ...record, ruleId, alerts: 4 });
      expect(await state.backtest(HOSTILE, 'dd'.repeat(16))).toBeUndefined();
      expect(await state.backtest('other', 'aa'.repeat(16))).toBeUndefined();
    });

    it('keep that there was no bound, and are forgotten when they are old', async () => {
      const { state } = current().stores;
      const unbounded = { ...record, alerts: 0, calls: 0, upperBound: Number.POSITIVE_INFINITY };
      await state.putBacktest(unbounded);
      expect(await state.backtest(HOSTILE, record.contentHash)).toEqual({ ...unbounded, ruleId });
      await state.putBacktest({ ...record, atMs: START_MS - 60 * DAY_MS });
      expect(await state.backtest(HOSTILE, record.contentHash)).toBeUndefined();
    });
  });
}
