import type { Alert } from '../core/ports/finding-store.js';
import type { Column } from './table.js';

export const ALERT_COLUMNS: readonly Column[] = [
  { title: 'ALERT' },
  { title: 'LEVEL' },
  { title: 'LAST SEEN' },
  { title: 'STATUS' },
  { title: 'RULE', shrinksTo: 16 },
  { title: 'WHY', shrinksTo: 24 },
];

/** A row for each alert: enough of the id to name it, when, what and why. */
export function alertRows(alerts: readonly Alert[]): readonly (readonly string[])[] {
  return alerts.map(({ id, level, lastMs, status, title, why }) => [
    id.slice(0, SHORT_ID),
    level,
    toMinute(lastMs),
    status,
    title,
    why,
  ]);
}

/** Characters of an alert's id that a table shows and a command takes. */
export const SHORT_ID = 12;

export function toMinute(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 16).replace('T', ' ');
}
