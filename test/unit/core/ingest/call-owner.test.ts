import { describe, expect, it } from 'vitest';
import { apiOfFeed, createOwner } from '../../../../core/ingest/call-owner.js';
import { apiDimension, knownApis } from '../../../../core/ingest/known-apis.js';
import { call } from '../alerts/samples.js';
import { feedConfig } from '../calls/feeds/decoder.js';

const NONE: ReadonlySet<string> = new Set();

describe('the API of a call that names none', () => {
  it('is its log group, so that rules which count per API count it', () => {
    const owner = createOwner({ region: 'eu-central-1', known: NONE });
    const nameless = call({ apiId: undefined, region: undefined, feed: '/aws/vendedlogs/apigateway/orders' });
    expect(owner(nameless)).toEqual({
      ...nameless,
      apiId: '/aws/vendedlogs/apigateway/orders',
      region: 'eu-central-1',
    });
    expect(owner(call({ apiId: undefined, feed: '/other' })).apiId).toBe('/other');
  });

  it('is left alone where the line or the configuration names it', () => {
    const known = call({ apiId: 'a1b2c3d4e5', region: 'us-east-1' });
    expect(createOwner({ region: 'eu-central-1', known: NONE })(known)).toBe(known);
  });

  it('has no region made up for what did not come through a subscription', () => {
    const imported = call({ apiId: undefined, region: undefined, trust: 'file', feed: 'file:access.log' });
    expect(createOwner({ region: 'eu-central-1', known: NONE })(imported).region).toBeUndefined();
  });

  it.each([
    ['a line that had to be mended', { recovered: true }],
    ['a log group that nobody vouches for', { trust: 'unknown' }],
    ['a client', { trust: 'client' }],
  ] as const)('is not what %s claims, unless the bundle knows it', (_, facts) => {
    const claiming = call({ apiId: 'claimed', feed: '/group', ...facts });
    expect(createOwner({ region: undefined, known: NONE })(claiming).apiId).toBe('/group');
    expect(createOwner({ region: undefined, known: new Set(['claimed']) })(claiming).apiId).toBe('claimed');
  });

  it('is one of 64 of an imported file, and the rest of them one more: nobody can make up APIs without end', () => {
    const owner = createOwner({ region: undefined, known: NONE });
    const calls = Array.from({ length: 200 }, (_, at) =>
      call({ apiId: `a${at}`, stage: `s${at}`, trust: 'file' }),
    );
    const owned = calls.map(owner);
    expect(new Set(owned.map(({ apiId }) => apiId)).size).toBe(65);
    expect(new Set(owned.map(({ stage }) => stage)).size).toBe(65);
    expect(owned.at(-1)).toMatchObject({ apiId: 'other', stage: 'other' });
  });

  it('is in metrics only where the bundle knows it', () => {
    const feeds = [feedConfig('/group', { apiId: 'configured' })];
    const known = knownApis({ feeds, routes: { 'deployed/prod': { routes: [] } }, templates: {} });
    expect(
      ['configured', 'deployed', 'claimed', undefined].map((apiId) => apiDimension(apiId, known)),
    ).toEqual(['configured', 'deployed', 'other', 'other']);
  });

  it.each([
    ['file:access.log', 'file:access'],
    ['file:access.log.1', 'file:access'],
    ['file:access.log.12.gz', 'file:access'],
    ['file:orders-2026-03-03.log.gz', 'file:orders'],
    ['file:orders_20260303T10.json', 'file:orders'],
    ['file:000000.gz', 'file'],
    ['file:my-api.v2', 'file:my-api.v2'],
    ['stdin', 'stdin'],
    ['', '-'],
  ])('%s is %s', (feed, api) => {
    expect(apiOfFeed(feed)).toBe(api);
  });
});
