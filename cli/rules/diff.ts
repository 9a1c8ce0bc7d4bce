import { Command } from 'commander';
import { type CliIo, write } from '../cli-io.js';
import { planPush } from './push.js';
import {
  type OpenParameters,
  openParameterStore,
  openSync,
  type SyncOptions,
  withSyncOptions,
} from './sync-options.js';
import { describePlan, planJson } from './sync-plan.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules diff my-rules
  $ gatewarden rules diff my-rules --json

What push would change. With --fail-on-difference it ends with 1 where there is anything, for pipelines.`;

/** `gatewarden rules diff`: how a folder and Parameter Store differ. */
export function diffCommand(io: CliIo, open: OpenParameters = openParameterStore): Command {
  return withSyncOptions(new Command('diff').description('how a folder and Parameter Store differ'))
    .option('--fail-on-difference', 'exit with 1 where they differ')
    .addHelpText('after', EXAMPLES)
    .action((folder: string, options: SyncOptions & { readonly failOnDifference?: true }) =>
      diff(folder, options, io, open),
    );
}

async function diff(
  folder: string,
  options: SyncOptions & { readonly failOnDifference?: true },
  io: CliIo,
  open: OpenParameters,
): Promise<void> {
  const store = await openSync(options, open);
  const { steps, words } = await planPush(folder, options, store);
  const differs = steps.some(({ kind }) => kind !== 'same');
  await write(
    io.stdout,
    options.json === true
      ? `${JSON.stringify(planJson(steps, words, false), undefined, 2)}\n`
      : `${describePlan(steps, words, io)}${differs ? '' : 'No difference\n'}`,
  );
  if (differs && options.failOnDifference === true) io.setExitCode(1);
}
