import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stores } from '../../adapters/dynamodb/stores.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import type { Bundle } from '../../core/bundle.js';
import type { CliIo } from '../cli-io.js';
import { isDataFolder, openConfiguredStores } from '../local-stores.js';
import { openStack } from '../open-stores.js';
import { type PlaceOptions, refuseStrayAccess } from '../place-options.js';

/** Where rules are in force: a stack on AWS, or a data folder on this machine. */
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

/** Opens an installation. Throws `UsageError` where there is none. */
export async function openInstallation(place: PlaceOptions, io: CliIo): Promise<Installation> {
  refuseStrayAccess(place);
  const { stack, data: dataDir } = place;
  if (stack !== undefined) {
    const { stores, close } = await openStack({ ...place, stack }, io.nowMs);
    return {
      stores,
      bundle: async () => configured((await stores.state.bundle()) ?? shippedBundle()),
      feed: 'live',
      takesEffect: 'with the next compilation, within five minutes',
      close,
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
export async function readInForce(place: PlaceOptions, io: CliIo): Promise<Bundle> {
  refuseStrayAccess(place);
  const isFolder = place.stack === undefined;
  if (isFolder && !isDataFolder(place.data)) return configured(shippedBundle());
  const installation = await openInstallation(place, io);
  try {
    if (!isFolder || existsSync(join(place.data, 'config'))) return await installation.bundle();
    return await configured((await installation.stores.state.bundle()) ?? shippedBundle());
  } finally {
    await installation.close();
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
