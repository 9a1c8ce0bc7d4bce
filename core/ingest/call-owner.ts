import type { ApiCall } from '../calls/api-call.js';

/**
 * Makes a function that gives a call the API which neither its line nor its feed's configuration names: the feed itself, one log
 * group being one API's as a rule. Without it, rules that count per API would pass such calls over, and all such feeds
 * would be one API in inventory and trail. `region` is where the collector runs: a subscription never crosses regions.
 */
export function createOwner(region: string | undefined): (call: ApiCall) => ApiCall {
  let feed: string | undefined;
  let ofFeed = '-';
  return (call) => {
    if (call.apiId === undefined && call.feed !== feed) {
      feed = call.feed;
      ofFeed = apiOfFeed(feed);
    }
    const apiId = call.apiId ?? ofFeed;
    const isSubscribed = call.trust === 'gateway' || call.trust === 'unknown';
    const owned = call.region ?? (isSubscribed ? region : undefined);
    return apiId === call.apiId && owned === call.region ? call : { ...call, apiId, region: owned };
  };
}

/** What rotation appends to a file's name: numbers, dates, endings of packers. */
const ROTATION = /(?:[.\-_](?:gz|zip|bz2|zst|log|txt|json|jsonl|ndjson|csv|\d[\d.\-_:TZ]*))+$/i;

/** The feed's name; of a file without what rotation appends, so that a rotated file stays with its API. */
export function apiOfFeed(feed: string): string {
  if (!feed.startsWith('file:')) return feed === '' ? '-' : feed;
  const stem = feed.slice('file:'.length, 256).replace(ROTATION, '');
  return stem === '' || /^[\d.\-_]+$/.test(stem) ? 'file' : `file:${stem}`;
}
