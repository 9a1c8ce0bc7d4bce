import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { PendingWindows } from '../../../../core/alerts/pending-windows.js';
import { recordWindows } from '../../../../core/alerts/record-windows.js';
import { Sampler } from '../../../../core/alerts/sampler.js';
import { SettledWindows } from '../../../../core/alerts/settled-windows.js';
import { callEvent } from '../../../../core/alerts/window-event.js';
import { planCorrelation, planEventRule, type WindowPlan } from '../../../../core/alerts/window-plan.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { MemoryStores } from './memory-stores.js';
import { BASE_MS, call, correlation, eventRule } from './samples.js';

const RULES = new Map([['client-error', eventRule()]]);
const SPAN = 300_000;

async function deliver(
  plan: WindowPlan,
  stores: MemoryStores,
  payload: readonly ApiCall[],
  settled = new SettledWindows(),
) {
  const pending = new PendingWindows(nodeDigest, new Sampler(nodeDigest, 'key'));
  for (const each of payload) pending.add({ plan, leaf: 0 }, callEvent(each));
  return recordWindows({
    groups: pending.groups(),
    stores,
    settled,
    digest: nodeDigest,
    kept: settled.evidence,
    windowExpiresAt: () => 1,
    evidenceExpiresAt: () => 1,
  });
}

function outcome(stores: MemoryStores) {
  return [...stores.alerts.values()].sort((a, b) => a.slotStartMs - b.slotStartMs || (a.id < b.id ? -1 : 1));
}

/** Slots in which some call completes a window, worked out the slow way. */
function slotsThatFire(plan: WindowPlan, calls: readonly ApiCall[]): number[] {
  const slots = new Set<number>();
  for (const end of calls) {
    const seen = new Set(
      calls
        .filter((each) => each.timeMs <= end.timeMs && each.timeMs >= end.timeMs - plan.timespanMs)
        .map((each) => (plan.valueField === undefined ? each.id : each.path)),
    );
    if (seen.size >= plan.firesAt) slots.add(Math.floor(end.timeMs / plan.timespanMs) * plan.timespanMs);
  }
  return [...slots].sort((a, b) => a - b);
}

function calls(max: number, values: number) {
  return fc
    .array(fc.record({ at: fc.nat(4 * SPAN), value: fc.nat(values) }), { minLength: 1, maxLength: max })
    .map((events) =>
      events.map(({ at, value }, index) =>
        call({ id: `c${index}`, timeMs: BASE_MS + at, path: `/p/${value}` }),
      ),
    );
}

/** A way to deliver `count` calls: each one to five times, in any order, cut into payloads anywhere. */
function deliveries(count: number) {
  const indexes = Array.from({ length: count }, (_, index) => index);
  return fc
    .array(fc.constantFrom(...indexes), { maxLength: count * 4 })
    .chain((again) => fc.shuffledSubarray([...indexes, ...again], { minLength: count + again.length }))
    .chain((order) =>
      fc
        .array(fc.integer({ min: 0, max: order.length }), { maxLength: 8 })
        .map((cuts) => [0, ...[...cuts].sort((a, b) => a - b), order.length])
        .map((cuts) => cuts.slice(1).map((to, at) => order.slice(cuts[at], to))),
    );
}

const small = planCorrelation(correlation({ threshold: 4 }), RULES);
const smallValues = planCorrelation(
  correlation({ threshold: 4, type: 'value_count', valueField: 'path' }),
  RULES,
);

describe('windows', () => {
  it.each([
    ['calls', small],
    ['values', smallValues],
  ] as const)('fire exactly where a sliding window of distinct %s reaches the threshold', async (_, plan) => {
    await fc.assert(
      fc.asyncProperty(calls(24, 6), async (events) => {
        const stores = new MemoryStores();
        await deliver(plan, stores, events);
        expect(outcome(stores).map((alert) => alert.slotStartMs)).toEqual(slotsThatFire(plan, events));
      }),
      { numRuns: 300 },
    );
  });

  const busy = [
    ['calls', { ...small, bucketMs: 30_000, capacity: 4 }],
    ['values', { ...smallValues, bucketMs: 30_000, capacity: 4 }],
    ['calls, half of them sampled', planCorrelation(correlation({ threshold: 8, sampleOneIn: 2 }), RULES)],
  ] as const;
  it.each(busy)('end alike however the calls are ordered, repeated and cut: %s', async (_, plan) => {
    await fc.assert(
      fc.asyncProperty(
        calls(60, 12).chain((events) => fc.tuple(fc.constant(events), deliveries(events.length))),
        fc.boolean(),
        async ([events, payloads], isOneContainer) => {
          const clean = new MemoryStores();
          await deliver(plan, clean, events);
          const rough = new MemoryStores();
          const shared = new SettledWindows();
          for (const payload of payloads) {
            const picked = payload.flatMap((index) => events[index] ?? []);
            await deliver(plan, rough, picked, isOneContainer ? shared : new SettledWindows());
          }
          expect(outcome(rough)).toEqual(outcome(clean));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('miss nothing when buckets saturate', async () => {
    const plan = { ...small, bucketMs: 30_000, capacity: 4 };
    await fc.assert(
      fc.asyncProperty(calls(80, 12), async (events) => {
        const stores = new MemoryStores();
        await deliver(plan, stores, events);
        const fired = outcome(stores).map((alert) => alert.slotStartMs);
        for (const slot of slotsThatFire(plan, events)) expect(fired).toContain(slot);
      }),
    );
  });

  it('are finished by the retry after a crash before any write, in the same container or another', async () => {
    await fc.assert(
      fc.asyncProperty(
        calls(40, 12).chain((events) => fc.tuple(fc.constant(events), fc.nat(events.length))),
        fc.nat(40),
        fc.boolean(),
        async ([events, cut], crashAt, isOneContainer) => {
          const clean = new MemoryStores();
          await deliver(small, clean, events);
          const rough = new MemoryStores();
          const shared = new SettledWindows();
          rough.beforeWrite = (write) => {
            if (write === crashAt) throw new Error('crash');
          };
          const payloads = [events.slice(0, cut), events.slice(cut)];
          for (const payload of payloads) {
            const run = () => deliver(small, rough, payload, isOneContainer ? shared : new SettledWindows());
            await run().catch(() => {
              rough.beforeWrite = () => {};
            });
          }
          rough.beforeWrite = () => {};
          for (const payload of [...payloads].reverse())
            await deliver(small, rough, payload, isOneContainer ? shared : new SettledWindows());
          expect(outcome(rough)).toEqual(outcome(clean));
        },
      ),
    );
  });

  it('end alike when payloads are in flight at the same time', async () => {
    await fc.assert(
      fc.asyncProperty(
        calls(40, 12).chain((events) => fc.tuple(fc.constant(events), deliveries(events.length))),
        async ([events, payloads]) => {
          const clean = new MemoryStores();
          await deliver(small, clean, events);
          const rough = new MemoryStores();
          await Promise.all(
            payloads.map((payload) =>
              deliver(
                small,
                rough,
                payload.flatMap((index) => events[index] ?? []),
              ),
            ),
          );
          expect(outcome(rough)).toEqual(outcome(clean));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('count across the border of two spans, to the millisecond', async () => {
    const pair = planCorrelation(correlation({ threshold: 2 }), RULES);
    const near = new MemoryStores();
    await deliver(pair, near, [
      call({ id: 'a', timeMs: BASE_MS + 1 }),
      call({ id: 'b', timeMs: BASE_MS + SPAN + 1 }),
    ]);
    expect(outcome(near)).toMatchObject([
      { slotStartMs: BASE_MS + SPAN, count: 2, firstMs: BASE_MS + 1, lastMs: BASE_MS + SPAN + 1 },
    ]);
    const far = new MemoryStores();
    await deliver(pair, far, [
      call({ id: 'a', timeMs: BASE_MS + 1 }),
      call({ id: 'b', timeMs: BASE_MS + SPAN + 2 }),
    ]);
    expect(outcome(far)).toEqual([]);
  });

  it('leave out calls that lack a group field, and addresses of proxies', async () => {
    const stores = new MemoryStores();
    const one = planCorrelation(correlation({ threshold: 1 }), RULES);
    await deliver(one, stores, [
      call({ id: 'a', sourceIp: undefined }),
      call({ id: 'b', principalKind: 'proxy' }),
    ]);
    expect(stores.writes).toBe(0);
  });

  it('let a rule over single calls alert for a caller that is not known', async () => {
    const stores = new MemoryStores();
    await deliver(planEventRule(eventRule({ alerts: true })), stores, [
      call({ apiId: undefined, principalKind: 'proxy', principal: '198.51.100.9' }),
    ]);
    expect(outcome(stores)).toMatchObject([
      {
        group: { apiId: '-', principalKind: 'proxy', principal: '-' },
        apiId: undefined,
        count: 1,
        firstMs: BASE_MS,
        lastMs: BASE_MS,
      },
    ]);
  });

  it('cost nothing for a group that has filled its bucket, in the container that knows', async () => {
    const stores = new MemoryStores();
    const settled = new SettledWindows();
    const flood = (from: number) =>
      Array.from({ length: 50 }, (_, at) => call({ id: `f${from + at}`, timeMs: BASE_MS + at }));
    await deliver(small, stores, flood(0), settled);
    const { writes, reads } = stores;
    await deliver(small, stores, flood(50), settled);
    expect({ writes: stores.writes, reads: stores.reads }).toEqual({ writes, reads });
    await deliver(small, stores, flood(100));
    expect(stores.members()).toBe(small.capacity);
  });

  it('keep a span small when the same values come again in every payload', async () => {
    const stores = new MemoryStores();
    for (let at = 0; at < 600; at += 1) {
      await deliver(smallValues, stores, [
        call({ id: `r${at}`, timeMs: BASE_MS + at * 16, path: `/p/${at % 3}` }),
      ]);
    }
    expect(stores.members()).toBeLessThan(50);
    expect(stores.alerts.size).toBe(0);
    await deliver(smallValues, stores, [call({ id: 'last', timeMs: BASE_MS + 9_999, path: '/p/new' })]);
    expect(outcome(stores)).toMatchObject([{ count: 4, firstMs: BASE_MS, lastMs: BASE_MS + 9_999 }]);
  });

  it('write the evidence before the alert, at most 20 calls of a payload, each once', async () => {
    const stores = new MemoryStores();
    const flood = Array.from({ length: 60 }, (_, at) => call({ id: `f${at}`, timeMs: BASE_MS + at }));
    await deliver(small, stores, flood);
    expect(stores.evidenceIds.size).toBe(20);
    await deliver(small, stores, flood);
    expect(stores.evidenceIds.size).toBe(20);
  });

  it('write no more evidence of an alert that has enough, in the container that knows', async () => {
    const stores = new MemoryStores();
    const settled = new SettledWindows();
    // Each in a bucket of its own, so that the alert grows with each.
    const payloadOf = (at: number) =>
      Array.from({ length: 30 }, (_, place) =>
        call({ id: `e${at}-${place}`, timeMs: BASE_MS + at * small.bucketMs }),
      );
    await deliver(small, stores, payloadOf(0), settled);
    const first = outcome(stores)[0]?.count ?? 0;
    expect([stores.alerts.size, stores.evidenceIds.size]).toEqual([1, 20]);
    await deliver(small, stores, payloadOf(1), settled);
    expect(outcome(stores)[0]?.count).toBeGreaterThan(first);
    expect(stores.evidenceIds.size).toBe(20);
    await deliver(small, stores, payloadOf(2), new SettledWindows());
    expect(stores.evidenceIds.size).toBe(40);
  });

  it('estimate thresholds above 1,000 by counting a share of the calls', async () => {
    const plan = planCorrelation(correlation({ threshold: 4000 }), RULES);
    expect(plan).toMatchObject({ sampleOneIn: 4, firesAt: 1000 });
    const many = (count: number) =>
      Array.from({ length: count }, (_, at) => call({ id: `m${at}`, timeMs: BASE_MS + (at % 60_000) }));
    const below = new MemoryStores();
    await deliver(plan, below, many(3_400));
    expect(outcome(below)).toEqual([]);
    const above = new MemoryStores();
    await deliver(plan, above, many(4_600));
    expect(outcome(above)).toMatchObject([{ estimated: true, threshold: 4000 }]);
  });
});
