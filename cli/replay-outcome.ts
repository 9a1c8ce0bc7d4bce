import type { Alert } from '../core/ports/finding-store.js';
import { ALERT_COLUMNS, alertRows } from './alert-table.js';
import { type CliIo, write } from './cli-io.js';
import { type Column, renderTable, tableStyle } from './table.js';

/** What became of one record or payload that was tried again. */
export interface ReplayOutcome {
  readonly outcome: 'replayed' | 'readable' | 'unreadable' | 'cut' | 'failed';
  readonly feed: string;
  /** Number of the record in what it came in, or that it is a whole payload. */
  readonly record: string;
  readonly calls: number;
  /** Why it still cannot be used; else why it lay there. */
  readonly why: string;
  /** What `--json` has of it. */
  readonly details: Readonly<Record<string, unknown>>;
}

export interface ReplayResult {
  readonly records: readonly ReplayOutcome[];
  /** Payloads that the collector had given up on; only where there is one. */
  readonly payloads?: readonly ReplayOutcome[];
  /** Only on one machine; on AWS the announcer tells. */
  readonly alerts?: readonly Alert[];
}

/** Prints what became of everything: a table, or one JSON document. */
export async function printReplay(
  { records, payloads, alerts }: ReplayResult,
  isJson: boolean,
  io: CliIo,
): Promise<void> {
  const all = [...(payloads ?? []), ...records];
  const counts = { replayed: 0, readable: 0, unreadable: 0, cut: 0, failed: 0 };
  for (const { outcome } of all) counts[outcome] += 1;
  if (isJson) {
    const details = (outcomes: readonly ReplayOutcome[]) => outcomes.map((outcome) => outcome.details);
    const document = {
      ...counts,
      ...(payloads !== undefined && { payloads: details(payloads) }),
      records: details(records),
      ...(alerts !== undefined && { alerts }),
    };
    await write(io.stdout, `${JSON.stringify(document, undefined, 2)}\n`);
    return;
  }
  if (all.length === 0) {
    await write(io.stdout, 'Nothing is set aside\n');
    return;
  }
  const rows = all.map(({ feed, record, outcome, calls, why }) => [
    feed,
    record,
    outcome,
    String(calls),
    why,
  ]);
  const style = tableStyle(io);
  await write(io.stdout, renderTable(COLUMNS, rows, style));
  const facts = Object.entries(counts).filter(([, count]) => count > 0);
  await write(io.stdout, `\n${facts.map(([name, count]) => `${count} ${name}`).join(', ')}\n`);
  if (alerts !== undefined && alerts.length > 0)
    await write(io.stdout, `\n${renderTable(ALERT_COLUMNS, alertRows(alerts), style)}`);
}

const COLUMNS: readonly Column[] = [
  { title: 'FEED', shrinksTo: 12 },
  { title: 'RECORD', align: 'right' },
  {
    title: 'OUTCOME',
    paint: (text, cell, { green, yellow, red }) => {
      if (cell === 'replayed' || cell === 'readable') return green(text);
      return cell === 'failed' ? red(text) : yellow(text);
    },
  },
  { title: 'CALLS', align: 'right' },
  { title: 'WHY', shrinksTo: 20 },
];
