import type { Bundle, FeedConfig } from '../../core/bundle.js';
import { Fault } from '../../core/fault.js';
import type { StateStore } from '../../core/ports/state-store.js';

export interface PublishFeedsPorts {
  readonly state: Pick<StateStore, 'bundle' | 'publishBundle'>;
  /** What is in force while no bundle has been published. */
  readonly shipped: () => Bundle;
  readonly toBundle: (content: Omit<Bundle, 'version'>) => Bundle;
}

export interface FeedChange {
  readonly wanted: readonly FeedConfig[];
  /** Names of the feeds that the deployment before this one described. */
  readonly former: readonly string[];
}

/**
 * Puts what the deployment says of its feeds into the bundle that ingest reads, and leaves everything else in it as it
 * is. Changes nothing when it says nothing new; tries again when somebody else published meanwhile.
 */
export async function publishFeeds(ports: PublishFeedsPorts, { wanted, former }: FeedChange): Promise<void> {
  if (wanted.length === 0 && former.length === 0) return;
  const described = new Set([...former, ...wanted.map(({ feed }) => feed)]);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const published = await ports.state.bundle();
    const current = published ?? ports.shipped();
    const others = current.feeds.filter(({ feed }) => !described.has(feed));
    const next = ports.toBundle({ ...current, feeds: [...others, ...wanted] });
    if (next.version === current.version) return;
    if (await ports.state.publishBundle(next, published?.version)) return;
  }
  throw new Fault('store.failed', { operation: 'publish feeds', attempts: ATTEMPTS });
}

const ATTEMPTS = 5;
