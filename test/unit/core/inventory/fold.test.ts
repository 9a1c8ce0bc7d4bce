import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toEndpoints } from '../../../../core/inventory/endpoint-view.js';
import { type CountedCall, HourCounts, OTHER_ROUTES, overlapping } from '../../../../core/inventory/fold.js';
import type { EndpointSighting, HourFold } from '../../../../core/ports/inventory-store.js';
import type { SegmentHead } from '../../../../core/ports/trail-store.js';

const API = {
  accountId: '123456789012',
  region: 'eu-central-1',
  apiId: 'a1b2c3d4e5',
  apiType: 'rest',
} as const;
const HOUR = Date.UTC(2024, 2, 9, 10);

const calls = fc.array(
  fc.record<CountedCall>({
    timeMs: fc.integer({ min: HOUR, max: HOUR + 3_599_999 }),
    status: fc.constantFrom(200, 404, 500, undefined),
    label: fc.constantFrom('GET /a', 'POST /a', 'GET /b', '- $connect', 'GET /__proto__', 'GET __proto__'),
  }),
);

const head = (
  digest: string,
  firstMs: number,
  lastMs: number,
  routes: SegmentHead['routes'] = {},
): SegmentHead => ({
  key: { apiId: API.apiId, stage: 'prod', hourMs: HOUR, shard: 0, firstMs, digest, part: 0 },
  lastMs,
  calls: 1,
  sizeBytes: 1,
  routes,
});

describe('the counts of an hour', () => {
  const countsOf = (list: readonly CountedCall[]): HourFold['endpoints'] => {
    const counts = new HourCounts();
    for (const call of list) counts.addCall(call);
    return counts.endpoints();
  };

  it('do not depend on the order of the calls, not even in the order of keys', () => {
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat()), (list, random) => {
        const shuffled = list
          .map((call) => ({ call, at: random.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ call }) => call);
        expect(JSON.stringify(countsOf(shuffled))).toBe(JSON.stringify(countsOf(list)));
      }),
    );
  });

  it('lose no call, even where there are more endpoints than a fold lists', () => {
    const counts = new HourCounts();
    for (let i = 0; i < 50; i++) counts.addCall({ timeMs: HOUR, status: 200, label: `GET /r${i}` });
    const endpoints = counts.endpoints(10);
    expect(Object.keys(endpoints)).toHaveLength(11);
    expect(endpoints[`GET ${OTHER_ROUTES}`]?.statuses).toEqual({ '200': 40 });
  });

  it('count as one what is no status of HTTP, however many a forged line invents', () => {
    const counts = new HourCounts();
    for (let status = 600; status < 1_000; status++)
      counts.addCall({ timeMs: HOUR, status, label: 'GET /a' });
    counts.addHead(head('d', HOUR, HOUR, { 'GET /a': { 200: 1, '-': 2, 9999: 3, __proto__: 4 } }));
    expect(counts.endpoints()['GET /a']?.statuses).toEqual({ 200: 1, '-': 2, other: 403 });
  });

  it('gather methods that nobody can deploy under one', () => {
    const counts = new HourCounts();
    counts.addHead(head('aa', HOUR, HOUR, { 'JEFF /a': { '405': 1 }, 'PROPFIND /a': { '405': 2 } }));
    expect(counts.endpoints()['(other) /a']?.statuses).toEqual({ '405': 3 });
  });
});

describe('overlapping', () => {
  it('puts together what touches, in the order of time, whatever order it came in', () => {
    const heads = [head('d', 40, 50), head('a', 0, 10), head('c', 20, 40), head('b', 11, 15)];
    const groups = overlapping(heads).map((group) => group.map(({ key }) => key.digest));
    expect(groups).toEqual([['a'], ['b'], ['c', 'd']]);
    expect(overlapping([...heads].reverse())).toEqual(overlapping(heads));
  });
});

describe('the endpoints of an API', () => {
  const sighting = (method: string, route: string, firstSeenMs: number): EndpointSighting => ({
    ...API,
    method,
    route,
    stage: 'prod',
    host: undefined,
    firstSeenMs,
    principalKind: undefined,
  });
  const fold = (hour: number, endpoints: HourFold['endpoints']): HourFold => ({
    ...API,
    stage: 'prod',
    hourMs: HOUR + hour * 3_600_000,
    endpoints,
  });
  const same = (route: string): string => route;

  it('do not depend on the order of sightings and folds', () => {
    const sightings = [
      sighting('GET', '/a', HOUR + 9),
      sighting('GET', '/b', HOUR),
      sighting('GET', '/a', HOUR + 3),
    ];
    const hours = [0, 1, 2].map((hour) =>
      fold(hour, {
        'GET /a': {
          statuses: { '200': hour + 1, '500': 1 },
          firstMs: HOUR + hour,
          lastMs: HOUR + hour * 3_600_000 + 5,
        },
      }),
    );
    const view = toEndpoints({ api: API, sightings, hours, currentRoute: same });
    expect(view).toMatchObject([
      {
        route: '/a',
        calls: 9,
        statusClasses: { '2xx': 6, '5xx': 3 },
        firstSeenMs: HOUR + 3,
        lastSeenMs: HOUR + 7_200_005,
      },
      { route: '/b', calls: 0 },
    ]);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(sightings, { minLength: 3 }),
        fc.shuffledSubarray(hours, { minLength: 3 }),
        (s, h) => {
          expect(toEndpoints({ api: API, sightings: s, hours: h, currentRoute: same })).toEqual(view);
        },
      ),
    );
  });

  it('count an hour given twice once: the later one', () => {
    const once = fold(0, { 'GET /a': { statuses: { '200': 1 }, firstMs: HOUR, lastMs: HOUR } });
    const more = fold(0, { 'GET /a': { statuses: { '200': 5 }, firstMs: HOUR, lastMs: HOUR } });
    expect(toEndpoints({ api: API, sightings: [], hours: [once, more], currentRoute: same })[0]?.calls).toBe(
      5,
    );
  });

  it('are seen as early as a call that came late proves', () => {
    const hours = [
      fold(-5, { 'GET /a': { statuses: { '200': 1 }, firstMs: HOUR - 100, lastMs: HOUR - 50 } }),
    ];
    const sightings = [sighting('GET', '/a', HOUR)];
    expect(toEndpoints({ api: API, sightings, hours, currentRoute: same })[0]?.firstSeenMs).toBe(HOUR - 100);
  });
});
