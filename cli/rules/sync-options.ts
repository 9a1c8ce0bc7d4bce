import type { Command } from 'commander';
import { isPlainName, readRuleFolder } from '../../adapters/files/rule-folder.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import type { Parameter } from '../../core/configuration/parameter.js';
import type { ParameterStore } from '../../core/ports/parameter-store.js';
import type { TrailEvent } from '../../core/ports/trail-store.js';
import { type CliIo, UsageError } from '../cli-io.js';
import { explainAws } from '../explain-aws.js';
import { noStack, openStack } from '../open-stores.js';
import { accessOf, type StackOptions, withStack } from '../place-options.js';

export interface SyncOptions extends StackOptions {
  readonly prefix?: string;
  readonly delete?: true;
  readonly apply?: true;
  readonly json?: true;
}

/** Makes the store for a prefix; tests give their own. */
export type OpenParameters = (prefix: string, options: SyncOptions) => Promise<ParameterStore>;

/** The SDK is loaded by those commands only that talk to Parameter Store. */
export const openParameterStore: OpenParameters = async (prefix, options) => {
  const { createParameterStore } = await import('../../adapters/aws/parameter-store-client.js');
  return createParameterStore({ prefix, readsPerSecond: 20, ...accessOf(options) });
};

const DEFAULT_PREFIX = '/gatewarden';

/** What push, pull and diff have in common. */
export function withSyncOptions(command: Command): Command {
  command
    .argument('<dir>', 'folder with rules/*.yml and settings/*.json')
    .option('--prefix <path>', `where they lie in Parameter Store (default: ${DEFAULT_PREFIX})`);
  return withStack(command, 'on AWS: the stack whose rules they are; it says where they lie', [
    'prefix',
  ]).option('--json', 'print one JSON document');
}

/** What push and pull have beyond that: both change the one side or the other. */
export function withChangeOptions(command: Command, deleted: string): Command {
  return withSyncOptions(command)
    .option('--apply', 'do it; without, only the plan is shown')
    .option('--delete', `delete ${deleted}`);
}

/** Parameter Store below the prefix that is meant. Throws `UsageError` where there is no such stack or prefix. */
export async function openSync(options: SyncOptions, open: OpenParameters): Promise<ParameterStore> {
  const { stack } = options;
  if (stack === undefined) return open(checkedPrefix(options.prefix ?? DEFAULT_PREFIX), options);
  const { readStackNames } = await import('../../adapters/aws/read-stack-names.js');
  const names = await explainAws(() => readStackNames(stack, accessOf(options)));
  if (names === undefined) throw noStack(stack);
  return open(names.parameters, options);
}

/** Writes an event into the trail of the stack that is named; without one, compile records what it sees. */
export async function recordInStack(
  event: Omit<TrailEvent, 'id' | 'timeMs'>,
  options: SyncOptions,
  io: CliIo,
): Promise<void> {
  const { stack } = options;
  if (stack === undefined) return;
  const { stores, close } = await openStack({ ...options, stack }, io.nowMs);
  try {
    const timeMs = io.nowMs();
    const id = nodeDigest.hex([event.kind, JSON.stringify(event.details), String(timeMs)], 16);
    await stores.trail.record({ ...event, id, timeMs });
  } finally {
    await close();
  }
}

/** The prefix as the store wants it: one slash before, none behind. */
function checkedPrefix(prefix: string): string {
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
