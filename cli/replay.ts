import { Command, Option } from 'commander';
import type { AwsAccess } from '../adapters/aws/aws-access.js';
import type { Installation, ReplayParts } from '../adapters/aws/installation.js';
import { type CliIo, UsageError } from './cli-io.js';
import { explainAws } from './explain-aws.js';
import { openExistingStores } from './local-stores.js';
import { openLocalSystem } from './local-system.js';
import { noStack } from './open-stores.js';
import {
  accessOf,
  DEFAULT_DATA_DIR,
  refuseStrayAccess,
  type StackOptions,
  withStack,
} from './place-options.js';
import { printReplay, type ReplayResult } from './replay-outcome.js';
import { type RecordReplay, replayRecords } from './replay-record.js';
import { parseSince } from './time-option.js';

interface ReplayOptions extends StackOptions {
  readonly data: string;
  readonly function?: string;
  readonly bucket?: string;
  readonly table?: string;
  readonly since?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden replay --dry-run
  $ gatewarden replay --since 7d --json
  $ gatewarden replay --stack gatewarden --dry-run

Records that could not be read are kept for 14 days. Replay tries them again, after an upgrade or with a format that is known by
now: what reads goes through ingest and is no longer set aside, what does not stays. Nothing doubles.

With --stack it does so on AWS, with your credentials and region: it also gives the collector every payload again that it had
given up on, and takes it out of the failure bucket once it is stored. Exit code 2 when one of them failed again.`;

/** Opens an installation on AWS; tests give the command their own. */
export type OpenInstallation = (
  where: ReplayParts & AwsAccess,
  nowMs: () => number,
) => Promise<Installation | undefined>;

/** The SDK's clients are loaded only when they are needed. */
const openOnAws: OpenInstallation = async (where, nowMs) =>
  (await import('../adapters/aws/installation.js')).openInstallation(where, nowMs);

/** `gatewarden replay`: what was set aside, through ingest again. */
export function replayCommand(io: CliIo, open: OpenInstallation = openOnAws): Command {
  const command = new Command('replay')
    .description('try again what could not be read or stored, after an upgrade or a mended format')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR);
  return withStack(command, 'on AWS: the stack that Gatewarden is in, in place of a folder', [
    'data',
    'function',
    'bucket',
    'table',
  ])
    .addOption(
      new Option('--function <arn>', 'on AWS: the collector, where no stack tells').conflicts('data'),
    )
    .addOption(new Option('--bucket <name>', 'on AWS: the failure bucket').conflicts('data'))
    .addOption(new Option('--table <name>', 'on AWS: the State table').conflicts('data'))
    .option('--since <when>', 'only what was set aside since, as 24h or 7d, or an ISO date')
    .option('--dry-run', 'say what would be replayed, change nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: ReplayOptions) => replay(options, io, open));
}

/** How a run is to be done. */
interface Run {
  readonly sinceMs: number;
  readonly isDryRun: boolean;
  readonly nowMs: () => number;
}

type Where = Parameters<OpenInstallation>[0];

async function replay(options: ReplayOptions, io: CliIo, open: OpenInstallation): Promise<void> {
  const sinceMs = options.since === undefined ? 0 : parseSince('--since', options.since, io.nowMs());
  const run = { sinceMs, isDryRun: options.dryRun === true, nowMs: io.nowMs };
  const where = toInstallation(options);
  const result =
    where === undefined ? await replayFolder(options.data, run) : await replayOnAws(where, run, open);
  await printReplay(result, options.json === true, io);
  const all = [...(result.payloads ?? []), ...result.records];
  if (all.some(({ outcome }) => outcome === 'failed')) io.setExitCode(2);
}

/** Which installation is meant; `undefined` for a folder. */
function toInstallation(options: ReplayOptions): Where | undefined {
  const { stack, function: collector, bucket: failures, table: state } = options;
  const access = accessOf(options);
  if (stack !== undefined) return { stack, ...access };
  if (collector === undefined && failures === undefined && state === undefined) {
    refuseStrayAccess(options);
    return undefined;
  }
  if (collector !== undefined && failures !== undefined && state !== undefined)
    return { collector, failures, state, ...access };
  const given = { '--function': collector, '--bucket': failures, '--table': state };
  const missing = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [name] : []));
  throw new UsageError(`${missing.join(' and ')} missing: give all three, or --stack NAME alone`);
}

async function replayOnAws(where: Where, run: Run, open: OpenInstallation): Promise<ReplayResult> {
  const installation = await explainAws(() => open(where, run.nowMs));
  if (installation === undefined) throw noStack('stack' in where ? where.stack : '');
  const { replayInstallation } = await import('./replay-installation.js');
  return replayInstallation(installation, run);
}

async function replayFolder(dataDir: string, run: Run): Promise<ReplayResult> {
  const { sinceMs, isDryRun, nowMs } = run;
  // Refuses a folder that is not there, as every command does that only looks at data.
  await (await openExistingStores(dataDir, nowMs)).close();
  const system = await openLocalSystem({ dataDir, nowMs, feeds: [] });
  try {
    const { state } = system.stores;
    const take: RecordReplay['take'] = async (_, batches) => {
      for (const batch of batches) await system.ingest(batch);
      return undefined;
    };
    const records = await replayRecords({ decoder: system.compiled.decoder, state, isDryRun, take }, sinceMs);
    return { records, alerts: isDryRun ? [] : await system.announce() };
  } finally {
    await system.close();
  }
}
