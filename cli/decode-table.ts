import type { ApiCall } from '../core/calls/api-call.js';
import { printable } from './cli-io.js';

const WIDTHS = [23, 6, 6, 40, 39] as const;

/** Column heads of the table that `decode` prints for people. */
export const DECODE_HEADER = row(['TIME', 'STATUS', 'METHOD', 'PATH OR ROUTE', 'WHO', 'MS']);

export function callRow(call: ApiCall): string {
  return row([
    isoTime(call.timeMs),
    String(call.status ?? '-'),
    call.method ?? call.eventType ?? '-',
    call.path ?? call.route ?? '-',
    call.principal ?? '-',
    `${call.latencyMs ?? '-'}${call.recovered ? '  recovered' : ''}`,
  ]);
}

export function rejectedRow(record: number, reason: string, sample: string): string {
  return printable(`line ${record} rejected: ${reason}${sample.trim() === '' ? '' : `  [${sample}]`}`);
}

function isoTime(timeMs: number): string {
  // Beyond what a Date can hold a time is hardly one; the number still says what was read.
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString().slice(0, 23) : String(timeMs);
}

function row(cells: readonly string[]): string {
  return cells
    .map((cell, at) => {
      const width = WIDTHS[at];
      const text = printable(cell);
      if (width === undefined) return text;
      return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
    })
    .join(' ')
    .trimEnd();
}
