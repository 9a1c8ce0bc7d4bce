import { describe, expect, it } from 'vitest';
import { apiOfFeed, createOwner } from '../../../../core/ingest/call-owner.js';
import { call } from '../alerts/samples.js';

describe('the API of a call that names none', () => {
  it('is its log group, so that rules which count per API count it', () => {
    const owner = createOwner('eu-central-1');
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
    expect(createOwner('eu-central-1')(known)).toBe(known);
  });

  it('has no region made up for what did not come through a subscription', () => {
    const imported = call({ apiId: undefined, region: undefined, trust: 'file', feed: 'file:access.log' });
    expect(createOwner('eu-central-1')(imported).region).toBeUndefined();
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
