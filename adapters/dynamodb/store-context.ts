import type { NowMs } from './expiry.js';
import type { TableNames } from './table-schema.js';
import type { TableSender } from './table-sender.js';

/** What every store is made from. */
export interface StoreContext {
  readonly sender: TableSender;
  readonly tables: TableNames;
  readonly nowMs: NowMs;
}
