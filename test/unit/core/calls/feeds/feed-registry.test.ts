import { describe, expect, it } from 'vitest';
import { createFeedRegistry } from '../../../../../core/calls/feeds/feed-registry.js';
import { feedConfig } from './decoder.js';

describe('the registry of feeds', () => {
  it('never takes one default for another of the same value', () => {
    const registry = createFeedRegistry([]);
    const account = registry.feed('a.log', { trust: 'file', accountId: 'same' });
    const region = registry.feed('a.log', { trust: 'file', region: 'same' });
    expect(account.context).toMatchObject({ accountId: 'same', region: undefined });
    expect(region.context).toMatchObject({ accountId: undefined, region: 'same' });
  });

  it('finds a feed by its exact name, else by the longest prefix', () => {
    const registry = createFeedRegistry([
      feedConfig('/api/*', { stage: 'short' }),
      feedConfig('/api/orders/*', { stage: 'long' }),
      feedConfig('/api/orders/one', { stage: 'exact' }),
      feedConfig('*', { stage: 'any' }),
    ]);
    const stageOf = (name: string) => registry.feed(name, { trust: 'unknown' }).context;
    expect(stageOf('/api/orders/one')).toMatchObject({ stage: 'exact', trust: 'gateway' });
    expect(stageOf('/api/orders/two')).toMatchObject({ stage: 'long', trust: 'gateway' });
    expect(stageOf('/api/users')).toMatchObject({ stage: 'short', trust: 'gateway' });
    expect(stageOf('/web')).toMatchObject({ stage: 'any', trust: 'unknown' });
  });

  it('knows a feed again, in whatever order its defaults are named', () => {
    const registry = createFeedRegistry([]);
    const feed = registry.feed('a.log', { trust: 'file', stage: 'prod', apiId: 'a1' });
    expect(registry.feed('a.log', { apiId: 'a1', trust: 'file', stage: 'prod' })).toBe(feed);
  });
});
