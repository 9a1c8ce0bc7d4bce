import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { ConfigurationFinding } from '../core/ports/finding-store.js';
import { toMinute, toSecond } from './call-table.js';
import { type CliIo, printable, UsageError, write } from './cli-io.js';
import { textWidth, wrapped } from './fitted.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { openInstallation } from './rules/installation.js';
import { type Column, renderTable, tableStyle } from './table.js';

interface ListOptions extends PlaceOptions {
  readonly status: ConfigurationFinding['status'];
  readonly failOnOpen?: true;
  readonly json?: true;
}

interface ShowOptions extends PlaceOptions {
  readonly json?: true;
}

const ABOUT = `
A finding is a rule or setting that is not in force as it is written, or a rule that was demoted for its many alerts. It
closes by itself once the text is mended or deleted, or somebody has decided about the rule. Of a data folder the folder
config is looked at first.`;

const LIST_EXAMPLES = `
Examples:
  $ gatewarden findings
  $ gatewarden findings list --status closed --json
  $ gatewarden findings --stack gatewarden --fail-on-open
`;

const SHOW_EXAMPLES = `
Examples:
  $ gatewarden findings show rules/my-second-rule
  $ gatewarden findings show rules/my-second-rule --json
`;

/** `gatewarden findings`: what is wrong with the configuration. */
export function findingsCommand(io: CliIo): Command {
  const findings = new Command('findings')
    .description('broken rules and settings, and rules that were demoted')
    .addHelpText('after', LIST_EXAMPLES + ABOUT);
  withPlace(findings.command('list', { isDefault: true }))
    .description('findings, the newest first (the default)')
    .addOption(new Option('--status <status>', 'only these').choices(['open', 'closed']).default('open'))
    .option('--fail-on-open', 'exit with 1 where there is an open one')
    .option('--json', 'print one JSON document')
    .addHelpText('after', LIST_EXAMPLES + ABOUT)
    .action((options: ListOptions) => list(options, io));
  withPlace(findings.command('show'))
    .description('one finding with everything that is wrong')
    .argument('<finding>', 'the beginning of its id, or the parameter it is about')
    .option('--json', 'print one JSON document')
    .addHelpText('after', SHOW_EXAMPLES + ABOUT)
    .action((wanted: string, options: ShowOptions) => show(wanted, options, io));
  return findings;
}

async function list(options: ListOptions, io: CliIo): Promise<void> {
  const { found, open } = await readFindings(options, io);
  const { status } = options;
  const shown = found.filter((finding) => finding.status === status);
  if (options.json === true) await write(io.stdout, `${JSON.stringify(shown, undefined, 2)}\n`);
  else if (shown.length === 0)
    await write(
      io.stdout,
      status === 'open'
        ? 'No open finding: all rules and settings are in force as written\n'
        : 'No closed finding\n',
    );
  else await write(io.stdout, renderTable(COLUMNS, shown.map(toRow), tableStyle(io)));
  if (options.failOnOpen === true && open > 0) io.setExitCode(1);
}

const COLUMNS: readonly Column[] = [
  { title: 'FINDING' },
  { title: 'SINCE (UTC)' },
  { title: 'PARAMETER' },
  { title: 'IN FORCE', shrinksTo: 9, overflow: 'wrap' },
  { title: 'PROBLEM', folds: true, overflow: 'wrap' },
];

function toRow({ id, firstMs, parameter, inForce, problems }: ConfigurationFinding): readonly string[] {
  const [first = ''] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return [id.slice(0, 8), toMinute(firstMs), parameter, IN_FORCE[inForce], `${withoutFile(first)}${more}`];
}

/** What is in force in the place of what is written. */
const IN_FORCE: Readonly<Record<ConfigurationFinding['inForce'], string>> = {
  'last-good': 'last good version',
  nothing: 'nothing of it',
  shadow: 'in shadow',
};

/** A problem begins with its parameter, which has a column of its own. */
function withoutFile(problem: string): string {
  return problem.replace(/^[^\s:]+:(\d+):(\d+): /, 'line $1: ');
}

async function show(wanted: string, options: ShowOptions, io: CliIo): Promise<void> {
  const { found } = await readFindings(options, io);
  const finding = theFinding(found, wanted);
  if (options.json === true) return write(io.stdout, `${JSON.stringify(finding, undefined, 2)}\n`);
  const style = tableStyle(io);
  const colours = pc.createColors(style.colours);
  const { id, parameter, problems, inForce, firstMs, status } = finding;
  const fact = (name: string, value: string): string => `  ${colours.dim(name.padEnd(10))}${value}\n`;
  const bullet = (text: string): string => `  • ${wrapped(printable(text), textWidth(io), 4)}\n`;
  await write(
    io.stdout,
    [
      `${colours.bold(printable(parameter))}\n`,
      fact('finding', id) +
        fact('status', status) +
        fact('since', `${toSecond(firstMs)} UTC`) +
        fact('in force', IN_FORCE[inForce]),
      `${colours.bold('What is wrong')}\n${problems.map(bullet).join('')}`,
    ].join('\n'),
  );
}

interface Found {
  readonly found: readonly ConfigurationFinding[];
  readonly open: number;
}

/** All there are, the newest first. */
async function readFindings(place: PlaceOptions, io: CliIo): Promise<Found> {
  const installation = await openInstallation(place, io);
  try {
    // On this machine it compiles what lies in the folder; on AWS the compile function does that.
    await installation.bundle();
    const { findings } = installation.stores;
    const [open, closed] = await Promise.all([
      findings.configurationFindings('open'),
      findings.configurationFindings('closed'),
    ]);
    const found = [...open, ...closed].sort((a, b) => b.firstMs - a.firstMs || (a.id < b.id ? -1 : 1));
    return { found, open: open.length };
  } finally {
    await installation.close();
  }
}

/** The one that was meant, an open one first; throws `UsageError` when none or several are. */
function theFinding(found: readonly ConfigurationFinding[], wanted: string): ConfigurationFinding {
  const fitting = found.filter(({ id, parameter }) => id.startsWith(wanted) || parameter === wanted);
  const [first, other] = fitting;
  if (first === undefined)
    throw new UsageError(
      `no finding begins with ${JSON.stringify(wanted)} or is about such a parameter; gatewarden findings lists the open ones, --status closed the others`,
    );
  if (other !== undefined)
    throw new UsageError(
      `${fitting.length} findings begin with ${JSON.stringify(wanted)}: ${fitting
        .slice(0, 5)
        .map(({ id, parameter }) => `${id.slice(0, 8)} (${parameter})`)
        .join(', ')}`,
    );
  return first;
}
