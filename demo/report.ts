import type { Level } from '../core/sigma/rule-source.js';
import type { DemoResult } from './run-demo.js';
import type { AttackScore } from './score.js';

/** The colours that a report uses; functions that change nothing make it plain. */
export interface Palette {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

export interface ReportOptions {
  readonly palette: Palette;
  readonly widthColumns: number;
  readonly elapsedMs: number;
}

/** What a person reads at the end: what there is, what was found, what was not, what it cost. */
export function renderReport(result: DemoResult, options: ReportOptions): string {
  const { palette } = options;
  const sections = [
    inventory(result, palette),
    alerts(result, options),
    attacks(result, palette),
    lookAlikes(result, palette),
    totals(result, options),
  ];
  return `${sections.join('\n\n')}\n`;
}

function inventory(result: DemoResult, palette: Palette): string {
  const rows = result.inventory.map((line) => [
    line.api,
    line.apiType,
    line.apiId,
    `${line.endpoints} endpoint${line.endpoints === 1 ? '' : 's'}`,
  ]);
  const endpoints = result.inventory.reduce((sum, line) => sum + line.endpoints, 0);
  return [
    palette.bold(`Inventory: ${endpoints} endpoints of ${result.inventory.length} APIs`),
    ...table(rows),
  ].join('\n');
}

function alerts(result: DemoResult, { palette, widthColumns }: ReportOptions): string {
  const byRule = new Map<string, typeof result.alerts>();
  for (const alert of result.alerts) byRule.set(alert.ruleId, [...(byRule.get(alert.ruleId) ?? []), alert]);
  const isTrue = new Map(result.score.alerts.map((alert) => [alert.alertId, alert.isTrue]));
  const lines = [palette.bold(`Alerts: ${result.alerts.length} by ${byRule.size} rules`)];
  for (const group of [...byRule.values()].sort((a, b) => rank(b[0]?.level) - rank(a[0]?.level))) {
    const first = group[0];
    if (first === undefined) continue;
    const wrong = group.filter((alert) => isTrue.get(alert.id) !== true).length;
    const times = group.length === 1 ? '' : ` × ${group.length}`;
    const falsely = wrong === 0 ? '' : palette.warn(`  ${wrong} false`);
    lines.push(`  ${level(first.level, palette)} ${first.title}${times}${falsely}`);
    const shown = [...group].sort((a, b) => b.count - a.count)[0] ?? first;
    for (const line of wrap(shown.why, widthColumns - 8)) lines.push(palette.dim(`      ${line}`));
  }
  return lines.join('\n');
}

function attacks(result: DemoResult, palette: Palette): string {
  const { attacks: scored } = result.score;
  const found = scored.filter((attack) => attack.found).length;
  const rows = scored.map((attack) => [
    attack.found ? { text: 'found', paint: palette.good } : { text: 'missed', paint: palette.bad },
    attack.incident.name,
    attack.incident.api,
    `${attack.incident.calls} calls in ${duration(attack.incident.endMs - attack.incident.startMs)}`,
    how(attack),
  ]);
  return [palette.bold(`Attacks: ${found} of ${scored.length} found`), ...table(rows)].join('\n');
}

function how({ timeToDetectMs }: AttackScore): string {
  return timeToDetectMs === undefined ? '' : `announced after ${duration(timeToDetectMs)}`;
}

function lookAlikes(result: DemoResult, palette: Palette): string {
  const { lookAlikes: scored, falseAlarms, falseAlarmsPerDay, falseAlarmsByEvidence } = result.score;
  const silent = scored.filter((one) => one.silent).length;
  const rows = scored.map((one) => [
    one.silent ? { text: 'silent', paint: palette.good } : { text: 'alarmed', paint: palette.warn },
    one.incident.name,
    one.incident.api,
    `${one.incident.calls} calls`,
    one.silent ? '' : `${one.alerts} alert${one.alerts === 1 ? '' : 's'}`,
  ]);
  return [
    palette.bold(`Look-alikes: ${silent} of ${scored.length} stayed silent`),
    ...table(rows),
    `  False alarms: ${falseAlarms} in ${result.days} days (${falseAlarmsPerDay.toFixed(1)} a day); ${falseAlarmsByEvidence} if most of an alert's evidence must be an attack's`,
  ].join('\n');
}

function totals(result: DemoResult, { palette, elapsedMs }: ReportOptions): string {
  const { trail } = result;
  const seconds = elapsedMs / 1000;
  const perCall = trail.calls === 0 ? 0 : trail.bytes / trail.calls;
  const rate = Math.round(result.calls / Math.max(0.001, seconds));
  return [
    palette.bold(`${count(result.calls)} calls in ${seconds.toFixed(1)} s (${count(rate)} a second)`),
    `  ${count(result.deliveries)} payloads, ${result.repeatedDeliveries} of them delivered again`,
    `  ${(result.logBytes / Math.max(1, result.calls)).toFixed(0)} bytes a call as log lines, ${perCall.toFixed(1)} in the trail (${count(trail.segments)} segments)`,
  ].join('\n');
}

const ORDER: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

function rank(one: Level | undefined): number {
  return one === undefined ? -1 : ORDER.indexOf(one);
}

function level(one: Level, palette: Palette): string {
  const text = one.padEnd(8);
  if (rank(one) >= rank('high')) return palette.bad(text);
  return one === 'medium' ? palette.warn(text) : palette.dim(text);
}

/** A cell may be painted; its width is that of the text. */
type Cell = string | { readonly text: string; readonly paint: (text: string) => string };

/** Columns as wide as their widest cell; colours do not count. */
function table(rows: readonly (readonly Cell[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries())
      widths[column] = Math.max(widths[column] ?? 0, textOf(cell).length);
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const padding = ' '.repeat((widths[column] ?? 0) - textOf(cell).length);
      return typeof cell === 'string' ? cell + padding : cell.paint(cell.text) + padding;
    });
    return `  ${cells.join('  ').trimEnd()}`;
  });
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

/** Breaks at spaces; a word longer than a line stays whole. */
function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function count(n: number): string {
  return n.toLocaleString('en-US');
}

function duration(ms: number): string {
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  return `${(ms / 3_600_000).toFixed(1)} h`;
}
