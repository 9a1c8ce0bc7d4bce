import { join } from 'node:path';
import { describeProblem } from '../../core/sigma/parse/rule-problem.js';
import type { Stores } from '../dynamodb/stores.js';
import { ruleFolderStamp } from './rule-folder.js';

export interface WatchedConfigurationOptions {
  readonly stores: Stores;
  readonly dataDir: string;
  readonly nowMs: () => number;
  /** Told of what is wrong in the folder's own rules and settings; what is good is in force. */
  readonly onProblems: (problems: readonly string[]) => void;
}

/** Rules change by hand: whoever saves one waits a few seconds for it, and a look at the folder costs a few system calls. */
const LOOK_EVERY_MS = 5_000;

/**
 * The folder `config` of a data folder, looked at now and then: `refresh` puts what has changed into the bundle, and answers
 * whether it did. A folder without a configuration costs nothing, neither a YAML parser nor RE2.
 */
export function watchedConfiguration(options: WatchedConfigurationOptions): { refresh(): Promise<boolean> } {
  const { stores, dataDir, nowMs, onProblems } = options;
  const folder = join(dataDir, 'config');
  let lookedMs = Number.NEGATIVE_INFINITY;
  let seen: string | undefined;
  return {
    async refresh() {
      if (nowMs() - lookedMs < LOOK_EVERY_MS) return false;
      lookedMs = nowMs();
      const stamp = await ruleFolderStamp(folder);
      if (stamp === seen) return false;
      const isFirst = seen === undefined;
      seen = stamp;
      // Rules that were there once must go with their files; also the shipped ones may be others by now.
      if (isFirst && stamp === '' && (await stores.state.bundle())?.configuration === undefined) return false;
      const { configureFolder } = await import('./configure-folder.js');
      const { published, problems } = await configureFolder({ stores, dataDir, nowMs });
      if (problems.length > 0) onProblems(problems.map(describeProblem));
      return published;
    },
  };
}
