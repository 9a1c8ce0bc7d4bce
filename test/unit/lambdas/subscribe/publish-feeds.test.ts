import { expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { Bundle, FeedConfig } from '../../../../core/bundle.js';
import { toVersionedBundle } from '../../../../core/bundle-version.js';
import { publishFeeds } from '../../../../lambdas/subscribe/publish-feeds.js';

const toBundle = (content: Omit<Bundle, 'version'>) => toVersionedBundle(content, nodeDigest);

function feed(name: string, stage?: string): FeedConfig {
  const unknown = {
    format: undefined,
    accountId: undefined,
    region: undefined,
    apiId: undefined,
    apiType: undefined,
  };
  return { feed: name, trust: 'gateway', ...unknown, stage };
}

function bundle(feeds: readonly FeedConfig[], hotDays = 30): Bundle {
  const settings = { hotDays, proxies: [], keepExtra: [], redact: [] };
  return toBundle({ formatVersion: 1, rules: [], feeds, routes: {}, templates: {}, shards: {}, settings });
}

/** A state store of one bundle; `races` bundles are published by somebody else just before ours. */
function state(published: Bundle | undefined, races: Bundle[] = []) {
  let current = published;
  return {
    writes: 0,
    get current() {
      return current;
    },
    async bundle() {
      return current;
    },
    async publishBundle(next: Bundle, replaces: string | undefined) {
      current = races.shift() ?? current;
      if (current?.version !== replaces) return false;
      current = next;
      this.writes += 1;
      return true;
    },
  };
}

it('keeps the feeds that others described, replaces its own and drops those no longer described', async () => {
  const store = state(bundle([feed('/other'), feed('/old'), feed('/api', 'dev')]));
  await publishFeeds(
    { state: store, shipped: () => bundle([]), toBundle },
    { wanted: [feed('/api', 'prod')], former: ['/old', '/api'] },
  );
  expect(store.current?.feeds.map(({ feed: name, stage }) => [name, stage])).toEqual([
    ['/other', undefined],
    ['/api', 'prod'],
  ]);
});

it('starts from the shipped bundle, and publishes nothing when nothing is said', async () => {
  const store = state(undefined);
  const ports = { state: store, shipped: () => bundle([], 7), toBundle };
  await publishFeeds(ports, { wanted: [], former: [] });
  expect(store.writes).toBe(0);
  await publishFeeds(ports, { wanted: [feed('/api')], former: [] });
  await publishFeeds(ports, { wanted: [feed('/api')], former: ['/api'] });
  expect(store.writes).toBe(1);
  expect(store.current?.settings.hotDays).toBe(7);
});

it('keeps what somebody else published meanwhile', async () => {
  const store = state(bundle([]), [bundle([feed('/theirs')])]);
  await publishFeeds(
    { state: store, shipped: () => bundle([]), toBundle },
    { wanted: [feed('/api')], former: [] },
  );
  expect(store.current?.feeds.map(({ feed: name }) => name)).toEqual(['/theirs', '/api']);
});

it('gives up with a fault when it never gets its turn', async () => {
  const races = [1, 2, 3, 4, 5].map((days) => bundle([], 30 + days));
  const store = state(bundle([]), races);
  const publishing = publishFeeds(
    { state: store, shipped: () => bundle([]), toBundle },
    { wanted: [feed('/api')], former: [] },
  );
  await expect(publishing).rejects.toThrow('store.failed');
});
