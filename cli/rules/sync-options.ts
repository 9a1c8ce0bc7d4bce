import type { Command } from 'commander';
import { isPlainName, readRuleFolder } from '../../adapters/files/rule-folder.js';
import type { Parameter } from '../../core/configuration/parameter.js';
import type { ParameterStore } from '../../core/ports/parameter-store.js';
import { UsageError } from '../cli-io.js';

export interface SyncOptions {
  readonly prefix: string;
  readonly delete?: true;
  readonly apply?: true;
  readonly json?: true;
}

/** Makes the store for a prefix; tests give their own. */
export type OpenParameters = (prefix: string) => Promise<ParameterStore>;

/** The SDK is loaded by those commands only that talk to Parameter Store. */
export const openParameterStore: OpenParameters = async (prefix) => {
  const { createParameterStore } = await import('../../adapters/aws/parameter-store-client.js');
  return createParameterStore({ prefix, readsPerSecond: 20 });
};

/** What push, pull and diff have in common. */
export function withSyncOptions(command: Command): Command {
  return command
    .argument('<dir>', 'folder with rules/*.yml and settings/*.json')
    .option('--prefix <path>', 'where they lie in Parameter Store', '/gatewarden')
    .option('--json', 'print one JSON document');
}

/** The prefix as the store wants it: one slash before, none behind. */
export function checkedPrefix(prefix: string): string {
  const trimmed = prefix.replace(/\/+$/, '');
  if (!/^(\/[A-Za-z0-9_.-]+)+$/.test(trimmed))
    throw new UsageError(`--prefix: seen ${prefix}, expected a path such as /gatewarden`);
  return trimmed;
}

/** The folder's parameters; throws `UsageError` that names every file whose name Parameter Store would refuse. */
export async function readFolder(folder: string): Promise<readonly Parameter[]> {
  const parameters = await readRuleFolder(folder);
  const refused = parameters.filter(({ name }) => !isPlainName(name));
  if (refused.length > 0)
    throw new UsageError(
      `names must be of letters, digits, _ . and -:\n  ${refused.map(({ name }) => name).join('\n  ')}`,
    );
  return parameters;
}
