import type { ApiCall } from '../core/calls/api-call.js';
import { type Colours, type Column, renderTable, type TableStyle } from './table.js';

/** What a row needs of a call; one that was stored as evidence may have less. */
export type ShownCall = Pick<ApiCall, 'timeMs'> &
  Partial<
    Pick<
      ApiCall,
      | 'method'
      | 'eventType'
      | 'path'
      | 'route'
      | 'status'
      | 'sourceIp'
      | 'principal'
      | 'latencyMs'
      | 'userAgent'
    >
  > & {
    /** Of evidence that is no call: its fields in words. */
    readonly what?: string | undefined;
  };

/** Calls under their titles, without the columns that none of them has anything in. */
export function renderCalls(calls: readonly ShownCall[], style: TableStyle): string {
  const rows = calls.map((call) => COLUMNS.map(({ of }) => of(call)));
  const used = COLUMNS.map((_, at) => at).filter((at) => rows.some((row) => row[at] !== NOTHING));
  return renderTable(
    used.flatMap((at) => COLUMNS[at] ?? []),
    rows.map((row) => used.map((at) => row[at] ?? NOTHING)),
    style,
  );
}

const NOTHING = '-';

const COLUMNS: readonly (Column & { readonly of: (call: ShownCall) => string })[] = [
  { title: 'TIME (UTC)', of: ({ timeMs }) => toSecond(timeMs) },
  {
    title: 'STATUS',
    paint: (text, cell, colours) => paintStatus(text, cell, colours),
    of: ({ status }) => String(status ?? NOTHING),
  },
  { title: 'METHOD', shrinksTo: 6, of: ({ method, eventType }) => method ?? eventType ?? NOTHING },
  { title: 'PATH', shrinksTo: 16, of: ({ path, route }) => path ?? route ?? NOTHING },
  { title: 'SOURCE', shrinksTo: 15, of: ({ sourceIp }) => sourceIp ?? NOTHING },
  {
    title: 'WHO',
    // Half an id is none.
    folds: true,
    // The address twice tells nothing.
    of: ({ principal, sourceIp }) =>
      principal === undefined || principal === sourceIp ? NOTHING : principal,
  },
  { title: 'MS', align: 'right', of: ({ latencyMs }) => String(latencyMs ?? NOTHING) },
  { title: 'USER AGENT', shrinksTo: 16, folds: true, of: ({ userAgent }) => userAgent ?? NOTHING },
  { title: 'WHAT', shrinksTo: 40, overflow: 'wrap', of: ({ what }) => what ?? NOTHING },
];

/** `2026-03-03 08:00:01`; a time beyond what a date can hold as its number. */
export function toSecond(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 19).replace('T', ' ') : String(ms);
}

/** `2026-03-03 08:00`. */
export function toMinute(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : String(ms);
}

/** What failed stands out: by the server red, by the client yellow. */
function paintStatus(text: string, status: string, colours: Colours): string {
  if (status.startsWith('5')) return colours.red(text);
  return status.startsWith('4') ? colours.yellow(text) : text;
}
