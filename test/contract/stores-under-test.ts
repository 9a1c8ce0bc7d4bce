import type { Item } from '../../adapters/dynamodb/attributes.js';
import type { Stores } from '../../adapters/dynamodb/stores.js';
import type { TableName } from '../../adapters/dynamodb/table-schema.js';
import type { StoreCharge } from '../../adapters/dynamodb/table-sender.js';

/** Stores over fresh tables, under a clock that the test sets; `reopen` gives other stores over the same tables. */
export interface StoresUnderTest {
  readonly stores: Stores;
  /** As a second process has them: nothing remembered, the same tables. */
  reopen(): Stores;
  setNow(nowMs: number): void;
  /** Writes an item as it is, for what no store would write. */
  putItem(table: TableName, item: Item): Promise<unknown>;
  readonly charges: StoreCharge[];
  /** What the stores hold altogether, for tests that must find no trace of something in a key. */
  allKeys(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** The instant that tests start at; every suite sets the clock itself. */
export const START_MS = Date.UTC(2026, 10, 23, 12, 0, 0);
export const HOUR_MS = 3_600_000;

/** 10 KB of what a caller may write: separators, control characters, half a surrogate pair, something like a key. */
export const HOSTILE = `☠#'"<\u0000${'ALERT#x#%0a💥'.repeat(800)}\ud800`;

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
