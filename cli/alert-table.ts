import type { Alert } from '../core/ports/finding-store.js';
import { toMinute } from './call-table.js';
import { paintLevel } from './level.js';
import type { Column } from './table.js';

export const ALERT_COLUMNS: readonly Column[] = [
  { title: 'ALERT' },
  { title: 'LEVEL', paint: (text, cell, colours) => paintLevel(text, cell, colours) },
  { title: 'LAST SEEN (UTC)' },
  { title: 'RULE', shrinksTo: 20 },
  { title: 'WHO', shrinksTo: 12 },
  { title: 'WHERE', shrinksTo: 10 },
  { title: 'COUNT', align: 'right' },
];

/** A row for each alert: enough of the id to name it, what fired, for whom, and how often. */
export function alertRows(alerts: readonly Alert[]): readonly (readonly string[])[] {
  return alerts.map(({ id, level, lastMs, status, title, group, count, saturated }) => [
    id.slice(0, SHORT_ID),
    level,
    toMinute(lastMs),
    status === 'open' ? title : `[${status}] ${title}`,
    group['principal'] ?? group['sourceIp'] ?? '-',
    whereOf(group),
    `${count.toLocaleString('en-US')}${saturated ? '+' : ''}`,
  ]);
}

/** Characters of an alert's id that a table shows and a command takes. */
const SHORT_ID = 8;

const WHO = new Set(['principal', 'principalKind', 'sourceIp']);

/** The rest of the group: the API, and what of it. */
function whereOf(group: Alert['group']): string {
  const rest = Object.entries(group).filter(([name, value]) => !WHO.has(name) && value !== '-');
  return rest.length === 0 ? '-' : rest.map(([, value]) => value).join(' ');
}
