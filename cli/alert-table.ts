import type { Alert } from '../core/ports/finding-store.js';
import { toMinute } from './call-table.js';
import { paintLevel } from './level.js';
import type { Column } from './table.js';

export const ALERT_COLUMNS: readonly Column[] = [
  { title: 'ALERT' },
  { title: 'LEVEL', paint: (text, cell, colours) => paintLevel(text, cell, colours) },
  { title: 'LAST SEEN (UTC)' },
  { title: 'RULE', shrinksTo: 20 },
  { title: 'WHY', shrinksTo: 24 },
];

/** A row for each alert: enough of the id to name it, when, what and why. */
export function alertRows(alerts: readonly Alert[]): readonly (readonly string[])[] {
  return alerts.map(({ id, level, lastMs, status, title, why }) => [
    id.slice(0, SHORT_ID),
    level,
    toMinute(lastMs),
    status === 'open' ? title : `[${status}] ${title}`,
    why,
  ]);
}

/** Characters of an alert's id that a table shows and a command takes. */
const SHORT_ID = 8;
