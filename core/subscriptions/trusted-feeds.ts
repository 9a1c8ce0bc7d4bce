import type { FeedConfig } from '../bundle.js';
import { EVERY_NAME } from '../calls/feeds/feed-registry.js';
import type { GroupSelection } from './group-selection.js';

/**
 * The feeds that ingest is to take for API Gateway's own word: the log groups that the operator named, each by its name, and those
 * named by a prefix, in one entry each, so that a group that is new is known before anybody lists it. `described` are feeds
 * of which more is known; theirs is the only entry of that name.
 */
export function trustedFeeds(
  selection: GroupSelection,
  described: readonly FeedConfig[],
): readonly FeedConfig[] {
  const known = new Set(described.map(({ feed }) => feed));
  const names = [...selection.names, ...selection.prefixes.map((prefix) => `${prefix}${EVERY_NAME}`)];
  const others = [...new Set(names)].filter((name) => !known.has(name));
  return [...described, ...others.map(toFeed)];
}

function toFeed(feed: string): FeedConfig {
  const unknown = {
    format: undefined,
    accountId: undefined,
    region: undefined,
    apiId: undefined,
    stage: undefined,
    apiType: undefined,
  };
  return { feed, trust: 'gateway', ...unknown };
}
