import { describe, expect, it } from 'vitest';
import type { EndpointSighting, HourFold } from '../../core/ports/inventory-store.js';
import { collect, HOSTILE, HOUR_MS, START_MS, type StoresUnderTest } from './stores-under-test.js';

const DAY_MS = 86_400_000;

function sighting(changes: Partial<EndpointSighting>): EndpointSighting {
  return {
    accountId: '123456789012',
    region: 'eu-central-1',
    apiId: 'inv1',
    method: 'GET',
    route: '/pets/{id}',
    apiType: 'rest',
    stage: 'prod',
    host: undefined,
    firstSeenMs: START_MS,
    principalKind: 'ip',
    ...changes,
  };
}

export function inventoryContract(current: () => StoresUnderTest): void {
  describe('the inventory', () => {
    const api = {
      accountId: '123456789012',
      region: 'eu-central-1',
      apiId: 'inv1',
      apiType: 'rest' as const,
    };

    it('writes an endpoint and its API once, and never changes the first sighting', async () => {
      const { stores, reopen } = current();
      expect(await stores.inventory.putEndpoint(sighting({}))).toBe('created');
      expect(await stores.inventory.putEndpoint(sighting({}))).toBe('present');
      expect(await reopen().inventory.putEndpoint(sighting({ firstSeenMs: 5, stage: 'x' }))).toBe('present');
      expect(
        await stores.inventory.putEndpoint(
          sighting({ method: 'POST', apiType: undefined, stage: undefined }),
        ),
      ).toBe('created');
      expect(await stores.inventory.apis()).toContainEqual(api);
      const endpoints = await stores.inventory.endpoints(api);
      expect(endpoints).toHaveLength(2);
      expect(endpoints).toContainEqual(sighting({}));
    });

    it('creates an endpoint once when many processes see it at once', async () => {
      const { reopen } = current();
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, () => reopen().inventory.putEndpoint(sighting({ route: '/raced' }))),
      );
      expect(outcomes.filter((outcome) => outcome === 'created')).toHaveLength(1);
    });

    it('answers a new endpoint as it was first written, to everybody, until the rules have been told', async () => {
      const { stores, reopen } = current();
      const first = sighting({ apiId: 'untold', deployed: false });
      const later = { ...first, firstSeenMs: START_MS + 2 * HOUR_MS, stage: 'test' };
      await stores.inventory.putEndpoint({ ...first, route: '/old', firstSeenMs: START_MS - HOUR_MS });
      const added = {
        news: 'added' as const,
        sighting: first,
        apiFirstSeenMs: START_MS - HOUR_MS,
        quietDays: undefined,
      };
      const untold = [added];
      expect(await stores.inventory.putUntold(first)).toEqual({ outcome: 'created', untold });
      expect(await reopen().inventory.putUntold(later)).toEqual({ outcome: 'present', untold });
      expect(await stores.inventory.putUntold(later)).toEqual({ outcome: 'present', untold });
      await reopen().inventory.markTold(added);
      await stores.inventory.markTold(added);
      for (const { inventory } of [stores, reopen()])
        expect(await inventory.putUntold(later)).toEqual({ outcome: 'present', untold: [] });
      expect(await reopen().inventory.putUntold({ ...first, route: '/old' })).toEqual({
        outcome: 'present',
        untold: [],
      });
    });

    it('tells a waking once it is due, the same to everybody, until the rules have been told; and again after the next silence', async () => {
      const { stores, reopen } = current();
      const onDay = (day: number, changes: Partial<EndpointSighting> = {}) =>
        sighting({ apiId: 'woken', firstSeenMs: START_MS + day * DAY_MS, ...changes });
      const { untold: added } = await stores.inventory.putUntold(onDay(0));
      for (const told of added) await stores.inventory.markTold(told);
      // Seven days without a call, and not one less.
      expect((await reopen().inventory.putUntold(onDay(7))).untold).toEqual([]);
      expect(
        (await reopen().inventory.putUntold(onDay(7 + 8, { stage: 'test', principalKind: 'iam' }))).untold,
      ).toEqual([
        {
          news: 'woken',
          quietDays: 7,
          apiFirstSeenMs: START_MS,
          sighting: onDay(15, { stage: 'test', principalKind: 'iam' }),
        },
      ]);
      const [woken] = (await stores.inventory.putUntold(onDay(16))).untold;
      expect(woken).toMatchObject({ news: 'woken', sighting: { firstSeenMs: START_MS + 15 * DAY_MS } });
      if (woken === undefined) throw new Error('no waking');
      await stores.inventory.markTold(woken);
      // Late calls of the silence, and the days after it, are no news; what is told stays told.
      for (const day of [3, 10, 15, 16, 17])
        expect((await reopen().inventory.putUntold(onDay(day))).untold).toEqual([]);
      const [again] = (await stores.inventory.putUntold(onDay(60))).untold;
      expect(again).toMatchObject({ quietDays: 42, sighting: { firstSeenMs: START_MS + 60 * DAY_MS } });
      // Whoever told the first waking late takes nothing from the second.
      await stores.inventory.markTold(woken);
      expect((await reopen().inventory.putUntold(onDay(61))).untold).toEqual([again]);
    });

    it('lets many processes see one waking, and tells them all the same', async () => {
      const { reopen } = current();
      const at = (firstSeenMs: number) => sighting({ apiId: 'woken-raced', firstSeenMs });
      for (const told of (await reopen().inventory.putUntold(at(START_MS))).untold)
        await reopen().inventory.markTold(told);
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, n) => reopen().inventory.putUntold(at(START_MS + 30 * DAY_MS + n))),
      );
      expect(new Set(answers.map(({ untold }) => untold[0]?.sighting.firstSeenMs)).size).toBe(1);
      expect(answers.every(({ untold }) => untold.length === 1)).toBe(true);
    });

    it('lets many processes create one new endpoint, and tells them all the same', async () => {
      const { reopen } = current();
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, at) =>
          reopen().inventory.putUntold(sighting({ apiId: 'untold-raced', firstSeenMs: START_MS + at })),
        ),
      );
      expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
      expect(new Set(answers.map(({ untold }) => untold[0]?.sighting.firstSeenMs)).size).toBe(1);
    });

    it('keeps the folds of each hour and stage, and replaces a fold as a whole', async () => {
      const { inventory } = current().stores;
      const fold = (hourMs: number, stage: string, routes: number): HourFold => ({
        accountId: '123456789012',
        region: 'eu-central-1',
        apiId: 'inv1',
        stage,
        hourMs,
        endpoints: Object.fromEntries(
          Array.from({ length: routes }, (_, at) => [
            `GET /r${at}`,
            { statuses: { 200: at + 1, '-': 1 }, firstMs: hourMs + 1, lastMs: hourMs + 2 },
          ]),
        ),
      });
      const later = fold(START_MS + HOUR_MS, 'prod', 2);
      const other = fold(START_MS, 'test', 1);
      await inventory.putFold(fold(START_MS, 'prod', 900));
      expect(await collect(inventory.folds(api, START_MS, START_MS))).toEqual([fold(START_MS, 'prod', 900)]);
      await inventory.putFold(later);
      await inventory.putFold(other);
      await inventory.putFold(fold(START_MS, 'prod', 3));
      expect(await collect(inventory.folds(api, START_MS, START_MS + HOUR_MS))).toEqual([
        fold(START_MS, 'prod', 3),
        other,
        later,
      ]);
      expect(await collect(inventory.folds(api, START_MS + HOUR_MS, START_MS + 2 * HOUR_MS))).toEqual([
        later,
      ]);
    });

    it('takes hostile routes, hosts and names, and tells two long routes apart', async () => {
      const { inventory } = current().stores;
      const hostile = sighting({
        accountId: HOSTILE,
        region: HOSTILE,
        apiId: HOSTILE,
        method: HOSTILE,
        route: HOSTILE,
        stage: HOSTILE,
        host: HOSTILE,
      });
      expect(await inventory.putEndpoint(hostile)).toBe('created');
      expect(await inventory.putEndpoint({ ...hostile, route: `${HOSTILE}!` })).toBe('created');
      const [found] = (await inventory.apis()).filter(({ apiId }) => apiId.startsWith('☠'));
      expect(found).toBeDefined();
      if (found === undefined) return;
      const endpoints = await inventory.endpoints(found);
      expect(new Set(endpoints.map(({ route }) => route)).size).toBe(2);
      expect(endpoints.every(({ route }) => Buffer.byteLength(route) <= 512)).toBe(true);
    });
  });
}
