import { Command } from 'commander';
import { deleteRuleFile, isPlainName, writeRuleFile } from '../../adapters/files/rule-folder.js';
import { planSync, type SyncStep } from '../../core/configuration/plan-sync.js';
import { readableParameters } from '../../core/configuration/readable-parameters.js';
import { type CliIo, printable, write } from '../cli-io.js';
import {
  type OpenParameters,
  openParameterStore,
  openSync,
  readFolder,
  type SyncOptions,
  withChangeOptions,
} from './sync-options.js';
import { describePlan, type PlanWords, planJson } from './sync-plan.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules pull my-rules
  $ gatewarden rules pull my-rules --apply --json
  $ gatewarden rules pull my-rules --delete

Shows what would change in the folder; --apply does it. Files that Parameter Store does not have stay, unless --delete
is given.`;

/** `gatewarden rules pull`: Parameter Store into a folder. */
export function pullCommand(io: CliIo, open: OpenParameters = openParameterStore): Command {
  return withChangeOptions(
    new Command('pull').description('rules and settings from Parameter Store into a folder'),
    'files that Parameter Store does not have',
  )
    .addHelpText('after', EXAMPLES)
    .action((folder: string, options: SyncOptions) => pull(folder, options, io, open));
}

async function pull(folder: string, options: SyncOptions, io: CliIo, open: OpenParameters): Promise<void> {
  const store = await openSync(options, open);
  const { parameters, problems } = readableParameters(await store.all());
  const steps = planSync({
    wanted: parameters.filter(({ name }) => isPlainName(name)),
    present: await readFolder(folder),
    absent: options.delete === true ? 'delete' : 'leave',
  });
  const passedOver = [
    ...problems.map(({ file }) => file),
    ...parameters.flatMap(({ name }) => (isPlainName(name) ? [] : [name])),
  ];
  const words: PlanWords = { target: 'the folder', restarted: new Map(), hasTiers: false };
  const isApplied = options.apply === true;
  if (isApplied) await apply(steps, folder);
  if (options.json === true)
    await write(
      io.stdout,
      `${JSON.stringify({ ...planJson(steps, words, isApplied), passedOver }, undefined, 2)}\n`,
    );
  else {
    const isDone = steps.every(({ kind }) => kind === 'same' || kind === 'left');
    const outcome = isDone
      ? 'Nothing to do\n'
      : isApplied
        ? 'Done\n'
        : 'Nothing was changed: --apply does it\n';
    const skipped = passedOver
      .map((name) => `! ${printable(name)}: no plain text, or no name for a file\n`)
      .join('');
    await write(io.stdout, `${describePlan(steps, words, io)}${skipped}${outcome}`);
  }
}

async function apply(steps: readonly SyncStep[], folder: string): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'add' || step.kind === 'change') await writeRuleFile(folder, step);
    if (step.kind === 'delete') await deleteRuleFile(folder, step.name);
  }
}
