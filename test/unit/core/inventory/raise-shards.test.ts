import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShardCount } from '../../../../core/bundle.js';
import { learn } from '../../../../core/inventory/learn.js';
import { raisedShards, writeUnitsOf } from '../../../../core/inventory/raise-shards.js';
import { EMPTY_BUNDLE, MemoryPorts } from './memory-ports.js';
import { testCall } from './test-call.js';

const HOUR_MS = 3_600_000;
const HOUR = Date.UTC(2024, 2, 9, 10);

const load = (writeUnits: number, stage = 'prod') => ({ apiId: 'a1b2c3d4e5', stage, writeUnits });

describe('the shards of a stage', () => {
  it.each([
    [0, {}],
    [900_000, {}],
    [900_001, { 'a1b2c3d4e5/prod': 8 }],
    [7_200_000, { 'a1b2c3d4e5/prod': 8 }],
    [7_200_001, { 'a1b2c3d4e5/prod': 32 }],
    [Number.MAX_SAFE_INTEGER, { 'a1b2c3d4e5/prod': 32 }],
  ])('after an hour of %i write units', (units, expected) => {
    expect(raisedShards({}, [load(units)])).toEqual(expected);
  });

  it('never become fewer, whatever the hours and their order', () => {
    const loads = fc.array(fc.record({ stage: fc.constantFrom('a', 'b'), units: fc.nat(40_000_000) }));
    const count = fc.constantFrom<ShardCount>(1, 8, 32);
    fc.assert(
      fc.property(loads, count, (hours, before) => {
        const seen = hours.map(({ stage, units }) => load(units, stage));
        const known = { 'a1b2c3d4e5/a': before };
        const raised = raisedShards(known, seen);
        expect(raised['a1b2c3d4e5/a']).toBeGreaterThanOrEqual(before);
        expect(raisedShards(known, [...seen].reverse())).toEqual(raised);
        expect(raisedShards(raised, seen)).toEqual(raised);
      }),
    );
  });

  it('take a unit for each KiB begun of a segment', () => {
    expect([1, 700, 800, 256 * 1024].map((sizeBytes) => writeUnitsOf({ sizeBytes }))).toEqual([1, 1, 2, 257]);
  });
});

describe('learn', () => {
  const run = (memory: MemoryPorts, nowMs: number) =>
    learn(memory.ports(), { nowMs, oldestMs: nowMs - 48 * HOUR_MS, hasTime: () => true });
  const call = (second: number) =>
    testCall({ id: `call-${second}`, timeMs: HOUR + second * 1000, path: '/orders' });

  /** A payload whose segment claims this size, whatever it has. */
  function ingest(memory: MemoryPorts, second: number, sizeBytes: number): void {
    const digest = (second % 256).toString(16).padStart(2, '0').repeat(32);
    memory.ingest([call(second)], { digest, arrivalMs: HOUR + HOUR_MS / 2 });
    for (const [key, segment] of memory.segments)
      if (segment.head.key.digest === digest)
        memory.segments.set(key, { ...segment, head: { ...segment.head, sizeBytes } });
  }

  it('raises the count of a stage that one partition does not take, in the bundle that ingest reads', async () => {
    const memory = new MemoryPorts();
    ingest(memory, 1, 500);
    await run(memory, HOUR + HOUR_MS);
    expect(memory.published?.shards ?? {}).toEqual({});
    ingest(memory, 2, 950_000 * 1024);
    const { published } = await run(memory, HOUR + HOUR_MS);
    expect(published).toBe(memory.published?.version);
    expect(memory.published?.shards).toEqual({ 'a1b2c3d4e5/prod': 8 });
    expect((await run(memory, HOUR + HOUR_MS)).published).toBeUndefined();
  });

  it('counts every call of an hour in which the count was raised, also when a stale container writes last', async () => {
    const memory = new MemoryPorts();
    for (let second = 0; second < 20; second += 1) ingest(memory, second, 500);
    memory.published = { ...EMPTY_BUNDLE, version: 'raised', shards: { 'a1b2c3d4e5/prod': 32 } };
    for (let second = 20; second < 60; second += 1) ingest(memory, second, 500);
    await run(memory, HOUR + HOUR_MS);

    const { published } = memory;
    memory.published = undefined;
    const arrivalMs = HOUR + 3 * HOUR_MS;
    memory.ingest([call(60)], { digest: 'ab'.repeat(32), arrivalMs });
    memory.published = published;
    await run(memory, arrivalMs + HOUR_MS);

    expect(new Set([...memory.segments.values()].map(({ head }) => head.key.shard)).size).toBeGreaterThan(20);
    const [fold] = memory.folds.values();
    expect(fold?.endpoints).toMatchObject({ 'GET /orders': { statuses: { '200': 61 } } });
  });
});
