import type { ApiCall } from '../core/calls/api-call.js';
import { printable } from './cli-io.js';

const TITLES = ['TIME (UTC)', 'STATUS', 'METHOD', 'PATH OR ROUTE', 'WHO', 'MS'];

/** Rows of fixed width: a log may be endless, so they are printed before the next ones are known. */
export interface DecodeTable {
  readonly header: string;
  callRow(call: ApiCall): string;
}

/** `widthColumns` of the terminal; `undefined` (a pipe, a file) leaves paths and callers room. */
export function decodeTable(widthColumns: number | undefined): DecodeTable {
  // Time, status, method, latency and the gaps; the rest is for path and caller.
  const room = widthColumns === undefined ? 79 : Math.max(32, widthColumns - FIXED_COLUMNS);
  const path = Math.floor(room / 2);
  const widths = [23, 6, 7, path, room - path];
  return {
    header: row(TITLES, widths),
    callRow: (call) =>
      row(
        [
          isoTime(call.timeMs),
          String(call.status ?? '-'),
          call.method ?? call.eventType ?? '-',
          call.path ?? call.route ?? '-',
          call.principal ?? '-',
          `${call.latencyMs ?? '-'}${call.recovered ? '  recovered' : ''}`,
        ],
        widths,
      ),
  };
}

const FIXED_COLUMNS = 23 + 6 + 7 + 6 + 5;

export function rejectedRow(record: number, reason: string, sample: string): string {
  return printable(`line ${record} rejected: ${reason}${sample.trim() === '' ? '' : `  [${sample}]`}`);
}

function isoTime(timeMs: number): string {
  // Beyond what a Date can hold a time is hardly one; the number still says what was read.
  return Math.abs(timeMs) <= 8.64e15
    ? new Date(timeMs).toISOString().slice(0, 23).replace('T', ' ')
    : String(timeMs);
}

function row(cells: readonly string[], widths: readonly number[]): string {
  return cells
    .map((cell, at) => {
      const width = widths[at];
      const text = printable(cell);
      if (width === undefined) return text;
      return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
    })
    .join(' ')
    .trimEnd();
}
