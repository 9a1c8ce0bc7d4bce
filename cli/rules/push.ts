import { Command } from 'commander';
import type { Parameter } from '../../core/configuration/parameter.js';
import { ADVANCED_MAX_BYTES, planSync, type SyncStep, tierOf } from '../../core/configuration/plan-sync.js';
import { readableParameters } from '../../core/configuration/readable-parameters.js';
import type { ParameterStore } from '../../core/ports/parameter-store.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { whoAmI } from '../who-am-i.js';
import { compiler } from './installation.js';
import {
  type OpenParameters,
  openParameterStore,
  openSync,
  readFolder,
  recordInStack,
  type SyncOptions,
  withChangeOptions,
} from './sync-options.js';
import { describePlan, type PlanWords, planJson } from './sync-plan.js';

const EXAMPLES = `
Examples:
  $ gatewarden rules push my-rules
  $ gatewarden rules push my-rules --apply --json
  $ gatewarden rules push my-rules --prefix /gatewarden --delete
  $ gatewarden rules push my-rules --stack gatewarden --apply

Shows what would change in Parameter Store; --apply does it. Everything is validated before: nothing is pushed while one
rule or setting is broken. A rule whose content changes starts again as a draft. With --stack the push is in the trail, too.`;

/** `gatewarden rules push`: a folder into Parameter Store. */
export function pushCommand(io: CliIo, open: OpenParameters = openParameterStore): Command {
  return withChangeOptions(
    new Command('push').description('a folder of rules and settings into Parameter Store'),
    'what the folder does not have',
  )
    .addHelpText('after', EXAMPLES)
    .action((folder: string, options: SyncOptions) => push(folder, options, io, open));
}

async function push(folder: string, options: SyncOptions, io: CliIo, open: OpenParameters): Promise<void> {
  const store = await openSync(options, open);
  const { steps, words } = await planPush(folder, options, store);
  const isApplied = options.apply === true;
  if (options.json !== true) await write(io.stdout, describePlan(steps, words, io));
  if (isApplied) {
    const changed = steps.flatMap(({ kind, name }) =>
      kind === 'same' || kind === 'left' ? [] : [`${kind} ${name}`],
    );
    // Before it is done, as everything that the trail tells.
    if (changed.length > 0)
      await recordInStack(
        { kind: 'rules.pushed', details: { by: whoAmI(), changed: changed.join(', ') } },
        options,
        io,
      );
    await apply(steps, store);
  }
  const changes = steps.filter(({ kind }) => kind === 'add' || kind === 'change' || kind === 'delete').length;
  if (options.json === true)
    await write(io.stdout, `${JSON.stringify(planJson(steps, words, isApplied), undefined, 2)}\n`);
  else if (changes === 0) await write(io.stdout, 'Nothing to do\n');
  else
    await write(
      io.stdout,
      isApplied
        ? `${changes} changed; the compile function has it in force within minutes\n`
        : 'Nothing was changed: --apply does it\n',
    );
}

/** What a push would do. Throws `UsageError` with every problem when one text is broken or too large. */
export async function planPush(
  folder: string,
  options: SyncOptions,
  store: ParameterStore,
): Promise<{ readonly steps: readonly SyncStep[]; readonly words: PlanWords }> {
  const wanted = await readFolder(folder);
  if (wanted.length === 0)
    throw new UsageError(`${folder} has no rules/*.yml and no settings/*.json: is it the right folder?`);
  const { parameters: present } = readableParameters(await store.all());
  const absent = options.delete === true ? 'delete' : 'leave';
  const names = new Set(wanted.map(({ name }) => name));
  const after = [...wanted, ...(absent === 'leave' ? present.filter(({ name }) => !names.has(name)) : [])];
  await refuseBroken(wanted, after);
  const { CONFIGURE_PARTS, restartedRules } = await compiler();
  return {
    steps: planSync({ wanted, present, absent }),
    words: {
      target: 'Parameter Store',
      restarted: restartedRules(present, after, CONFIGURE_PARTS),
      hasTiers: true,
    },
  };
}

async function refuseBroken(wanted: readonly Parameter[], after: readonly Parameter[]): Promise<void> {
  const { CONFIGURE_PARTS, compileConfiguration, describeProblem } = await compiler();
  const sources = { parameters: after, shipped: CONFIGURE_PARTS.shipped, lifeCycle: [], previous: undefined };
  const { problems } = compileConfiguration(sources, CONFIGURE_PARTS.tools);
  const names = new Set(wanted.map(({ name }) => name));
  const tooLarge = wanted
    .filter(({ text }) => tierOf(text) === undefined)
    .map(
      ({ name }) =>
        `${name}: larger than the ${ADVANCED_MAX_BYTES} bytes of a parameter; divide it into several files`,
    );
  // What is broken in Parameter Store already, and not touched, is not this push's to answer for.
  const own = problems.filter(({ file }) => names.has(file)).map(describeProblem);
  if (own.length + tooLarge.length > 0)
    throw new UsageError(`nothing was pushed:\n  ${[...own, ...tooLarge].map(printable).join('\n  ')}`);
}

async function apply(steps: readonly SyncStep[], store: ParameterStore): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'add' || step.kind === 'change')
      await store.put({ name: step.name, text: step.text }, tierOf(step.text) ?? 'advanced');
    if (step.kind === 'delete') await store.delete(step.name);
  }
}
