import { Command, Option } from 'commander';
import pc from 'picocolors';
import type { Stores } from '../adapters/dynamodb/stores.js';
import { shippedBundle } from '../adapters/shipped/shipped-bundle.js';
import { defanged } from '../core/alerts/defanged.js';
import type { Alert, AlertDecision, AlertStatus, CorruptItem } from '../core/ports/finding-store.js';
import { ALERT_STATUSES } from '../core/ports/finding-store.js';
import { LEVELS, type Level, type RuleMeta } from '../core/sigma/rule-source.js';
import { ALERT_COLUMNS, alertRows, type CorruptAlert, corruptRow, toCorruptAlert } from './alert-table.js';
import { renderCalls, toSecond } from './call-table.js';
import { checked } from './checked.js';
import { type CliIo, printable, write } from './cli-io.js';
import { decideCommands } from './decide-alerts.js';
import { type Evidence, readEvidence } from './evidence.js';
import { findAlert } from './find-alert.js';
import { textWidth, wrapped } from './fitted.js';
import { isAtLeast, paintLevel } from './level.js';
import { wholeNumber } from './number-option.js';
import { type OpenStores, openStores as openPlace } from './open-stores.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { renderTable, tableStyle } from './table.js';
import { parseSince } from './time-option.js';

interface ListOptions extends PlaceOptions {
  readonly status?: AlertStatus;
  readonly level?: Level;
  readonly since?: string;
  readonly limit: string;
  readonly failOn?: Level;
  readonly json?: true;
}

interface ShowOptions extends PlaceOptions {
  readonly json?: true;
}

const LIST_EXAMPLES = `
Examples:
  $ gatewarden alerts
  $ gatewarden alerts list --level high --since 7d --json
  $ gatewarden alerts list --fail-on high
  $ gatewarden alerts --stack gatewarden --since 24h

An alert is one rule that fired for one group (a caller, an API) in one time slot. Those of rules in shadow are
recorded, too, and shown with --status shadow. acknowledge, close and reopen say what people make of one. --since goes by when an alert was seen last; of a rule that counts over
more than a day it may miss one that began a day earlier than that.`;

const SHOW_EXAMPLES = `
Examples:
  $ gatewarden alerts show 4f2a
  $ gatewarden alerts show 4f2a --json

Takes the beginning of an id. Shows why the alert was raised, the calls it rests on, what else could be behind it, and
what to do next.`;

const LIMIT_MAX = 100_000;
/** `--since` looks for alerts whose slot began so much earlier, too; of a rule with a longer timespan it may miss some. */
const SLOT_MAX_MS = 24 * 3_600_000;

/** `gatewarden alerts`: what fired, for whom, and on which calls it rests. */
export function alertsCommand(io: CliIo, openStores: OpenStores = openPlace): Command {
  const alerts = new Command('alerts')
    .description('alerts and their evidence')
    .addHelpText('after', LIST_EXAMPLES);
  withPlace(alerts.command('list', { isDefault: true }))
    .description('alerts, those that were seen last first (the default)')
    .addOption(new Option('--status <status>', 'only these').choices(ALERT_STATUSES))
    .addOption(new Option('--level <level>', 'this level and above').choices(LEVELS))
    .option('--since <when>', 'how far back, as 24h or 7d, or an ISO date')
    .option('--limit <n>', 'at most so many', '50')
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 when there is an alert of this level or above').choices(
        LEVELS,
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', LIST_EXAMPLES)
    .action((options: ListOptions) => list(options, io, openStores));
  withPlace(alerts.command('show <id>'))
    .description('one alert with its evidence')
    .option('--json', 'print one JSON document')
    .addHelpText('after', SHOW_EXAMPLES)
    .action((id: string, options: ShowOptions) => show(id, options, io, openStores));
  for (const command of decideCommands(io, openStores)) alerts.addCommand(command);
  return alerts;
}

async function list(options: ListOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const { since } = options;
  const { limit, fromMs } = checked({
    limit: () => wholeNumber('--limit', options.limit, 1, LIMIT_MAX),
    fromMs: () => (since === undefined ? undefined : parseSince('--since', since, io.nowMs())),
  });
  const { failOn, level = 'informational' } = options;
  const opened = await openStores(options, io.nowMs);
  try {
    const fitting: Alert[] = [];
    let fails = false;
    const corrupt: CorruptAlert[] = [];
    const onCorrupt = (item: CorruptItem): void => void corrupt.push(toCorruptAlert(item));
    const query = {
      status: options.status,
      // Alerts are stored by the start of their slot, and may have been seen last long after that.
      fromMs: fromMs === undefined ? undefined : Math.max(0, fromMs - SLOT_MAX_MS),
      toMs: undefined,
      limit: LIMIT_MAX,
      onCorrupt,
    };
    for await (const alert of opened.stores.findings.alerts(query)) {
      if (!isAtLeast(alert.level, level) || (fromMs !== undefined && alert.lastMs < fromMs)) continue;
      // An alert beyond the limit is one all the same.
      if (failOn !== undefined && isAtLeast(alert.level, failOn)) fails = true;
      fitting.push(alert);
    }
    fitting.sort((a, b) => b.lastMs - a.lastMs);
    const found = fitting.slice(0, limit);
    const more = fitting.length - found.length;
    const broken = corrupt.map(({ id, problem }) => ({ id, status: 'corrupt', problem }));
    if (options.json) await write(io.stdout, `${JSON.stringify([...found, ...broken], undefined, 2)}\n`);
    else await printList(io, { found, corrupt, more });
    if (fails) io.setExitCode(1);
    // Whether one of them is what --fail-on asks for cannot be known.
    if (corrupt.length > 0) io.setExitCode(2);
  } finally {
    await opened.close();
  }
}

interface Listed {
  readonly found: readonly Alert[];
  readonly corrupt: readonly CorruptAlert[];
  readonly more: number;
}

async function printList(io: CliIo, { found, corrupt, more }: Listed): Promise<void> {
  const rows = [...alertRows(found), ...corrupt.map(corruptRow)];
  if (rows.length === 0) return write(io.stdout, 'No alerts\n');
  const style = tableStyle(io);
  await write(io.stdout, renderTable(ALERT_COLUMNS, rows, style));
  if (more > 0)
    await write(
      io.stderr,
      pc.createColors(style.colours).dim(`… and ${more} more: --limit ${found.length + more}\n`),
    );
}

async function show(id: string, options: ShowOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const opened = await openStores(options, io.nowMs);
  try {
    const { stores } = opened;
    const alert = await findAlert(stores.findings, id);
    const evidence = await readEvidence(stores.trail, alert.id);
    const rule = await findRule(stores, alert);
    const history = await stores.findings.alertHistory(alert.id);
    if (options.json)
      await write(
        io.stdout,
        `${JSON.stringify({ ...alert, rule: rule ?? null, history, evidence }, undefined, 2)}\n`,
      );
    else await printAlert(io, { alert, rule, history, evidence });
  } finally {
    await opened.close();
  }
}

type RuleText = Pick<RuleMeta, 'description' | 'falsePositives' | 'blindSpots' | 'runbook' | 'references'>;

/** What the rule's author says of it; `undefined` when the rule is no longer in force in this wording. */
async function findRule({ state }: Pick<Stores, 'state'>, alert: Alert): Promise<RuleText | undefined> {
  const { rules } = (await state.bundle()) ?? shippedBundle();
  const rule = rules.find(({ contentHash }) => contentHash === alert.ruleHash);
  if (rule === undefined) return undefined;
  const { description, falsePositives, blindSpots, runbook, references } = rule;
  return { description, falsePositives, blindSpots, runbook, references };
}

interface Shown {
  readonly alert: Alert;
  readonly rule: RuleText | undefined;
  readonly history: readonly AlertDecision[];
  readonly evidence: readonly Evidence[];
}

async function printAlert(io: CliIo, { alert, rule, history, evidence }: Shown): Promise<void> {
  const style = tableStyle(io);
  const colours = pc.createColors(style.colours);
  const width = textWidth(io);
  const text = (value: string, indent = 0): string => wrapped(printable(value), width, indent);
  const bullets = (title: string, lines: readonly string[] = []): readonly string[] =>
    lines.length === 0
      ? []
      : [`${colours.bold(title)}\n${lines.map((line) => `  • ${text(line, 4)}\n`).join('')}`];
  const facts: readonly (readonly [string, string])[] = [
    ['alert', alert.id],
    ['level', paintLevel(alert.level, alert.level, colours)],
    ['status', alert.status],
    ['from', `${toSecond(alert.firstMs)} UTC`],
    ['to', `${toSecond(alert.lastMs)} UTC`],
    ...Object.entries(alert.group)
      .filter(([, value]) => value !== '-')
      .map(([name, value]) => [name, text(defanged(value), FACT_INDENT)] as const),
    ['tags', text(alert.tags.join(', '), FACT_INDENT)],
    ['rule', printable(alert.ruleId)],
  ];
  const parts = [
    `${colours.bold(text(alert.title))}\n${text(alert.why)}\n`,
    facts
      .filter(([, value]) => value !== '')
      .map(([name, value]) => `  ${colours.dim(printable(name).padEnd(FACT_INDENT - 2))}${value}\n`)
      .join(''),
    ...(rule?.description === undefined ? [] : [`${text(rule.description.replace(/\s+/g, ' '))}\n`]),
    ...bullets('What to do', rule?.runbook),
    ...bullets('What else it may be', rule?.falsePositives),
    ...bullets('History', history.map(describeDecision)),
    evidence.length === 0
      ? 'No evidence is kept\n'
      : `${colours.bold(`Evidence: ${evidence.length} of what it counts`)}\n${renderCalls(evidence, style)}`,
  ];
  await write(io.stdout, parts.join('\n'));
}

function describeDecision({ status, by, atMs, reason }: AlertDecision): string {
  const made = status === 'open' ? 'reopened' : status;
  return `${toSecond(atMs)} UTC: ${made} by ${by}${reason === undefined ? '' : `: ${reason}`}`;
}

const FACT_INDENT = 16;
