import { Command } from 'commander';
import pc from 'picocolors';
import { planUpgrade, type UpgradePlan } from '../../core/configuration/plan-upgrade.js';
import { type CliIo, printable, UsageError, write } from '../cli-io.js';
import { fitted, textWidth } from '../fitted.js';
import { type PlaceOptions, withPlace } from '../place-options.js';
import { type Colours, tableStyle } from '../table.js';
import { ruleJson, timeOf } from './backtest.js';
import { differenceText, rateText } from './describe-trial.js';
import { compiler, openInstallation } from './installation.js';
import { runTrial, type TriedRule } from './run-trial.js';
import { versionsOf } from './trial.js';

interface UpgradeOptions extends PlaceOptions {
  readonly plan?: true;
  readonly since: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden rules upgrade --plan
  $ gatewarden rules upgrade --plan --json

Compares the packs in force with those that this version ships, under your own settings: which rules come, go or change,
and what they count up to before and after. What comes or changes is backtested over the trail first, and its upper bound
on alerts a day (95 %) compared with its budget. Deploying this version puts them in force.`;

/** `gatewarden rules upgrade --plan`: what the packs of this version change. */
export function upgradeCommand(io: CliIo): Command {
  return withPlace(new Command('upgrade'))
    .description('what the packs of this version change, compared with those in force')
    .option('--plan', 'show it; nothing is changed')
    .option('--since <when>', 'backtest from then on, as 7d before now, or an ISO date', '7d')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: UpgradeOptions) => upgrade(options, io));
}

async function upgrade({ plan, since, json, ...place }: UpgradeOptions, io: CliIo): Promise<void> {
  if (plan !== true)
    throw new UsageError('give --plan: packs come into force with the version that ships them');
  const time = timeOf({ since }, io.nowMs());
  const { CONFIGURE_PARTS, compileInto } = await compiler();
  const installation = await openInstallation(place, io);
  try {
    const { state } = installation.stores;
    const now = (await state.bundle()) ?? CONFIGURE_PARTS.shippedBundle();
    const parameters = now.configuration?.accepted ?? [];
    const lifeCycle = await state.lifeCycle();
    const { bundle: next } = compileInto(now, { parameters, lifeCycle }, CONFIGURE_PARTS);
    // A bundle from before the first compilation runs the shipped rules of whoever reads it.
    const before = now.configuration === undefined ? next : now;
    const found = planUpgrade(before, next);
    const ids = found.steps.flatMap(({ kind, id }) => (kind === 'removed' ? [] : [id]));
    const trial = { ...versionsOf(before, next, ids), after: next };
    const tried = trial.tested.ids.length === 0 ? [] : (await runTrial(trial, time, installation, io)).rules;
    await write(
      io.stdout,
      json === true
        ? `${JSON.stringify({ ...found, backtests: tried.map(ruleJson) }, undefined, 2)}\n`
        : fitted(describe(found, tried, pc.createColors(tableStyle(io).colours)), textWidth(io)),
    );
  } finally {
    await installation.close();
  }
}

function describe({ packs, steps }: UpgradePlan, tried: readonly TriedRule[], colours: Colours): string {
  if (packs.length === 0 && steps.length === 0) return 'The packs in force are those of this version\n';
  const marks = { added: '+', removed: '-', changed: '~' } as const;
  const byId = new Map(tried.map((one) => [one.rule.id, one]));
  return [
    ...packs.map(({ name, before, after }) => `${name}: ${before} → ${after}\n`),
    ...steps.map(({ kind, id, title, before, after, details }) => {
      const states = before === after ? after : `${before} → ${after}`;
      const backtested = byId.get(id);
      const lines = [
        ...details.map(printable),
        ...(backtested === undefined ? [] : [rateText(backtested, colours)]),
        ...(backtested?.difference === undefined ? [] : [differenceText(backtested.difference)]),
      ];
      return `${marks[kind]} ${printable(title)} (${states})\n${lines.map((line) => `    ${line}\n`).join('')}`;
    }),
  ].join('');
}
