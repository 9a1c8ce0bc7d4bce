import type { Level } from '../core/sigma/rule-source.js';
import { storyOf } from './incident-stories.js';
import type { DemoResult } from './run-demo.js';

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

/** What a person reads at the end: what was simulated, what came of it, then everything one by one, what it cost, and what next. */
export function renderReport(result: DemoResult, options: ReportOptions): string {
  const { palette } = options;
  const sections = [
    introduction(result, options),
    verdict(result, palette),
    attacks(result, options),
    lookAlikes(result, options),
    alerts(result, options),
    inventory(result, palette),
    totals(result, options),
    next(options),
  ];
  return `${sections.join('\n\n')}\n`;
}

function introduction({ days, calls, inventory: apis, score }: DemoResult, options: ReportOptions): string {
  const text = `${days === 1 ? 'One simulated day' : `${days} simulated days`} of a retailer: ${apis.length} APIs, ${count(calls)} calls, among them ${score.attacks.length} attacks and ${score.lookAlikes.length} things that only look like attacks. Gatewarden knew of none of them. It got the access logs, as CloudWatch Logs delivers them, and read them with the functions that run on AWS and the rules as they are shipped.`;
  return wrap(text, options.widthColumns).join('\n');
}

function verdict({ score, days, trail, calls, logBytes }: DemoResult, palette: Palette): string {
  const { attacks: scored, lookAlikes: benign, falseAlarms } = score;
  const found = scored.filter((attack) => attack.found).length;
  const silent = benign.filter((one) => one.silent).length;
  const all = (is: boolean): ((text: string) => string) => (is ? palette.good : palette.bad);
  const perCall = (bytes: number): string => (bytes / Math.max(1, calls)).toFixed(0);
  return [
    `  ${all(found === scored.length)(`${found} of ${scored.length}`.padStart(8))}  attacks found`,
    `  ${all(silent === benign.length)(`${silent} of ${benign.length}`.padStart(8))}  look-alikes that stayed silent`,
    `  ${all(falseAlarms === 0)(String(falseAlarms).padStart(8))}  false alarms in ${days === 1 ? 'the day' : `${days} days`}`,
    `  ${perCall(trail.bytes).padStart(8)}  bytes a call in the audit trail (${perCall(logBytes)} as log lines)`,
  ].join('\n');
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

function attacks(result: DemoResult, { palette }: ReportOptions): string {
  const { attacks: scored } = result.score;
  const found = scored.filter((attack) => attack.found).length;
  const lines = scored.flatMap(({ incident, found: isFound, timeToDetectMs }) => {
    const told = timeToDetectMs === undefined ? '' : `, announced after ${duration(timeToDetectMs)}`;
    return incidentLines(
      { ...incident, verdict: isFound ? palette.good('found  ') : palette.bad('missed ') },
      `${count(incident.calls)} calls in ${duration(incident.endMs - incident.startMs)}${told}`,
      palette,
    );
  });
  return [palette.bold(`Attacks: ${found} of ${scored.length} found`), ...lines].join('\n');
}

/** The story, then the facts: at 80 columns each is a line. */
function incidentLines(
  { verdict: seen, name, api }: { readonly verdict: string; readonly name: string; readonly api: string },
  facts: string,
  palette: Palette,
): readonly string[] {
  return [`  ${seen}  ${storyOf(name)}`, palette.dim(`           ${name}, on ${api}: ${facts}`)];
}

function lookAlikes(result: DemoResult, { palette, widthColumns }: ReportOptions): string {
  const { lookAlikes: scored, falseAlarms, falseAlarmsPerDay, falseAlarmsByEvidence } = result.score;
  const silent = scored.filter((one) => one.silent).length;
  const lines = scored.flatMap(({ incident, silent: isSilent, alerts: raised }) =>
    incidentLines(
      { ...incident, verdict: isSilent ? palette.good('silent ') : palette.warn('alarmed') },
      `${count(incident.calls)} calls${isSilent ? '' : `, ${raised} alert${raised === 1 ? '' : 's'}`}`,
      palette,
    ),
  );
  const alarms = `False alarms: ${falseAlarms} in ${result.days} days (${falseAlarmsPerDay.toFixed(1)} a day); ${falseAlarmsByEvidence} by the strict measure, where most of an alert's evidence must be an attack's`;
  return [
    palette.bold(`Look-alikes: ${silent} of ${scored.length} stayed silent`),
    ...lines,
    ...wrap(alarms, widthColumns - 2).map((line) => `  ${line}`),
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

function next({ palette, widthColumns }: ReportOptions): string {
  const steps: readonly (readonly [command: string, what: string])[] = [
    ['gatewarden ingest access.log', 'the same with a log of yours'],
    ['gatewarden demo --data demo-data', 'keep the data of this; then'],
    ['gatewarden alerts --data demo-data', 'its alerts (show ID: the evidence)'],
  ];
  return [
    palette.bold('Next'),
    ...steps.map(([command, what]) => {
      const line = `  ${command.padEnd(36)}${what}`;
      return line.length <= widthColumns ? line : `  ${command}`;
    }),
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

/** Columns as wide as their widest cell. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows)
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  return rows.map((row) => {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    return `  ${cells.join('  ').trimEnd()}`;
  });
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
