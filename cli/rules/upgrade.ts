import { Command } from 'commander';
import { planUpgrade, type UpgradePlan } from '../../core/configuration/plan-upgrade.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { DEFAULT_DATA_DIR } from '../local-stores.js';
import { compiler, openInstallation } from './installation.js';

interface UpgradeOptions {
  readonly data: string;
  readonly plan?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules upgrade --plan
  $ gatewarden rules upgrade --plan --json

Compares the packs in force with those that this version ships, under your own settings: which rules come, go or change,
and what they count up to before and after. Deploying this version puts them in force.`;

/** `gatewarden rules upgrade --plan`: what the packs of this version change. */
export function upgradeCommand(io: CliIo): Command {
  return new Command('upgrade')
    .description('what the packs of this version change, compared with those in force')
    .option('--plan', 'show it; nothing is changed')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR)
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: UpgradeOptions) => upgrade(options, io));
}

async function upgrade({ data, plan, json }: UpgradeOptions, io: CliIo): Promise<void> {
  if (plan !== true)
    throw new UsageError('give --plan: packs come into force with the version that ships them');
  const { CONFIGURE_PARTS, compileInto } = await compiler();
  const installation = await openInstallation(data, io);
  try {
    const { state } = installation.stores;
    const now = (await state.bundle()) ?? CONFIGURE_PARTS.shippedBundle();
    const parameters = now.configuration?.accepted ?? [];
    const lifeCycle = await state.lifeCycle();
    const { bundle: next } = compileInto(now, { parameters, lifeCycle }, CONFIGURE_PARTS);
    // A bundle from before the first compilation runs the shipped rules of whoever reads it.
    const found = planUpgrade(now.configuration === undefined ? next : now, next);
    await write(io.stdout, json === true ? `${JSON.stringify(found, undefined, 2)}\n` : describe(found));
  } finally {
    await installation.close();
  }
}

function describe({ packs, steps }: UpgradePlan): string {
  if (packs.length === 0 && steps.length === 0) return 'The packs in force are those of this version\n';
  const marks = { added: '+', removed: '-', changed: '~' } as const;
  return [
    ...packs.map(({ name, before, after }) => `${name}: ${before} → ${after}\n`),
    ...steps.map(({ kind, title, before, after, details }) => {
      const states = before === after ? after : `${before} → ${after}`;
      return `${marks[kind]} ${printable(title)} (${states})\n${details.map((line) => `    ${printable(line)}\n`).join('')}`;
    }),
  ].join('');
}
