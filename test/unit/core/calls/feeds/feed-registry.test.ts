import { describe, expect, it } from 'vitest';
import { createFeedRegistry } from '../../../../../core/calls/feeds/feed-registry.js';

describe('the registry of feeds', () => {
  it('never takes one default for another of the same value', () => {
    const registry = createFeedRegistry([]);
    const account = registry.feed('a.log', { trust: 'file', accountId: 'same' });
    const region = registry.feed('a.log', { trust: 'file', region: 'same' });
    expect(account.context).toMatchObject({ accountId: 'same', region: undefined });
    expect(region.context).toMatchObject({ accountId: undefined, region: 'same' });
  });

  it('knows a feed again, in whatever order its defaults are named', () => {
    const registry = createFeedRegistry([]);
    const feed = registry.feed('a.log', { trust: 'file', stage: 'prod', apiId: 'a1' });
    expect(registry.feed('a.log', { apiId: 'a1', trust: 'file', stage: 'prod' })).toBe(feed);
  });
});
