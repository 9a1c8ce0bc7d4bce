import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { FindingStore } from '../../core/ports/finding-store.js';
import type { InventoryStore } from '../../core/ports/inventory-store.js';
import type { StateStore } from '../../core/ports/state-store.js';
import type { TrailStore } from '../../core/ports/trail-store.js';
import type { WindowStore } from '../../core/ports/window-store.js';
import type { NowMs } from './expiry.js';
import { dynamoFindingStore } from './finding-store.js';
import { dynamoInventoryStore } from './inventory-store.js';
import { dynamoStateStore } from './state-store.js';
import type { TableNames } from './table-schema.js';
import { TableSender, type TableSenderOptions } from './table-sender.js';
import { dynamoTrailStore } from './trail-store.js';
import { dynamoWindowStore } from './window-store.js';

export interface Stores {
  readonly trail: TrailStore;
  readonly windows: WindowStore;
  readonly findings: FindingStore;
  readonly state: StateStore;
  readonly inventory: InventoryStore;
}

export interface StoresOptions extends TableSenderOptions {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  /** Epoch milliseconds; expired items are told by it. */
  readonly nowMs: NowMs;
}

/** All stores over one client; requests in flight are bounded over all of them together. */
export function dynamoStores(options: StoresOptions): Stores {
  const { client, tables, nowMs } = options;
  const context = { sender: new TableSender(client, options), tables, nowMs };
  return {
    trail: dynamoTrailStore(context),
    windows: dynamoWindowStore(context),
    findings: dynamoFindingStore(context),
    state: dynamoStateStore(context),
    inventory: dynamoInventoryStore(context),
  };
}
