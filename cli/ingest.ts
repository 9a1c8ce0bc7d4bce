import { basename } from 'node:path';
import { Command, Option } from 'commander';
import type { FeedConfig } from '../core/bundle.js';
import type { ApiType } from '../core/calls/api-call.js';
import type { FeedContext } from '../core/calls/feed-context.js';
import { ANY_FEED } from '../core/calls/feeds/feed-registry.js';
import type { Alert } from '../core/ports/finding-store.js';
import { LEVELS, type Level } from '../core/sigma/rule-source.js';
import { type CliIo, printable, UsageError } from './cli-io.js';
import { checkedFormat } from './format-option.js';
import { type FileOutcome, ingestFile } from './ingest-file.js';
import { printIngest } from './ingest-summary.js';
import { isAtLeast } from './level.js';
import { type ListedFile, listFiles } from './list-files.js';
import { type LocalSystem, openLocalSystem } from './local-system.js';
import { DEFAULT_DATA_DIR } from './place-options.js';
import { progressLine } from './progress-line.js';

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

Reads what gatewarden decode reads, and files of CloudTrail, whose management events go to the rules; whole folders of it. A file that has grown or was rotated gives only its new lines;
a file that was ingested before changes nothing, unless lines of it were rejected and another --format is given. What
--format and the options after it say holds for all that is named, log groups in payloads too. Records that
no format reads are counted and set aside, up to 100 a payload: gatewarden replay tries them again.`;

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
  const listing = await listFiles(names);
  // Before the data folder is made: a misspelt name must not leave an empty one behind.
  if (listing.files.length === 0) throw new UsageError(listing.problems.join('\n  '));
  const feeds = [anyFeed(format, options)];
  const system = await openLocalSystem({
    dataDir: options.data,
    nowMs: io.nowMs,
    feeds,
    onProblems: (lines) => void io.stderr.write(`${lines.map(printable).join('\n')}\n`),
  });
  const startedMs = io.nowMs();
  let outcomes: readonly FileOutcome[];
  let alerts: readonly Alert[];
  try {
    outcomes = await ingestAll(listing.files, { ...options, format }, system, io);
    alerts = await system.announce();
  } finally {
    await system.close();
  }
  const problems = [
    ...listing.problems,
    ...outcomes.flatMap(({ problem }) => (problem === undefined ? [] : [problem])),
  ];
  const elapsedMs = io.nowMs() - startedMs;
  const { skipped } = listing;
  await printIngest(
    io,
    { outcomes, skipped, problems, alerts, elapsedMs },
    options.json === true ? 'json' : 'text',
  );
  const { failOn } = options;
  if (failOn !== undefined && alerts.some(({ level }) => isAtLeast(level, failOn))) io.setExitCode(1);
  if (problems.length > 0) io.setExitCode(2);
}

async function ingestAll(
  files: readonly ListedFile[],
  options: Omit<IngestOptions, 'format'> & { readonly format: string | undefined },
  system: LocalSystem,
  io: CliIo,
): Promise<readonly FileOutcome[]> {
  const { format } = options;
  const progress = progressLine(io);
  const totalBytes = files.reduce((sum, { sizeBytes = 0 }) => sum + sizeBytes, 0);
  const outcomes: FileOutcome[] = [];
  let doneBytes = 0;
  let doneCalls = 0;
  try {
    for (const { path, sizeBytes } of files) {
      const feed = path === '-' ? 'stdin' : `file:${basename(path)}`;
      const context = contextOf(feed, options);
      const outcome = await ingestFile({ path, context, format }, system, io, ({ counts }, position) => {
        const done = sizeBytes === undefined ? undefined : (doneBytes + position) / totalBytes;
        const calls = (doneCalls + counts.calls).toLocaleString('en-US');
        progress.show(done, `${calls} calls  ${path === '-' ? 'standard input' : printable(basename(path))}`);
      });
      doneBytes += sizeBytes ?? 0;
      doneCalls += outcome.tally.counts.calls;
      outcomes.push(outcome);
    }
  } finally {
    progress.clear();
  }
  return outcomes;
}

/** What the options say holds for every feed that is met: files, and the log groups in payloads. */
function anyFeed(format: string | undefined, options: IngestOptions): FeedConfig {
  return { ...contextOf(ANY_FEED, options), format };
}

function contextOf(feed: string, options: Omit<IngestOptions, 'format'>): FeedContext {
  const { account, region, apiId, stage, apiType } = options;
  return { feed, trust: 'file', accountId: account, region, apiId, stage, apiType };
}
