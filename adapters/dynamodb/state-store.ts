import { randomUUID } from 'node:crypto';
import type { LifeCycleRecord } from '../../core/alerts/life-cycle.js';
import type { BacktestRecord } from '../../core/backtest/backtest-record.js';
import type { Bundle } from '../../core/bundle.js';
import { BUNDLE_MAX_CHARACTERS, isWithinSize } from '../../core/bundle-size.js';
import type { WaitingLine } from '../../core/calls/feeds/split-request.js';
import { Fault } from '../../core/fault.js';
import type { PoisonRecord, StateStore, WaitingPart } from '../../core/ports/state-store.js';
import type { Item } from './attributes.js';
import * as backtests from './backtest-params.js';
import * as bundles from './bundle-params.js';
import { isExpired } from './expiry.js';
import * as lifeCycles from './life-cycle-params.js';
import * as params from './state-params.js';
import type { StoreContext } from './store-context.js';
import type { TableNames } from './table-schema.js';
import * as waitings from './waiting-params.js';

/** A replaced bundle stays readable for whoever still holds its version. */
const REPLACED_BUNDLE_SECONDS = 7 * 86_400;
/** A pointer that moves while its parts are read is read again; more often than this it is not moving, it is broken. */
const BUNDLE_READS = 4;

/** Bundles, life cycles, backtests, records set aside, lines of split requests, cursors, leases and counters in the State table. */
export function dynamoStateStore(
  context: Omit<StoreContext, 'tables'> & { readonly tables: Pick<TableNames, 'State'> },
): StateStore {
  const { sender, tables, nowMs } = context;
  const table = tables.State;

  async function pointer(): Promise<bundles.BundlePointer | undefined> {
    const item = await sender.get(bundles.pointerParams(table));
    return item === undefined ? undefined : bundles.decodePointer(table, item);
  }

  async function parts(version: string): Promise<readonly Item[]> {
    const items: Item[] = [];
    for await (const item of sender.query(bundles.partsParams(table, version))) items.push(item);
    return items;
  }

  async function expireBundle({ version, parts: count }: bundles.BundlePointer): Promise<void> {
    const expires = Math.floor(nowMs() / 1000) + REPLACED_BUNDLE_SECONDS;
    for (let part = 0; part < count; part++)
      await sender.update(bundles.expirePartParams(table, version, part, expires));
  }

  return {
    async bundle() {
      for (let reads = 0; reads < BUNDLE_READS; reads++) {
        const head = await pointer();
        if (head === undefined) return undefined;
        const bundle = bundles.unpackBundle(table, head, await parts(head.version));
        if (bundle !== undefined) return bundle;
      }
      throw new Fault('store.corrupt', { table, attribute: 'bundle' });
    },

    async bundleVersion() {
      return (await pointer())?.version;
    },

    async publishBundle(bundle: Bundle, replaces: string | undefined) {
      if (!isWithinSize(bundle))
        throw new Fault('bundle.oversized', { version: bundle.version, most: BUNDLE_MAX_CHARACTERS });
      const before = await pointer();
      if (before?.version !== replaces) return false;
      const packed = bundles.packBundle(bundle);
      await Promise.all(
        packed.parts.map((bytes, part) =>
          sender.put(bundles.putPartParams(table, bundle.version, part, bytes)),
        ),
      );
      const outcome = await sender.put(bundles.switchPointerParams(table, packed.pointer, replaces));
      if (outcome === 'refused') return false;
      if (before !== undefined && before.version !== bundle.version) await expireBundle(before);
      return true;
    },

    async lifeCycle() {
      const records: LifeCycleRecord[] = [];
      for await (const item of sender.query(lifeCycles.lifeCycleParams(table)))
        records.push(lifeCycles.decodeLifeCycle(table, item));
      return records;
    },

    async setLifeCycle(record: LifeCycleRecord) {
      await sender.put(lifeCycles.setLifeCycleParams(table, record));
    },

    async backtest(ruleId: string, contentHash: string) {
      const item = await sender.get(backtests.backtestParams(table, ruleId, contentHash));
      return item === undefined || isExpired(table, item, nowMs())
        ? undefined
        : backtests.decodeBacktest(table, item);
    },

    async putBacktest(record: BacktestRecord) {
      await sender.put(backtests.putBacktestParams(table, record));
    },

    async putPoison(record: PoisonRecord) {
      await sender.put(params.putPoisonParams(table, record));
    },

    async *poison(sinceMs: number): AsyncGenerator<PoisonRecord> {
      // The index lags behind a deletion, so a key may be of an item that is gone.
      for await (const item of sender.getAll(table, sender.query(params.poisonParams(table, sinceMs))))
        if (!isExpired(table, item, nowMs())) yield params.decodePoison(table, item);
    },

    async deletePoison(digest: string, position: number) {
      await sender.delete(params.deletePoisonParams(table, digest, position));
    },

    async putWaiting(part: WaitingPart) {
      await sender.put(waitings.putWaitingParams(table, part));
    },

    async waiting(key: string) {
      const lines: WaitingLine[] = [];
      let parts = 0;
      for await (const item of sender.query(waitings.waitingParams(table, key))) {
        if (!isExpired(table, item, nowMs())) lines.push(...waitings.decodeWaiting(table, item));
        parts += 1;
        if (parts === waitings.WAITING_PARTS_MAX) break;
      }
      return lines;
    },

    async cursor(name: string) {
      const item = await sender.get(params.cursorParams(table, name));
      return item === undefined || isExpired(table, item, nowMs())
        ? undefined
        : params.decodeCursor(table, item);
    },

    async setCursor(name: string, value: string) {
      await sender.put(params.setCursorParams(table, name, value, nowMs()));
    },

    async lease(name: string, ttlMs: number) {
      const lease = { name, holder: randomUUID() };
      const outcome = await sender.put(params.leaseParams(table, lease, { nowMs: nowMs(), ttlMs }));
      if (outcome === 'refused') return undefined;
      return {
        async release() {
          await sender.update(params.releaseParams(table, lease));
        },
      };
    },

    async secret(name: string, fresh: string) {
      const read = async (): Promise<string | undefined> => {
        const item = await sender.get(params.secretParams(table, name));
        return item === undefined ? undefined : params.decodeSecret(table, item);
      };
      const known = await read();
      if (known !== undefined) return known;
      // Another container may be faster: then its secret is the one.
      if ((await sender.put(params.putSecretParams(table, name, fresh))) === 'written') return fresh;
      return (await read()) ?? fresh;
    },

    async count(dayMs: number, counters: Readonly<Record<string, number>>) {
      const shard = Math.floor(Math.random() * params.COUNT_SHARDS);
      const update = params.countParams(table, dayMs, shard, counters);
      if (update !== undefined) await sender.update(update);
    },

    async counts(dayMs: number) {
      const sums = new Map<string, number>();
      for await (const item of sender.query(params.countsParams(table, dayMs))) {
        for (const [name, value] of params.decodeCounts(table, item))
          sums.set(name, (sums.get(name) ?? 0) + value);
      }
      return Object.fromEntries(sums);
    },
  };
}
