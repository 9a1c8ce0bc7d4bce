import { defanged } from '../core/alerts/defanged.js';
import type { Alert, CorruptItem } from '../core/ports/finding-store.js';
import { toMinute } from './call-table.js';
import { paintLevel } from './level.js';
import type { Column } from './table.js';

export const ALERT_COLUMNS: readonly Column[] = [
  { title: 'ALERT' },
  { title: 'LEVEL', paint: (text, cell, colours) => paintLevel(text, cell, colours) },
  { title: 'LAST SEEN (UTC)' },
  { title: 'COUNT', align: 'right' },
  { title: 'RULE', shrinksTo: 24, overflow: 'wrap' },
  { title: 'WHO', folds: true, overflow: 'wrap' },
  { title: 'WHERE', folds: true, overflow: 'wrap' },
];

/** A row for each alert: enough of the id to name it, what fired, for whom, and how often. */
export function alertRows(alerts: readonly Alert[]): readonly (readonly string[])[] {
  return alerts.map(({ id, level, lastMs, status, title, group, count, saturated }) => [
    id.slice(0, SHORT_ID),
    level,
    toMinute(lastMs),
    `${count.toLocaleString('en-US')}${saturated ? '+' : ''}`,
    status === 'open' ? title : `[${status}] ${title}`,
    defanged(group['principal'] ?? group['sourceIp'] ?? '-'),
    whereOf(group),
  ]);
}

/** A row for an alert that cannot be read. */
export function corruptRow({ id, problem }: CorruptAlert): readonly string[] {
  return [id.slice(0, SHORT_ID), '-', '-', '-', `[corrupt] ${problem}`, '-', '-'];
}

/** An alert of which no more is known than that it is there. */
export interface CorruptAlert {
  readonly id: string;
  readonly problem: string;
}

export function toCorruptAlert({ key, error }: CorruptItem): CorruptAlert {
  return { id: key.replace(/^ALERT#/, ''), problem: error instanceof Error ? error.message : String(error) };
}

/** Characters of an alert's id that a table shows and a command takes. */
const SHORT_ID = 8;

const WHO = new Set(['principal', 'principalKind', 'sourceIp']);

/** The rest of the group: the API, and what of it. */
function whereOf(group: Alert['group']): string {
  const rest = Object.entries(group).filter(([name, value]) => !WHO.has(name) && value !== '-');
  return rest.length === 0 ? '-' : rest.map(([, value]) => defanged(value)).join(' ');
}
