import {
  WINDOW_MEMBERS_MAX,
  type WindowBuckets,
  type WindowKey,
  type WindowSpan,
  type WindowStore,
  type WindowTouch,
} from '../../core/ports/window-store.js';
import { isExpired } from './expiry.js';
import { type Split, smallestMembers, smallestOfEach } from './smallest-members.js';
import type { StoreContext } from './store-context.js';
import * as params from './window-params.js';

/** State of an import of old logs lives this long: its own expiry, reckoned from event time, has passed already. */
const IMPORT_TTL_SECONDS = 36 * 3600;
const EMPTY: WindowSpan = { buckets: new Map(), saturated: false, group: {}, revision: 0 };

/** Counting windows in the State table. */
export function dynamoWindowStore({ sender, tables, nowMs }: StoreContext): WindowStore {
  const table = tables.State;

  function expiry(wanted: number): number {
    const nowSeconds = Math.floor(nowMs() / 1000);
    return wanted > nowSeconds ? wanted : nowSeconds + IMPORT_TTL_SECONDS;
  }

  async function read(key: WindowKey): Promise<WindowSpan> {
    const item = await sender.get(params.spanParams(table, key));
    return item === undefined || isExpired(table, item, nowMs()) ? EMPTY : params.decodeSpan(table, item);
  }

  async function touch(touched: WindowTouch): Promise<WindowSpan> {
    const { keep: add, drop: excess } = kept(touched, touched.add);
    const update = params.touchParams(
      table,
      { ...touched, add },
      { expires: expiry(touched.expiresAtSeconds), saturated: excess.size > 0 },
    );
    const written = await sender.update(update);
    const item = written.kind === 'written' ? written.item : undefined;
    if (item === undefined) return EMPTY;
    const span = params.decodeSpan(table, item);
    const { drop } = kept(touched, span.buckets);
    if (drop.size === 0) return span;
    const pruned = await sender.update(params.pruneParams(table, touched.key, drop));
    return pruned.kind === 'written' && pruned.item !== undefined
      ? params.decodeSpan(table, pruned.item)
      : EMPTY;
  }

  async function readAll(keys: readonly WindowKey[]): Promise<readonly WindowSpan[]> {
    const itemKeys = keys.map(params.spanItemKey);
    const names = itemKeys.map(params.spanName);
    // A batch must not name a key twice.
    const wanted = new Map(itemKeys.map((key, at) => [names[at], key]));
    const spans = new Map<string, WindowSpan>();
    for await (const item of sender.getAll(table, wanted.values())) {
      if (!isExpired(table, item, nowMs())) spans.set(params.spanName(item), params.decodeSpan(table, item));
    }
    return names.map((name) => spans.get(name) ?? EMPTY);
  }

  async function drop(key: WindowKey, members: WindowBuckets): Promise<void> {
    const some = new Map([...members].filter(([, superfluous]) => superfluous.length > 0));
    if (some.size > 0) await sender.update(params.dropParams(table, key, some));
  }

  async function due(untilMs: number, limit: number): Promise<readonly WindowKey[]> {
    const keys: WindowKey[] = [];
    for await (const item of sender.query(params.dueParams(table, untilMs, limit))) {
      if (keys.length >= limit) break;
      keys.push(params.decodeKey(table, item));
    }
    return keys;
  }

  return {
    touch,
    read,
    readAll,
    drop,
    due,
    reopen: async (key, closesAtMs) => {
      await sender.update(params.reopenParams(table, key, closesAtMs));
    },
    closed: async (key, revision) =>
      (await sender.update(params.closedParams(table, key, revision))).kind === 'written',
  };
}

function kept({ limit = WINDOW_MEMBERS_MAX, limitEach }: WindowTouch, buckets: WindowBuckets): Split {
  return limitEach === undefined
    ? smallestMembers(buckets, Math.min(limit, WINDOW_MEMBERS_MAX))
    : smallestOfEach(buckets, limitEach);
}
