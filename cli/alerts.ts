import { Command, Option } from 'commander';
import type { Alert, AlertStatus, FindingStore } from '../core/ports/finding-store.js';
import { ALERT_STATUSES } from '../core/ports/finding-store.js';
import type { TrailStore } from '../core/ports/trail-store.js';
import { LEVELS, type Level } from '../core/sigma/rule-source.js';
import { ALERT_COLUMNS, alertRows, toMinute } from './alert-table.js';
import { type CliIo, printable, UsageError, write } from './cli-io.js';
import { DEFAULT_DATA_DIR, type OpenStores, openExistingStores } from './local-stores.js';
import { renderTable, tableStyle } from './table.js';
import { parseSince } from './time-option.js';

interface ListOptions {
  readonly data: string;
  readonly status?: AlertStatus;
  readonly level?: Level;
  readonly since?: string;
  readonly limit: string;
  readonly failOn?: Level;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden alerts
  $ gatewarden alerts list --level high --since 7d --json
  $ gatewarden alerts show 4f2a

An alert is one rule that fired for one group (a caller, an API) in one time slot. show takes the beginning of an id.`;

const LIMIT_MAX = 100_000;

/** `gatewarden alerts`: what fired, for whom, and on which calls it rests. */
export function alertsCommand(io: CliIo, openStores: OpenStores = openExistingStores): Command {
  const alerts = new Command('alerts')
    .description('alerts and their evidence')
    .addHelpText('after', EXAMPLES);
  alerts
    .command('list', { isDefault: true })
    .description('alerts, newest first (the default)')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR)
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
    .addHelpText('after', EXAMPLES)
    .action((options: ListOptions) => list(options, io, openStores));
  alerts
    .command('show <id>')
    .description('one alert with its evidence')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR)
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((id: string, options: { readonly data: string; readonly json?: true }) =>
      show(id, options, io, openStores),
    );
  return alerts;
}

async function list(options: ListOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > LIMIT_MAX)
    throw new UsageError(`--limit: seen ${options.limit}, expected a whole number from 1 to ${LIMIT_MAX}`);
  const fromMs = options.since === undefined ? undefined : parseSince('--since', options.since, io.nowMs());
  const opened = await openStores(options.data, io.nowMs);
  try {
    const found: Alert[] = [];
    const least = LEVELS.indexOf(options.level ?? 'informational');
    const query = { status: options.status, fromMs, toMs: undefined, limit: LIMIT_MAX };
    for await (const alert of opened.stores.findings.alerts(query)) {
      if (LEVELS.indexOf(alert.level) < least) continue;
      found.push(alert);
      if (found.length === limit) break;
    }
    if (options.json) await write(io.stdout, `${JSON.stringify(found, undefined, 2)}\n`);
    else if (found.length === 0) await write(io.stdout, 'no alerts\n');
    else await write(io.stdout, renderTable(ALERT_COLUMNS, alertRows(found), tableStyle(io)));
    const { failOn } = options;
    if (failOn !== undefined && found.some(({ level }) => LEVELS.indexOf(level) >= LEVELS.indexOf(failOn)))
      io.setExitCode(1);
  } finally {
    await opened.close();
  }
}

async function show(
  id: string,
  options: { readonly data: string; readonly json?: true },
  io: CliIo,
  openStores: OpenStores,
): Promise<void> {
  const opened = await openStores(options.data, io.nowMs);
  try {
    const alert = await findAlert(opened.stores.findings, id);
    const evidence = await readEvidence(opened.stores.trail, alert.id);
    if (options.json) await write(io.stdout, `${JSON.stringify({ ...alert, evidence }, undefined, 2)}\n`);
    else await printAlert(io, alert, evidence);
  } finally {
    await opened.close();
  }
}

/** The alert whose id begins so; throws `UsageError` when none or several do. */
async function findAlert(findings: FindingStore, id: string): Promise<Alert> {
  const whole = await findings.alert(id);
  if (whole !== undefined) return whole;
  const found: Alert[] = [];
  for await (const alert of findings.alerts({
    status: undefined,
    fromMs: undefined,
    toMs: undefined,
    limit: LIMIT_MAX,
  })) {
    if (alert.id.startsWith(id)) found.push(alert);
  }
  const [alert] = found;
  if (alert === undefined) throw new UsageError(`no alert begins with ${id}; gatewarden alerts lists them`);
  if (found.length > 1) throw new UsageError(`${found.length} alerts begin with ${id}; give more of the id`);
  return alert;
}

async function readEvidence(
  trail: Pick<TrailStore, 'evidence'>,
  alertId: string,
): Promise<readonly EvidenceCall[]> {
  const items = await trail.evidence(alertId);
  return [...items]
    .sort((a, b) => a.timeMs - b.timeMs)
    .map(({ callJson }) => JSON.parse(callJson) as EvidenceCall);
}

/** A stored call, as far as the table shows it. */
interface EvidenceCall {
  readonly timeMs: number;
  readonly method?: string;
  readonly path?: string;
  readonly route?: string;
  readonly status?: number;
  readonly sourceIp?: string;
  readonly principal?: string;
  readonly userAgent?: string;
}

async function printAlert(io: CliIo, alert: Alert, evidence: readonly EvidenceCall[]): Promise<void> {
  const facts: readonly (readonly [string, string])[] = [
    ['alert', alert.id],
    ['rule', `${alert.title} (${alert.ruleId})`],
    ['level', alert.level],
    ['status', alert.status],
    ['why', alert.why],
    ['first', new Date(alert.firstMs).toISOString()],
    ['last', new Date(alert.lastMs).toISOString()],
    ['tags', alert.tags.join(', ')],
  ];
  const lines = facts.map(([name, value]) => `${name.padEnd(8)}${printable(value)}`);
  await write(io.stdout, `${lines.join('\n')}\n\n`);
  const columns = [
    { title: 'TIME' },
    { title: 'METHOD' },
    { title: 'PATH', shrinksTo: 12 },
    { title: 'STATUS' },
    { title: 'SOURCE' },
    { title: 'PRINCIPAL', shrinksTo: 12 },
    { title: 'USER AGENT', shrinksTo: 10 },
  ];
  const rows = evidence.map((call) => [
    `${toMinute(call.timeMs)}:${new Date(call.timeMs).toISOString().slice(17, 19)}`,
    call.method ?? '-',
    call.path ?? call.route ?? '-',
    String(call.status ?? '-'),
    call.sourceIp ?? '-',
    call.principal ?? '-',
    call.userAgent ?? '-',
  ]);
  await write(io.stdout, renderTable(columns, rows, tableStyle(io)));
}
