import type { ApiCall } from '../calls/api-call.js';
import { OTHER } from './known-apis.js';

export interface OwnerOptions {
  /** Where the collector runs: a subscription never crosses regions. */
  readonly region: string | undefined;
  /** APIs that the bundle knows. */
  readonly known: ReadonlySet<string>;
}

/**
 * Makes a function that says whose a call is, for the calls of one payload in their order: a pure function of payload and bundle.
 *
 * A call whose API neither its line nor its feed's configuration names is the feed's, one log group being one API's as a rule:
 * without it, rules that count per API would pass such calls over, and all such feeds would be one API in inventory and trail.
 * So is a call that only claims an API which nobody knows: its line had to be mended, or was not the gateway's. Else a caller
 * could make up a new API for each call, to be counted nowhere and to fill the tables. What an imported file claims is
 * believed, up to 64 APIs and 64 stages a payload.
 */
export function createOwner({ region, known }: OwnerOptions): (call: ApiCall) => ApiCall {
  let feed: string | undefined;
  let ofFeed = '-';
  const apis = new Bounded(CLAIMED_MAX);
  const stages = new Bounded(CLAIMED_MAX);

  function apiOf(call: ApiCall): string {
    const { apiId, feed: name } = call;
    if (apiId !== undefined && (known.has(apiId) || isWrittenByGateway(call))) return apiId;
    if (apiId !== undefined && call.trust === 'file' && !call.recovered) return apis.of(apiId);
    if (name !== feed) {
      feed = name;
      ofFeed = apiOfFeed(name);
    }
    return ofFeed;
  }

  return (call) => {
    const apiId = apiOf(call);
    const { stage } = call;
    const bounded = stage === undefined || isWrittenByGateway(call) ? stage : stages.of(stage);
    const isSubscribed = call.trust === 'gateway' || call.trust === 'unknown';
    const owned = call.region ?? (isSubscribed ? region : undefined);
    return apiId === call.apiId && owned === call.region && bounded === stage
      ? call
      : { ...call, apiId, region: owned, stage: bounded };
  };
}

const CLAIMED_MAX = 64;

function isWrittenByGateway(call: ApiCall): boolean {
  return (call.trust === 'gateway' || call.trust === 'guard') && !call.recovered;
}

/** The first so many distinct values as they are; all others are one. */
class Bounded {
  private readonly values = new Set<string>();

  constructor(private readonly most: number) {}

  of(value: string): string {
    if (this.values.has(value)) return value;
    if (this.values.size >= this.most) return OTHER;
    this.values.add(value);
    return value;
  }
}

/** What rotation appends to a file's name: numbers, dates, endings of packers. */
const ROTATION = /(?:[.\-_](?:gz|zip|bz2|zst|log|txt|json|jsonl|ndjson|csv|\d[\d.\-_:TZ]*))+$/i;

/** The feed's name; of a file without what rotation appends, so that a rotated file stays with its API. */
export function apiOfFeed(feed: string): string {
  if (!feed.startsWith('file:')) return feed === '' ? '-' : feed;
  const stem = feed.slice('file:'.length, 256).replace(ROTATION, '');
  return stem === '' || /^[\d.\-_]+$/.test(stem) ? 'file' : `file:${stem}`;
}
