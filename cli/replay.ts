import { Command } from 'commander';
import { nodeDigest } from '../adapters/node/node-digest.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { asObject, parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PoisonRecord } from '../core/ports/state-store.js';
import { type CliIo, write } from './cli-io.js';
import { DEFAULT_DATA_DIR, openExistingStores } from './local-stores.js';
import { type LocalSystem, openLocalSystem } from './local-system.js';
import { renderTable, tableStyle } from './table.js';
import { parseSince } from './time-option.js';

interface ReplayOptions {
  readonly data: string;
  readonly since?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden replay --dry-run
  $ gatewarden replay --since 7d --json

Records that could not be read are kept for 14 days. Replay tries them again, after an upgrade or with a format that is known by
now: what reads goes through ingest and is no longer set aside, what does not stays. Nothing doubles. Payloads that
a function gave up on lie in the failure bucket of the stack: download them and ingest the folder.`;

/** What became of one record. */
interface Outcome {
  readonly record: PoisonRecord;
  readonly outcome: 'replayed' | 'readable' | 'unreadable' | 'cut';
  readonly reason: string;
}

/** `gatewarden replay`: what was set aside, through ingest again. */
export function replayCommand(io: CliIo): Command {
  return new Command('replay')
    .description('try again what could not be read, after an upgrade or a mended format')
    .option('--data <dir>', 'folder that holds the data', DEFAULT_DATA_DIR)
    .option('--since <when>', 'only what was set aside since, as 24h or 7d, or an ISO date')
    .option('--dry-run', 'say what would be replayed, change nothing')
    .option('--json', 'print one JSON document')
    .addHelpText('after', EXAMPLES)
    .action((options: ReplayOptions) => replay(options, io));
}

async function replay(options: ReplayOptions, io: CliIo): Promise<void> {
  const sinceMs = options.since === undefined ? 0 : parseSince('--since', options.since, io.nowMs());
  // Refuses a folder that is not there, as every command does that only looks at data.
  await (await openExistingStores(options.data, io.nowMs)).close();
  const system = await openLocalSystem({ dataDir: options.data, nowMs: io.nowMs, feeds: [] });
  const outcomes: Outcome[] = [];
  try {
    for await (const record of system.stores.state.poison(sinceMs)) {
      outcomes.push(await replayOne(record, system, options.dryRun === true));
    }
  } finally {
    await system.close();
  }
  await print(outcomes, options, io);
}

async function replayOne(record: PoisonRecord, system: LocalSystem, isDryRun: boolean): Promise<Outcome> {
  if (record.truncated) return { record, outcome: 'cut', reason: 'only its first 64 KiB were kept' };
  const batches = decodeAgain(record, system);
  const still = batches.flatMap((batch) => batch.rejected).at(0);
  if (still !== undefined || batches.every((batch) => batch.calls.length === 0))
    return { record, outcome: 'unreadable', reason: still?.reason ?? 'holds no call' };
  if (isDryRun) return { record, outcome: 'readable', reason: '' };
  for (const batch of batches) await system.ingest(batch);
  // Only now: a crash before leaves it set aside, and trying again changes nothing.
  await system.stores.state.deletePoison(record.digest, record.position);
  return { record, outcome: 'replayed', reason: '' };
}

/** The record as a payload of its own, named by where it came from, so that replaying it again gives the same. */
function decodeAgain(record: PoisonRecord, { compiled }: LocalSystem): readonly DecodedBatch[] {
  const document = parseJsonObject(record.body);
  if (document !== undefined && compiled.decoder.accepts(document))
    return compiled.decoder.decodeEvent(asObject(document));
  const position = `${record.digest}:${record.position}`;
  const reader = compiled.decoder.lines({
    feed: record.feed,
    identity: nodeDigest.hex(['replay', position], 16),
    firstLine: 1,
    timeMs: record.atMs,
    trust: 'file',
  });
  reader.push(record.body);
  return [reader.batch(position)];
}

async function print(outcomes: readonly Outcome[], options: ReplayOptions, io: CliIo): Promise<void> {
  const counts = { replayed: 0, readable: 0, unreadable: 0, cut: 0 };
  for (const { outcome } of outcomes) counts[outcome] += 1;
  if (options.json) {
    const records = outcomes.map(({ record, outcome, reason }) => ({
      digest: record.digest,
      position: record.position,
      feed: record.feed,
      setAsideMs: record.atMs,
      setAsideFor: record.reason,
      outcome,
      reason,
    }));
    await write(io.stdout, `${JSON.stringify({ ...counts, records }, undefined, 2)}\n`);
    return;
  }
  if (outcomes.length === 0) {
    await write(io.stdout, 'nothing is set aside\n');
    return;
  }
  const columns = [
    { title: 'FEED', shrinksTo: 12 },
    { title: 'RECORD' },
    { title: 'OUTCOME' },
    { title: 'SET ASIDE FOR', shrinksTo: 20 },
    { title: 'NOW', shrinksTo: 20 },
  ];
  const rows = outcomes.map(({ record, outcome, reason }) => [
    record.feed,
    String(record.position),
    outcome,
    record.reason,
    reason,
  ]);
  await write(io.stdout, renderTable(columns, rows, tableStyle(io)));
}
