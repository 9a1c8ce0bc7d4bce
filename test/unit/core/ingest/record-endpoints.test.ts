import { describe, expect, it } from 'vitest';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { EndpointBudget, recordEndpoints } from '../../../../core/ingest/record-endpoints.js';
import type { EndpointSighting } from '../../../../core/ports/inventory-store.js';
import { call } from '../alerts/samples.js';

function inventory() {
  const put: EndpointSighting[] = [];
  return {
    put,
    putEndpoint: async (sighting: EndpointSighting) => {
      put.push(sighting);
      return 'created' as const;
    },
    putUntold: async (sighting: EndpointSighting) => {
      put.push(sighting);
      return {
        outcome: 'created' as const,
        untold: [{ news: 'added' as const, sighting, apiFirstSeenMs: 0, quietDays: undefined }],
      };
    },
  };
}

const DAY_MS = 86_400_000;
const NOW_MS = 20_000 * DAY_MS;

function input(calls: readonly ApiCall[], known: readonly string[] = [], nowMs = NOW_MS) {
  return { calls, known: new Set(known), nowMs, rulesListen: false };
}

const templated = (route: string): ApiCall => call({ method: 'GET', route, routeSource: 'template' });

describe('endpoints of a payload', () => {
  it('are asked for once each, with the time they were first seen', async () => {
    const { put, ...store } = inventory();
    const one = { ...templated('/orders/{id}'), timeMs: 2_000 };
    const earlier = { ...one, timeMs: 1_000 };
    expect(await recordEndpoints(input([one, earlier, one]), store, new EndpointBudget())).toEqual({
      created: 1,
      untold: [],
      unlisted: 0,
    });
    expect(put.map(({ route, firstSeenMs }) => [route, firstSeenMs])).toEqual([['/orders/{id}', 1_000]]);
  });

  it('count methods that no gateway deploys as one, however many a caller invents', async () => {
    const { put, ...store } = inventory();
    const calls = Array.from({ length: 50 }, (_, at) => ({ ...templated('/orders'), method: `X${at}` }));
    await recordEndpoints(input(calls), store, new EndpointBudget());
    expect(put.map(({ method }) => method)).toEqual(['(other)']);
  });

  it('are bounded where only templating shows them, and never where the gateway named them', async () => {
    const { put, ...store } = inventory();
    const budget = new EndpointBudget();
    const sprayed = Array.from({ length: 1_500 }, (_, at) => templated(`/page-${at}`));
    await recordEndpoints(input(sprayed), store, budget);
    expect(put).toHaveLength(1_000);
    await recordEndpoints(input([templated('/page-1499'), templated('/page-0')]), store, budget);
    expect(put.slice(1_000).map(({ route }) => route)).toEqual(['/page-0']);
    await recordEndpoints(input([{ ...templated('/deployed'), routeSource: 'line' }]), store, budget);
    expect(put.at(-1)?.route).toBe('/deployed');
  });

  it('are bounded over APIs that only lines name, by the hour; known APIs come first', async () => {
    const { put, ...store } = inventory();
    const budget = new EndpointBudget();
    const forged = Array.from({ length: 300 }, (_, at) => ({ ...templated('/'), apiId: `forged-${at}` }));
    expect(await recordEndpoints(input(forged), store, budget)).toEqual({
      created: 200,
      untold: [],
      unlisted: 100,
    });
    const known = { ...templated('/'), apiId: 'a1b2c3d4e5' };
    expect(await recordEndpoints(input([known], ['a1b2c3d4e5']), store, budget)).toEqual({
      created: 1,
      untold: [],
      unlisted: 0,
    });
    await recordEndpoints(input(forged.slice(250), [], 3_600_000), store, budget);
    expect(put).toHaveLength(200 + 1 + 50);
  });

  it('are seen day by day where a payload spans days, so that a log of months shows what woke within it', async () => {
    const { put, ...store } = inventory();
    const at = (timeMs: number) => ({ ...templated('/orders'), timeMs });
    const DAY_MS = 86_400_000;
    const calls = [at(60 * DAY_MS + 5), at(7), at(60 * DAY_MS + 2), at(3)];
    const { created } = await recordEndpoints(
      { ...input(calls), rulesListen: true },
      store,
      new EndpointBudget(),
    );
    expect(put.map(({ firstSeenMs }) => firstSeenMs)).toEqual([3, 60 * DAY_MS + 2]);
    expect(created).toBe(1);
  });

  it('are asked for on few of the days that a payload claims: only silence between them is worth a look', async () => {
    const { put, ...store } = inventory();
    const on = (day: number): ApiCall => ({ ...templated('/orders'), timeMs: day * DAY_MS });
    const daily = Array.from({ length: 100 }, (_, day) => on(1_000 + day));
    const listen = { rulesListen: true };
    await recordEndpoints(
      { ...input([...daily, on(1_200), on(1_201)]), ...listen },
      store,
      new EndpointBudget(),
    );
    expect(put.map(({ firstSeenMs }) => firstSeenMs / DAY_MS)).toEqual([1_000, 1_099, 1_200, 1_201]);
    put.length = 0;
    const forged = Array.from({ length: 1_500 }, (_, at) => on(10 * at));
    await recordEndpoints({ ...input(forged), ...listen }, store, new EndpointBudget());
    expect(put.length).toBeLessThanOrEqual(32);
    expect([put[0], put.at(-1)].map((one) => (one?.firstSeenMs ?? 0) / DAY_MS)).toEqual([0, 14_990]);
  });

  it('are seen now by a call from the future: one forged time must not hide when they wake', async () => {
    const { put, ...store } = inventory();
    const future = { ...templated('/orders'), timeMs: NOW_MS + 4_000 * DAY_MS };
    await recordEndpoints({ ...input([future]), rulesListen: true }, store, new EndpointBudget());
    expect(put.map(({ firstSeenMs }) => firstSeenMs)).toEqual([NOW_MS]);
  });

  it('are news for the rules only where rules listen, and where they stand for one method and one path', async () => {
    const store = inventory();
    const calls = [
      templated('/orders'),
      { ...templated('/orders'), method: 'BREW' },
      call({ method: 'GET', route: undefined, routeSource: undefined }),
    ];
    const heard = await recordEndpoints({ ...input(calls), rulesListen: true }, store, new EndpointBudget());
    expect(heard.untold.map(({ sighting }) => sighting)).toMatchObject([
      { method: 'GET', route: '/orders', deployed: false },
    ]);
    expect(heard.created).toBe(3);
    const unheard = await recordEndpoints(input(calls), store, new EndpointBudget());
    expect(unheard).toEqual({ created: 3, untold: [], unlisted: 0 });
  });
});
