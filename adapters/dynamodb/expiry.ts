import { type Item, ItemReader } from './attributes.js';
import { TTL_ATTRIBUTE } from './table-schema.js';

/** The wall clock of a store, epoch milliseconds. */
export type NowMs = () => number;

/** DynamoDB deletes expired items only within days, so every read asks. */
export function isExpired(table: string, item: Readonly<Item>, nowMs: number): boolean {
  const expires = new ItemReader(table, item).optionalNumber(TTL_ATTRIBUTE);
  return expires !== undefined && expires * 1000 <= nowMs;
}
