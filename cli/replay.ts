import { Command } from 'commander';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { Fault } from '../core/fault.js';
import type { Alert } from '../core/ports/finding-store.js';
import type { PoisonRecord } from '../core/ports/state-store.js';
import { ALERT_COLUMNS, alertRows } from './alert-table.js';
import { type CliIo, write } from './cli-io.js';
import { DEFAULT_DATA_DIR, openExistingStores } from './local-stores.js';
import { type LocalSystem, openLocalSystem } from './local-system.js';
import { unwrapped } from './payload-documents.js';
import { type Column, renderTable, tableStyle } from './table.js';
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
  readonly calls: number;
  /** Why it still cannot be read. */
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
  let alerts: readonly Alert[] = [];
  try {
    for await (const record of system.stores.state.poison(sinceMs)) {
      outcomes.push(await replayOne(record, system, options.dryRun === true));
    }
    if (options.dryRun !== true) alerts = await system.announce();
  } finally {
    await system.close();
  }
  outcomes.sort(
    (a, b) =>
      a.record.atMs - b.record.atMs ||
      (a.record.digest < b.record.digest ? -1 : a.record.digest > b.record.digest ? 1 : 0) ||
      a.record.position - b.record.position,
  );
  await print(outcomes, alerts, options, io);
}

async function replayOne(record: PoisonRecord, system: LocalSystem, isDryRun: boolean): Promise<Outcome> {
  if (record.truncated)
    return { record, outcome: 'cut', calls: 0, reason: 'only its first 64 KiB were kept' };
  const batches = decodeAgain(record, system.compiled.decoder);
  const calls = batches.reduce((sum, batch) => sum + batch.calls.length, 0);
  if (calls === 0) {
    const reason = batches.flatMap(({ rejected }) => rejected).at(0)?.reason ?? 'holds no call';
    return { record, outcome: 'unreadable', calls, reason };
  }
  if (isDryRun) return { record, outcome: 'readable', calls, reason: '' };
  for (const batch of batches) await system.ingest(batch);
  // Only now: a crash before leaves it set aside, and trying again changes nothing.
  await system.stores.state.deletePoison(record.digest, record.position);
  return { record, outcome: 'replayed', calls, reason: '' };
}

/** A record of a feed as what it would have been; a whole payload, as JSON or in base64, as its records. */
function decodeAgain({ body, origin }: PoisonRecord, decoder: PayloadDecoder): readonly DecodedBatch[] {
  if (origin !== undefined) return [decoder.again(body, origin)];
  try {
    const document = parseJsonObject(body);
    return document === undefined
      ? decoder.decodeBytes(Buffer.from(body, 'base64'))
      : decoder.decodeEvent(unwrapped(document));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
    return [];
  }
}

const COLUMNS: readonly Column[] = [
  { title: 'FEED', shrinksTo: 12 },
  { title: 'RECORD', align: 'right' },
  {
    title: 'OUTCOME',
    paint: (text, cell, { green, yellow }) =>
      cell === 'replayed' || cell === 'readable' ? green(text) : yellow(text),
  },
  { title: 'CALLS', align: 'right' },
  { title: 'WHY', shrinksTo: 20 },
];

async function print(
  outcomes: readonly Outcome[],
  alerts: readonly Alert[],
  options: ReplayOptions,
  io: CliIo,
): Promise<void> {
  const counts = { replayed: 0, readable: 0, unreadable: 0, cut: 0 };
  for (const { outcome } of outcomes) counts[outcome] += 1;
  if (options.json) {
    const records = outcomes.map(({ record, outcome, calls, reason }) => ({
      digest: record.digest,
      position: record.position,
      feed: record.feed,
      setAsideMs: record.atMs,
      setAsideFor: record.reason,
      outcome,
      calls,
      reason,
    }));
    await write(io.stdout, `${JSON.stringify({ ...counts, records, alerts }, undefined, 2)}\n`);
    return;
  }
  if (outcomes.length === 0) {
    await write(io.stdout, 'Nothing is set aside\n');
    return;
  }
  const rows = outcomes.map(({ record, outcome, calls, reason }) => [
    record.feed,
    String(record.position),
    outcome,
    String(calls),
    reason === '' ? record.reason : reason,
  ]);
  const style = tableStyle(io);
  await write(io.stdout, renderTable(COLUMNS, rows, style));
  const facts = Object.entries(counts).filter(([, count]) => count > 0);
  await write(io.stdout, `\n${facts.map(([name, count]) => `${count} ${name}`).join(', ')}\n`);
  if (alerts.length > 0) await write(io.stdout, `\n${renderTable(ALERT_COLUMNS, alertRows(alerts), style)}`);
}
