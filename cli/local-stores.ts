import { existsSync, statSync } from 'node:fs';
import { dynamoStores, type Stores } from '../adapters/dynamodb/stores.js';
import { deleteExpiredDaily } from '../adapters/embedded/delete-expired-daily.js';
import { openEmbeddedStore } from '../adapters/embedded/embedded-store.js';
import { UsageError } from './cli-io.js';

export const DEFAULT_DATA_DIR = '.gatewarden';

export interface OpenedStores {
  readonly stores: Stores;
  close(): Promise<void>;
}

/** Opens the stores of a data folder; tests give commands their own. */
export type OpenStores = (dataDir: string, nowMs: () => number) => Promise<OpenedStores>;

/**
 * The stores of a folder that something was ingested into. Throws `UsageError` when there is no such folder: a command that
 * only reads must not leave an empty one behind.
 */
export const openExistingStores: OpenStores = async (dataDir, nowMs) => {
  if (!existsSync(dataDir) || !statSync(dataDir).isDirectory()) {
    throw new UsageError(`no data in ${dataDir}: ingest a log first, or name the folder with --data DIR`);
  }
  const embedded = await openEmbeddedStore(dataDir);
  const stores = dynamoStores({ ...embedded, nowMs });
  await deleteExpiredDaily(embedded, stores.state, nowMs());
  return { stores, close: embedded.close };
};
