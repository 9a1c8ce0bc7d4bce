import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import { createDynamoClient } from '../../adapters/dynamodb/dynamo-client.js';
import { dynamoStores, type Stores } from '../../adapters/dynamodb/stores.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import type { Bundle } from '../../core/bundle.js';
import type { TrailEvent } from '../../core/ports/trail-store.js';
import type { CliIo } from '../cli-io.js';
import { isDataFolder, openConfiguredStores } from '../local-stores.js';

/** Where rules are in force: the tables that the environment names, or a data folder on this machine. */
export interface Installation {
  readonly stores: Stores;
  /** The configuration in force; on this machine after what lies in the folder `config` was compiled. */
  bundle(): Promise<Bundle>;
  /** How its calls come: of a live feed silence lasts until now, an imported file ends with its last call. */
  readonly feed: 'live' | 'import';
  /** When a decision takes effect. */
  readonly takesEffect: string;
  close(): Promise<void>;
}

const ENV = v.object(TABLE_ENV);

/** Opens an installation. Throws `UsageError` where there is neither. */
export async function openInstallation(dataDir: string, io: CliIo): Promise<Installation> {
  const tables = v.safeParse(ENV, io.env);
  if (tables.success) {
    const client = createDynamoClient();
    const stores = dynamoStores({ client, tables: toTableNames(tables.output), nowMs: io.nowMs });
    return {
      stores,
      bundle: async () => configured((await stores.state.bundle()) ?? shippedBundle()),
      feed: 'live',
      takesEffect: 'with the next compilation, within five minutes',
      close: async () => client.destroy(),
    };
  }
  const { stores, close } = await openConfiguredStores(dataDir, io.nowMs);
  return {
    stores,
    async bundle() {
      const { configureFolder } = await compiler();
      return (await configureFolder({ stores, dataDir, nowMs: io.nowMs })).bundle;
    },
    feed: 'import',
    takesEffect: 'at once',
    close,
  };
}

/** What is in force, for commands that only look: without data the shipped rules, and no folder is made. */
export async function readInForce(dataDir: string, io: CliIo): Promise<Bundle> {
  if (!v.is(ENV, io.env) && !isDataFolder(dataDir)) return configured(shippedBundle());
  const installation = await openInstallation(dataDir, io);
  try {
    const isOwn = existsSync(join(dataDir, 'config')) && !v.is(ENV, io.env);
    if (isOwn) return await installation.bundle();
    return await configured((await installation.stores.state.bundle()) ?? shippedBundle());
  } finally {
    await installation.close();
  }
}

/** Writes an event into the trail of the tables that the environment names; without them, compile records what it sees. */
export async function recordOnAws(event: Omit<TrailEvent, 'id' | 'timeMs'>, io: CliIo): Promise<void> {
  if (!v.is(ENV, io.env)) return;
  const { stores, close } = await openInstallation('', io);
  try {
    const timeMs = io.nowMs();
    const id = nodeDigest.hex([event.kind, JSON.stringify(event.details), String(timeMs)], 16);
    await stores.trail.record({ ...event, id, timeMs });
  } finally {
    await close();
  }
}

/** Who is at this terminal, for the trail. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return 'unknown';
  }
}

/** The YAML parser and RE2 come with it: only for commands that compile. */
export async function compiler() {
  const { CONFIGURE_PARTS, configureFolder } = await import('../../adapters/files/configure-folder.js');
  const { compileInto } = await import('../../core/configuration/configure.js');
  const { compileConfiguration } = await import('../../core/configuration/compile-configuration.js');
  const { restartedRules } = await import('../../core/configuration/restarted-rules.js');
  const { describeProblem } = await import('../../core/sigma/parse/rule-problem.js');
  return {
    CONFIGURE_PARTS,
    configureFolder,
    compileInto,
    compileConfiguration,
    restartedRules,
    describeProblem,
  };
}

/** A bundle from before the first compilation says nothing of packs and states: an empty configuration does. */
async function configured(bundle: Bundle): Promise<Bundle> {
  if (bundle.configuration !== undefined) return bundle;
  const { CONFIGURE_PARTS, compileInto } = await compiler();
  return compileInto(bundle, { parameters: [], lifeCycle: [] }, CONFIGURE_PARTS).bundle;
}
