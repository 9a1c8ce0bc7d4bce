import type { Alert } from '../core/ports/finding-store.js';
import { ALERT_COLUMNS, alertRows } from './alert-table.js';
import { age, number, size } from './amount.js';
import { type CliIo, write } from './cli-io.js';
import { fitted, textWidth } from './fitted.js';
import { type Column, renderTable, tableStyle } from './table.js';

/** What became of one record or payload that was tried again. */
export interface ReplayOutcome {
  readonly outcome: 'replayed' | 'readable' | 'unreadable' | 'cut' | 'failed';
  readonly feed: string;
  /** `record 3` of what it came in, or that it is a whole `payload`. */
  readonly kind: string;
  readonly setAsideMs: number;
  readonly sizeBytes: number;
  readonly calls: number;
  /** Masked to its shape; empty of a payload, which is compressed. */
  readonly sample: string;
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
  const nowMs = io.nowMs();
  const rows = all.map(({ outcome, kind, setAsideMs, sizeBytes, calls, feed, why, sample }) => [
    outcome,
    kind,
    age(nowMs - setAsideMs),
    size(sizeBytes),
    number(calls),
    feed,
    why,
    sample,
  ]);
  const style = tableStyle(io);
  await write(io.stdout, renderTable(COLUMNS, rows, style));
  const facts = Object.entries(counts).filter(([, count]) => count > 0);
  const summary = facts.map(([name, count]) => `${number(count)} ${name}`).join(', ');
  const hint = counts.readable > 0 ? '; gatewarden replay without --dry-run takes what is readable' : '';
  await write(io.stdout, fitted(`\n${summary}${hint}\n`, textWidth(io)));
  if (alerts !== undefined && alerts.length > 0)
    await write(io.stdout, `\n${renderTable(ALERT_COLUMNS, alertRows(alerts), style)}`);
}

const COLUMNS: readonly Column[] = [
  {
    title: 'OUTCOME',
    paint: (text, cell, { green, yellow, red }) => {
      if (cell === 'replayed' || cell === 'readable') return green(text);
      return cell === 'failed' ? red(text) : yellow(text);
    },
  },
  { title: 'WHAT' },
  { title: 'AGE', align: 'right' },
  { title: 'SIZE', align: 'right' },
  { title: 'CALLS', align: 'right' },
  { title: 'FEED', shrinksTo: 16, overflow: 'wrap' },
  { title: 'WHY', folds: true, overflow: 'wrap' },
  { title: 'SAMPLE', folds: true, overflow: 'wrap' },
];
