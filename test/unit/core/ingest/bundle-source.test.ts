import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import type { Bundle } from '../../../../core/bundle.js';
import { Fault } from '../../../../core/fault.js';
import { createBundleSource } from '../../../../core/ingest/bundle-source.js';
import { createCounters } from '../../../../core/ingest/counters.js';
import type { RuleSource } from '../../../../core/sigma/rule-source.js';
import { bundleOf } from '../../../integration/faults-world.js';
import { correlation, eventRule } from '../alerts/samples.js';
import { MemoryTelemetry } from './memory-telemetry.js';

const SHIPPED = bundleOf([eventRule()]);
const FIRST = bundleOf([eventRule({ title: 'First' })]);
const SECOND = bundleOf([eventRule({ title: 'Second' })]);
const MATCH = { field: 'path', modifiers: ['re'], values: ['('] } as const;
const BROKEN = bundleOf([eventRule({ title: 'Broken', condition: { kind: 'match', match: MATCH } })]);
const PATTERN = bundleOf([
  eventRule({ condition: { kind: 'match', match: { ...MATCH, values: ['^/a+$'] } } }),
] satisfies RuleSource[]);

function setUp(published: Bundle | undefined) {
  const world = { published, nowMs: 0, look: 0, reads: 0, loads: 0, fails: false };
  const telemetry = new MemoryTelemetry();
  const answer = <T>(value: T): T => {
    if (world.fails) throw new Fault('store.throttled', { table: 'State' });
    return value;
  };
  const source = createBundleSource({
    state: {
      bundle: async () => {
        world.reads += 1;
        return answer(world.published);
      },
      bundleVersion: async () => {
        world.look += 1;
        return answer(world.published?.version);
      },
    },
    shipped: async () => SHIPPED,
    compiler: {
      compression: nodeCompression,
      digest: nodeDigest,
      samplingKey: async () => 'key',
      loadRegex: async () => {
        world.loads += 1;
        return re2Engine;
      },
    },
    clock: { nowMs: () => world.nowMs },
    telemetry,
  });
  return { world, telemetry, source, inForce: async () => (await source()).bundle.version };
}

describe('the bundle in force', () => {
  it('is the shipped one until one is published', async () => {
    const { world, inForce } = setUp(undefined);
    expect(await inForce()).toBe(SHIPPED.version);
    world.published = FIRST;
    world.nowMs = 60_000;
    expect(await inForce()).toBe(FIRST.version);
  });

  it('has the rules of this version where the published one only copied those of another', async () => {
    const copied: Bundle = { ...FIRST, shippedRules: true };
    const { source } = setUp(copied);
    expect((await source()).bundle.rules).toEqual(SHIPPED.rules);
  });

  it('is looked up at most once a minute, and read only when it has changed', async () => {
    const { world, inForce } = setUp(FIRST);
    for (world.nowMs = 0; world.nowMs < 60_000; world.nowMs += 1_000) await inForce();
    expect([world.reads, world.look]).toEqual([1, 0]);
    await inForce();
    expect([world.reads, world.look]).toEqual([1, 1]);
    world.published = SECOND;
    world.nowMs = 120_000;
    expect(await inForce()).toBe(SECOND.version);
    expect([world.reads, world.look]).toEqual([2, 2]);
  });

  it('stays in force when the look-up fails, with a log line', async () => {
    const { world, telemetry, inForce } = setUp(FIRST);
    await inForce();
    world.fails = true;
    world.nowMs = 60_000;
    expect(await inForce()).toBe(FIRST.version);
    expect(telemetry.events()).toEqual(['bundle.kept']);
  });

  it('throws when the very first look-up fails: a throttled table must not switch off the user’s rules', async () => {
    const { world, inForce } = setUp(FIRST);
    world.fails = true;
    await expect(inForce()).rejects.toMatchObject({ code: 'store.throttled' });
    world.fails = false;
    expect(await inForce()).toBe(FIRST.version);
  });

  it('stays in force when its successor does not compile, which is tried only once', async () => {
    const { world, telemetry, inForce } = setUp(FIRST);
    await inForce();
    world.published = BROKEN;
    for (world.nowMs = 60_000; world.nowMs <= 240_000; world.nowMs += 60_000)
      expect(await inForce()).toBe(FIRST.version);
    expect(telemetry.events()).toEqual(['bundle.kept']);
    world.published = SECOND;
    world.nowMs = 400_000;
    expect(await inForce()).toBe(SECOND.version);
  });

  it('falls back to the shipped one in a fresh container when the published one does not compile', async () => {
    const { telemetry, inForce } = setUp(BROKEN);
    expect(await inForce()).toBe(SHIPPED.version);
    expect(telemetry.events()).toEqual(['bundle.shipped']);
  });

  it('keeps all but its rules when these do not compile: settings, feeds, routes, templates, shards', async () => {
    const published: Bundle = {
      ...BROKEN,
      shadow: ['gone'],
      shards: { 'abc123/prod': 8 },
      settings: { ...BROKEN.settings, redact: ['ACME-[0-9]+'], hotDays: 30 },
    };
    const { bundle } = await setUp(published).source();
    expect(bundle).toEqual({
      ...published,
      version: SHIPPED.version,
      rules: SHIPPED.rules,
      shadow: [],
      shippedRules: true,
    });
  });

  it('throws while its redaction cannot be compiled: nothing is stored unredacted', async () => {
    const { inForce } = setUp({ ...FIRST, settings: { ...FIRST.settings, redact: ['('] } });
    await expect(inForce()).rejects.toBeInstanceOf(Fault);
    await expect(inForce()).rejects.toBeInstanceOf(Fault);
  });

  it('is never one with a correlation that cannot be judged', async () => {
    const { telemetry, inForce } = setUp(bundleOf([eventRule(), correlation({ ruleIds: [] })]));
    expect(await inForce()).toBe(SHIPPED.version);
    expect(telemetry.events()).toEqual(['bundle.shipped']);
  });

  it('loads the regular expression engine only for a bundle that has a pattern', async () => {
    const without = setUp(FIRST);
    await without.inForce();
    expect(without.world.loads).toBe(0);
    const having = setUp(PATTERN);
    await having.inForce();
    expect(having.world.loads).toBe(1);
  });
});

describe('counters', () => {
  it('are written at most every ten seconds, and kept when a write fails', async () => {
    const written: Readonly<Record<string, number>>[] = [];
    let fails = false;
    const counters = createCounters({
      count: async (_, counts) => {
        if (fails) throw new Fault('store.throttled', { table: 'State' });
        written.push(counts);
      },
    });
    counters.add({ calls: 1 });
    await counters.flushWhenDue(0);
    counters.add({ calls: 2, late: 0 });
    await counters.flushWhenDue(9_999);
    fails = true;
    await expect(counters.flushWhenDue(10_000)).rejects.toMatchObject({ code: 'store.throttled' });
    fails = false;
    counters.add({ calls: 3 });
    await counters.flush(10_001);
    await counters.flush(10_002);
    expect(written).toEqual([{ calls: 1 }, { calls: 5 }]);
  });
});
