import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dynamoStores, type Stores } from '../adapters/dynamodb/stores.js';
import { deleteExpiredDaily } from '../adapters/embedded/delete-expired-daily.js';
import { hasEmbeddedStore, openEmbeddedStore } from '../adapters/embedded/embedded-store.js';
import { UsageError } from './cli-io.js';

export const DEFAULT_DATA_DIR = '.gatewarden';

export interface OpenedStores {
  readonly stores: Stores;
  close(): Promise<void>;
}

/** Opens the stores of a data folder; tests give commands their own. */
export type OpenStores = (dataDir: string, nowMs: () => number) => Promise<OpenedStores>;

/**
 * The stores of a folder that something was ingested into. Throws `UsageError` when nothing was: a command that only reads
 * must not leave an empty store behind.
 */
export const openExistingStores: OpenStores = async (dataDir, nowMs) => {
  if (!hasEmbeddedStore(dataDir)) throw noData(dataDir);
  return openFolder(dataDir, nowMs);
};

/** The same, for commands about rules: they may be decided about before anything is ingested, where the folder configures some. */
export const openConfiguredStores: OpenStores = async (dataDir, nowMs) => {
  if (!isDataFolder(dataDir)) throw noData(dataDir);
  return openFolder(dataDir, nowMs);
};

/** Whether the folder has data, or a configuration of rules and settings. */
export function isDataFolder(dataDir: string): boolean {
  return hasEmbeddedStore(dataDir) || existsSync(join(dataDir, 'config'));
}

function noData(dataDir: string): UsageError {
  return new UsageError(`no data in ${dataDir}: ingest a log first, or name the folder with --data DIR`);
}

async function openFolder(dataDir: string, nowMs: () => number): Promise<OpenedStores> {
  const embedded = await openEmbeddedStore(dataDir);
  const stores = dynamoStores({ ...embedded, nowMs });
  await deleteExpiredDaily(embedded, stores.state, nowMs());
  return { stores, close: embedded.close };
}
