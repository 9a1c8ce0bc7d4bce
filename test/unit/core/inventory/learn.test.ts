import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { Fault } from '../../../../core/fault.js';
import { createAttributor } from '../../../../core/inventory/attribute.js';
import { LEARN_CURSOR, learn } from '../../../../core/inventory/learn.js';
import { openInventoryView } from '../../../../core/inventory/read-endpoints.js';
import { UNMATCHED_ROUTE } from '../../../../core/inventory/route-evidence.js';
import { MemoryPorts } from './memory-ports.js';
import { testCall } from './test-call.js';

const HOUR_MS = 3_600_000;
const HOUR = Date.UTC(2024, 2, 9, 10);
const NOW = HOUR + 2 * HOUR_MS;
const names =
  'amber birch cedar dune ember fjord grove heron iris juniper kelp lotus maple nectar onyx pearl'.split(' ');

const call = (minute: number, path: string, status = 200): ApiCall =>
  testCall({ id: `${minute} ${path} ${status}`, timeMs: HOUR + minute * 60_000, path, status });

const run = (memory: MemoryPorts, nowMs = NOW) =>
  learn(memory.ports(), { nowMs, oldestMs: nowMs - 48 * HOUR_MS, hasTime: () => true });

const counts = (memory: MemoryPorts) =>
  [...memory.folds.values()].map(({ hourMs, endpoints }) => [
    hourMs,
    Object.fromEntries(Object.entries(endpoints).map(([label, { statuses }]) => [label, statuses])),
  ]);

describe('learn', () => {
  it('folds the calls of an hour by endpoint and status, with first and last event', async () => {
    const memory = new MemoryPorts();
    memory.ingest([call(1, '/users/1'), call(2, '/users/2'), call(3, '/users/3', 500)], {
      digest: 'aa',
      arrivalMs: NOW,
    });
    await run(memory);
    expect([...memory.folds.values()]).toEqual([
      {
        accountId: '123456789012',
        region: 'eu-central-1',
        apiId: 'a1b2c3d4e5',
        stage: 'prod',
        hourMs: HOUR,
        endpoints: {
          'GET /users/{id}': {
            statuses: { '200': 2, '500': 1 },
            firstMs: HOUR + 60_000,
            lastMs: HOUR + 180_000,
          },
        },
      },
    ]);
  });

  it('counts a call once, however many segments it lies in', async () => {
    const memory = new MemoryPorts();
    const calls = [call(1, '/a'), call(2, '/b'), call(3, '/c'), call(4, '/d')];
    memory.ingest(calls, { digest: 'aa', arrivalMs: NOW });
    memory.ingest(calls.slice(1, 3), { digest: 'bb', arrivalMs: NOW });
    memory.ingest(calls.slice(2), { digest: 'cc', arrivalMs: NOW });
    await run(memory);
    expect(counts(memory)).toEqual([
      [
        HOUR,
        { 'GET /a': { '200': 1 }, 'GET /b': { '200': 1 }, 'GET /c': { '200': 1 }, 'GET /d': { '200': 1 } },
      ],
    ]);
  });

  it('reads no more than one segment an hour where none overlap', async () => {
    const memory = new MemoryPorts();
    for (let i = 0; i < 10; i++)
      memory.ingest([call(i * 5, '/a'), call(i * 5 + 1, '/a')], { digest: `a${i}`, arrivalMs: NOW });
    await run(memory);
    expect(counts(memory)).toEqual([[HOUR, { 'GET /a': { '200': 20 } }]]);
    expect(memory.segmentsRead).toBe(1);
  });

  it('counts the same whatever the cuts and the order of the payloads', async () => {
    const calls = Array.from({ length: 40 }, (_, i) => call(i % 25, `/users/${i}`, i % 3 === 0 ? 404 : 200));
    const once = new MemoryPorts();
    once.ingest(calls, { digest: 'ee', arrivalMs: NOW });
    await run(once);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(39), fc.nat(39)), { maxLength: 6 }), async (cuts) => {
        const memory = new MemoryPorts();
        for (const [i, [a, b]] of cuts.entries()) {
          memory.ingest(calls.slice(Math.min(a, b), Math.max(a, b) + 1), { digest: `c${i}`, arrivalMs: NOW });
        }
        memory.ingest(calls, { digest: 'ee', arrivalMs: NOW });
        await run(memory);
        expect(counts(memory)).toEqual(counts(once));
      }),
      { numRuns: 30 },
    );
  });

  it('folds an old hour again when late calls arrive for it', async () => {
    const memory = new MemoryPorts();
    memory.ingest([call(1, '/a')], { digest: 'aa', arrivalMs: NOW });
    await run(memory);
    memory.ingest([call(30, '/a')], { digest: 'bb', arrivalMs: NOW + 20 * HOUR_MS });
    await run(memory, NOW + 20 * HOUR_MS);
    expect(counts(memory)).toEqual([[HOUR, { 'GET /a': { '200': 2 } }]]);
  });

  it('leaves alone what was folded long ago', async () => {
    const memory = new MemoryPorts();
    memory.ingest([call(1, '/a')], { digest: 'aa', arrivalMs: NOW });
    await run(memory);
    expect((await run(memory, NOW + 5 * HOUR_MS)).hours).toBe(1);
    expect((await run(memory, NOW + 6 * HOUR_MS)).hours).toBe(0);
  });

  it('learns a parameter from distinct words, and publishes it once', async () => {
    const memory = new MemoryPorts();
    memory.ingest(
      names.map((name, i) => call(i, `/shops/${name}/products`)),
      { digest: 'aa', arrivalMs: NOW },
    );
    const first = await run(memory);
    expect(first.published).toBeDefined();
    expect(first.published).toBe(memory.published?.version);
    expect((await run(memory)).published).toBeUndefined();
    const attributor = createAttributor(memory.published ?? memory.shipped);
    expect(attributor.routeOf(call(1, '/shops/new-one/products')).route).toBe('/shops/{name}/products');
    expect(attributor.routeOf(call(1, '/shops/new-one/products', 404)).route).toBe('/shops/{name}/products');
    expect(attributor.routeOf(call(1, '/wp-login.php', 404)).route).toBe(UNMATCHED_ROUTE);
  });

  it('learns nothing of an API whose lines name their routes', async () => {
    const memory = new MemoryPorts();
    const calls = names.map((name, i) => ({
      ...call(i, `/shops/${name}`),
      route: `/shops/${name}`,
      routeSource: 'line' as const,
    }));
    memory.ingest(calls, { digest: 'aa', arrivalMs: NOW });
    await run(memory);
    expect(memory.published).toBeUndefined();
  });

  it('says so when what it learned does not fit into the bundle, and moves on: the counts are kept', async () => {
    const memory = new MemoryPorts();
    memory.ingest(
      names.map((name, i) => call(i, `/shops/${name}/products`)),
      { digest: 'aa', arrivalMs: NOW },
    );
    const ports = memory.ports();
    const publishBundle = async () => {
      throw new Fault('bundle.oversized', { version: 'x' });
    };
    const full = { ...ports, state: { ...ports.state, publishBundle } };
    const options = { nowMs: NOW, oldestMs: HOUR, hasTime: () => true };
    const report = await learn(full, options);
    expect(report).toMatchObject({ published: undefined, tooLarge: { code: 'bundle.oversized' } });
    expect(report.folds).toBeGreaterThan(0);
    expect(await ports.state.cursor('learn')).toBeDefined();
  });

  it('puts what it learned on top of a bundle that was published meanwhile', async () => {
    const memory = new MemoryPorts();
    memory.ingest(
      names.map((name, i) => call(i, `/shops/${name}/products`)),
      { digest: 'aa', arrivalMs: NOW },
    );
    const ports = memory.ports();
    let raced = false;
    const racing = {
      ...ports,
      state: {
        ...ports.state,
        publishBundle: (...args: Parameters<typeof ports.state.publishBundle>) => {
          if (!raced)
            memory.published = { ...memory.shipped, version: 'rules-changed', shards: { 'x/y': 8 } };
          raced = true;
          return ports.state.publishBundle(...args);
        },
      },
    };
    await learn(racing, { nowMs: NOW, oldestMs: HOUR, hasTime: () => true });
    expect(memory.published?.shards).toEqual({ 'x/y': 8 });
    expect(memory.published?.templates['a1b2c3d4e5']?.positions).toHaveLength(1);
  });

  it('ends the same after a crash between any two writes and a run again', async () => {
    const fill = (memory: MemoryPorts): void => {
      memory.ingest(
        names.map((name, i) => call(i, `/shops/${name}/products`)),
        { digest: 'aa', arrivalMs: NOW },
      );
      memory.ingest([call(65, '/a'), call(130, '/b')], { digest: 'bb', arrivalMs: NOW });
    };
    const clean = new MemoryPorts();
    fill(clean);
    await run(clean);
    for (let at = 0; at < clean.writes.length; at++) {
      const memory = new MemoryPorts();
      fill(memory);
      memory.crashAfter = at;
      // a crash in a fold is reported, any other ends the run
      await run(memory).catch(() => undefined);
      await run(memory);
      expect(memory.folds).toEqual(clean.folds);
      expect(memory.published).toEqual(clean.published);
      expect(memory.cursors).toEqual(clean.cursors);
    }
  });

  it('stops when time is up and goes on in the next run', async () => {
    const memory = new MemoryPorts();
    for (let hour = 0; hour < 20; hour++) {
      const late = testCall({ id: String(hour), timeMs: HOUR - hour * HOUR_MS, path: '/a' });
      memory.ingest([late], { digest: `d${hour}`, arrivalMs: NOW - (20 - hour) * 900_000 });
    }
    let batches = 0;
    const first = await learn(memory.ports(), {
      nowMs: NOW,
      oldestMs: NOW - 48 * HOUR_MS,
      hasTime: () => batches++ < 1,
    });
    expect(first).toMatchObject({ complete: false, hours: 8 });
    expect(await run(memory)).toMatchObject({ complete: true });
    expect(memory.folds.size).toBe(20);
  });

  it('reports an hour that cannot be read, folds the others, and tries it again', async () => {
    const memory = new MemoryPorts();
    memory.ingest([call(1, '/a'), call(70, '/b')], { digest: 'aa', arrivalMs: NOW });
    const ports = memory.ports();
    const broken = {
      ...ports,
      decodeSegment: () => {
        throw new Error('corrupt');
      },
    };
    const report = await learn(broken, { nowMs: NOW + HOUR_MS, oldestMs: HOUR, hasTime: () => true });
    expect(report.failures).toHaveLength(2);
    expect(Number(memory.cursors.get(LEARN_CURSOR))).toBeLessThanOrEqual(NOW);
    expect((await run(memory, NOW + 3 * HOUR_MS)).failures).toHaveLength(0);
    expect(memory.folds.size).toBe(2);
  });
});

describe('the view of the inventory', () => {
  const view = async (memory: MemoryPorts) => {
    const opened = await openInventoryView(memory.ports(), { fromMs: HOUR - 24 * HOUR_MS, nowMs: NOW });
    const [api] = opened.apis;
    return api === undefined ? [] : opened.endpoints(api);
  };

  it('is the same before and after the fold', async () => {
    const memory = new MemoryPorts();
    memory.ingest(
      [call(1, '/users/1'), call(9, '/users/2', 500), call(65, '/health'), call(3, '/wp.php', 404)],
      { digest: 'aa', arrivalMs: NOW },
    );
    const before = await view(memory);
    await run(memory);
    expect(await view(memory)).toEqual(before);
    expect(before.map(({ route, calls, statusClasses }) => [route, calls, statusClasses])).toEqual([
      [UNMATCHED_ROUTE, 1, { '4xx': 1 }],
      ['/health', 1, { '2xx': 1 }],
      ['/users/{id}', 2, { '2xx': 1, '5xx': 1 }],
    ]);
  });

  it('shows one endpoint for what has become one since it was first seen', async () => {
    const memory = new MemoryPorts();
    memory.ingest(
      names.map((name, i) => call(i, `/shops/${name}/products`)),
      { digest: 'aa', arrivalMs: NOW },
    );
    expect(await view(memory)).toHaveLength(names.length);
    await run(memory);
    const endpoints = await view(memory);
    expect(endpoints.map(({ route, calls, firstSeenMs }) => [route, calls, firstSeenMs])).toEqual([
      ['/shops/{name}/products', names.length, HOUR],
    ]);
  });
});
