import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Command, Option } from 'commander';
import type { RecordedAlert } from '../core/alerts/record-windows.js';
import type { FeedConfig } from '../core/bundle.js';
import type { ApiType } from '../core/calls/api-call.js';
import type { IngestReport } from '../core/ingest/ingest-report.js';
import { LEVELS, type Level } from '../core/sigma/rule-source.js';
import { ALERT_COLUMNS, alertRows } from './alert-table.js';
import { type CliIo, UsageError, write } from './cli-io.js';
import { checkedFormat } from './format-option.js';
import { type FileOutcome, ingestFile } from './ingest-file.js';
import { DEFAULT_DATA_DIR } from './local-stores.js';
import { openLocalSystem } from './local-system.js';
import { progressLine } from './progress-line.js';
import { renderTable, tableStyle } from './table.js';

interface IngestOptions {
  readonly format?: string;
  readonly apiType?: ApiType;
  readonly account?: string;
  readonly region?: string;
  readonly apiId?: string;
  readonly stage?: string;
  readonly data: string;
  readonly failOn?: Level;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden ingest access.log
  $ gatewarden ingest logs/ --api-id a1b2c3d4e5 --stage prod --json
  $ gatewarden ingest - --format @format.txt --api-type http < access.log

Reads what gatewarden decode reads, and whole folders of it. A file that has grown or was rotated gives only its new lines;
a file that was ingested before changes nothing. Lines that no format reads are set aside (gatewarden replay).`;

/** `gatewarden ingest`: logs into trail, inventory and alerts. */
export function ingestCommand(io: CliIo): Command {
  return new Command('ingest')
    .description('ingest logs: into the trail, the inventory and the alerts of a data folder')
    .argument('<file...>', 'log files, folders of them, or - for standard input')
    .option(
      '--format <format>',
      'accessLogSettings.format of the logs, or @FILE that holds it (default: infer it)',
    )
    .addOption(new Option('--api-type <type>', 'the type of the API').choices(['rest', 'http', 'websocket']))
    .option('--account <id>', 'the account of the API, where the lines do not say it')
    .option('--region <region>', 'its region')
    .option('--api-id <id>', 'its id')
    .option('--stage <name>', 'its stage')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR)
    .addOption(
      new Option('--fail-on <level>', 'exit with 1 when an alert of this level or above was raised').choices(
        LEVELS,
      ),
    )
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], options: IngestOptions) => ingest(files, options, io));
}

async function ingest(names: readonly string[], options: IngestOptions, io: CliIo): Promise<void> {
  const format = options.format === undefined ? undefined : await checkedFormat(options.format, io);
  const { paths, problems } = await listFiles(names);
  const feeds = paths.map((path) => feedOf(path, format, options));
  if (paths.length === 0 && problems.length > 0) throw new UsageError(problems.join('\n  '));
  const system = await openLocalSystem({ dataDir: options.data, nowMs: io.nowMs, feeds: uniqueFeeds(feeds) });
  const progress = progressLine(io);
  const totals = new Totals();
  const outcomes: FileOutcome[] = [];
  const startedMs = io.nowMs();
  try {
    const sizes = await Promise.all(paths.map(sizeOf));
    const totalBytes = sizes.reduce((sum, size) => sum + size, 0);
    let doneBytes = 0;
    for (const [at, path] of paths.entries()) {
      const { feed, trust, accountId, region, apiId, stage, apiType } =
        feeds[at] ?? feedOf(path, format, options);
      const defaults = { trust, accountId, region, apiId, stage, apiType };
      const outcome = await ingestFile({ path, feed, defaults }, system, io, (report, bytes) => {
        totals.add(report);
        progress.show(totalBytes === 0 ? undefined : (doneBytes + bytes) / totalBytes, totals.progress());
      });
      doneBytes += sizes[at] ?? 0;
      outcomes.push(outcome);
      if (outcome.problem !== undefined) problems.push(outcome.problem);
    }
  } finally {
    progress.clear();
    await system.close();
  }
  await print(io, options, { totals, outcomes, problems, elapsedMs: io.nowMs() - startedMs });
  if (options.failOn !== undefined && totals.hasAlertAt(options.failOn)) io.setExitCode(1);
  if (problems.length > 0) io.setExitCode(2);
}

interface Result {
  readonly totals: Totals;
  readonly outcomes: readonly FileOutcome[];
  readonly problems: readonly string[];
  readonly elapsedMs: number;
}

async function print(
  io: CliIo,
  options: IngestOptions,
  { totals, outcomes, problems, elapsedMs }: Result,
): Promise<void> {
  const alerts = totals.alerts();
  if (options.json) {
    const files = outcomes.map(({ file, knownLines, problem }) => ({ file, knownLines, problem }));
    const document = { ...totals.counts(), files, problems, alerts: alerts.map(({ alert }) => alert) };
    await write(io.stdout, `${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  const { calls, records, rejected, recovered, duplicates, newEndpoints } = totals.counts();
  const known = outcomes.reduce((sum, outcome) => sum + outcome.knownLines, 0);
  const seconds = Math.max(elapsedMs, 1) / 1000;
  const facts = [
    `${count(records, 'record')}, ${count(calls, 'call')} (${Math.round(calls / seconds)}/s)`,
    `${count(rejected, 'record')} set aside or refused`,
    ...(recovered > 0 ? [`${count(recovered, 'line')} mended`] : []),
    ...(duplicates > 0 ? [`${count(duplicates, 'call')} known before`] : []),
    ...(known > 0 ? [`${count(known, 'line')} ingested by an earlier run`] : []),
    `${count(newEndpoints, 'new endpoint')}`,
    `${count(alerts.length, 'new alert')}`,
  ];
  await write(io.stdout, `${facts.join('\n')}\n`);
  if (alerts.length > 0) {
    const rows = alertRows(alerts.map(({ alert }) => alert));
    await write(io.stdout, `\n${renderTable(ALERT_COLUMNS, rows, tableStyle(io))}`);
  }
  for (const problem of problems) await write(io.stderr, `gatewarden: ${problem}\n`);
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

/** Sums over all payloads; of alerts, the last view of each that was new in this run. */
class Totals {
  readonly #counts = {
    records: 0,
    calls: 0,
    recovered: 0,
    rejected: 0,
    setAside: 0,
    late: 0,
    duplicates: 0,
    newEndpoints: 0,
  };
  readonly #alerts = new Map<string, RecordedAlert>();

  add(report: IngestReport): void {
    const counts = this.#counts;
    counts.records += report.records;
    counts.calls += report.calls;
    counts.recovered += report.recovered;
    counts.rejected += report.rejected;
    counts.setAside += report.poison;
    counts.late += report.late;
    counts.duplicates += report.duplicates;
    counts.newEndpoints += report.newEndpoints;
    for (const recorded of report.alerts) {
      const isNew = recorded.outcome === 'created' || this.#alerts.has(recorded.alert.id);
      if (isNew) this.#alerts.set(recorded.alert.id, recorded);
    }
  }

  counts() {
    return this.#counts;
  }

  alerts(): readonly RecordedAlert[] {
    return [...this.#alerts.values()].sort((a, b) => b.alert.lastMs - a.alert.lastMs);
  }

  hasAlertAt(level: Level): boolean {
    return this.alerts().some(({ alert }) => LEVELS.indexOf(alert.level) >= LEVELS.indexOf(level));
  }

  progress(): string {
    return `${this.#counts.calls.toLocaleString('en-US')} calls  ${this.#alerts.size} alerts`;
  }
}

/** What `CloudWatch` writes into a bucket to see whether it may. */
const WRITE_TEST = 'aws-logs-write-test';

/** Files as named; the files below a folder, sorted, without hidden ones. */
async function listFiles(
  names: readonly string[],
): Promise<{ readonly paths: string[]; readonly problems: string[] }> {
  const paths: string[] = [];
  const problems: string[] = [];
  for (const name of names) {
    const facts = name === '-' ? undefined : await stat(name).catch(() => undefined);
    if (facts?.isDirectory() !== true) {
      paths.push(name);
      continue;
    }
    const entries = await readdir(name, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && entry.name !== WRITE_TEST)
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (files.length === 0)
      problems.push(`${name} is a folder without files; give a log file, or a folder of them`);
    paths.push(...files);
  }
  return { paths, problems };
}

async function sizeOf(path: string): Promise<number> {
  const facts = path === '-' ? undefined : await stat(path).catch(() => undefined);
  return facts?.size ?? 0;
}

function feedOf(path: string, format: string | undefined, options: IngestOptions): FeedConfig {
  return {
    feed: path === '-' ? 'stdin' : `file:${basename(path)}`,
    trust: 'file',
    format,
    accountId: options.account,
    region: options.region,
    apiId: options.apiId,
    stage: options.stage,
    apiType: options.apiType,
  };
}

function uniqueFeeds(feeds: readonly FeedConfig[]): readonly FeedConfig[] {
  return [...new Map(feeds.map((feed) => [feed.feed, feed])).values()];
}
