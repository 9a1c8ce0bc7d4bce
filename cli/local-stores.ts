import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { dynamoStores, type Stores } from '../adapters/dynamodb/stores.js';
import { deleteExpiredDaily } from '../adapters/embedded/delete-expired-daily.js';
import { hasEmbeddedStore, openEmbeddedStore } from '../adapters/embedded/embedded-store.js';
import { UsageError } from './cli-io.js';

export interface OpenedStores {
  readonly stores: Stores;
  /** For a folder this machine does what the functions do on AWS. */
  readonly kind: 'folder' | 'stack';
  close(): Promise<void>;
}

/**
 * The stores of a folder that something was ingested into. Throws `UsageError` when nothing was: a command that only reads
 * must not leave an empty store behind.
 */
export async function openExistingStores(dataDir: string, nowMs: () => number): Promise<OpenedStores> {
  if (!hasEmbeddedStore(dataDir)) throw noData(dataDir);
  return openFolder(dataDir, nowMs);
}

/** The same, for commands about rules: they may be decided about before anything is ingested, where the folder configures some. */
export async function openConfiguredStores(dataDir: string, nowMs: () => number): Promise<OpenedStores> {
  if (!isDataFolder(dataDir)) throw noData(dataDir);
  return openFolder(dataDir, nowMs);
}

/** Whether the folder has data, or a configuration of rules and settings. */
export function isDataFolder(dataDir: string): boolean {
  return hasEmbeddedStore(dataDir) || existsSync(join(dataDir, 'config'));
}

function noData(dataDir: string): UsageError {
  return new UsageError(
    `no data in ${dataDir}: ingest a log first, or name the folder with --data DIR, or on AWS the stack with --stack NAME`,
  );
}

async function openFolder(dataDir: string, nowMs: () => number): Promise<OpenedStores> {
  const embedded = await openEmbeddedStore(dataDir);
  const stores = dynamoStores({ ...embedded, nowMs });
  await deleteExpiredDaily(embedded, stores.state, nowMs());
  return { stores, kind: 'folder', close: embedded.close };
}
