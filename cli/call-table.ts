import type { ApiCall } from '../core/calls/api-call.js';
import type { Colours, Column } from './table.js';

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
  >;

export const CALL_COLUMNS: readonly Column[] = [
  { title: 'TIME (UTC)' },
  { title: 'STATUS', paint: (text, cell, colours) => paintStatus(text, cell, colours) },
  { title: 'METHOD', shrinksTo: 6 },
  { title: 'PATH', shrinksTo: 20 },
  { title: 'SOURCE', shrinksTo: 15 },
  { title: 'WHO', shrinksTo: 12 },
  { title: 'MS', align: 'right' },
  { title: 'USER AGENT', shrinksTo: 10 },
];

export function callCells(call: ShownCall): readonly string[] {
  return [
    toSecond(call.timeMs),
    String(call.status ?? '-'),
    call.method ?? call.eventType ?? '-',
    call.path ?? call.route ?? '-',
    call.sourceIp ?? '-',
    // The address twice tells nothing.
    call.principal === undefined || call.principal === call.sourceIp ? '-' : call.principal,
    String(call.latencyMs ?? '-'),
    call.userAgent ?? '-',
  ];
}

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
