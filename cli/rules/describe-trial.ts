import pc from 'picocolors';
import type { Example } from '../../core/backtest/alert-tally.js';
import type { Ranked } from '../../core/backtest/ranking.js';
import type { Difference } from '../../core/backtest/slot-log.js';
import { amount, number } from '../amount.js';
import { renderCalls, type ShownCall } from '../call-table.js';
import { type CliIo, printable } from '../cli-io.js';
import { toShownCall } from '../evidence.js';
import { fitted, textWidth } from '../fitted.js';
import { paintLevel } from '../level.js';
import { type Colours, renderTable, type TableStyle, tableStyle } from '../table.js';
import type { TrialOutcome, TriedRule } from './run-trial.js';

/** A backtest for people. */
export function describeTrial(outcome: TrialOutcome, io: CliIo): string {
  const style = tableStyle(io);
  return [
    ...outcome.rules.map((tried) => describeRule(tried, style, textWidth(io))),
    ...outcome.skipped.map(({ title, reason }) =>
      fitted(`${printable(title)}: not tried: ${reason}\n`, textWidth(io)),
    ),
    fitted(readText(outcome), textWidth(io)),
  ].join('\n');
}

/** `3 alerts in 6.9 days of calls (0.4 a day), at most 1.1 a day with 95 % confidence: within its budget of 5`. */
export function rateText({ rate, budget, isWithin }: TriedRule, colours: Colours): string {
  const { alerts, exposureDays, perDay, upperBound } = rate;
  const seen = `${amount(alerts, 'alert')} in ${exposureDays.toFixed(1)} days of calls`;
  if (!Number.isFinite(upperBound)) return `${seen}: ${colours.yellow('nothing can be said')}`;
  const verdict = isWithin
    ? colours.green(`within its budget of ${budget}`)
    : colours.red(`over its budget of ${budget}`);
  return `${seen} (${perDay.toFixed(1)} a day), at most ${upperBound.toFixed(1)} a day with 95 % confidence: ${verdict}`;
}

function describeRule(tried: TriedRule, style: TableStyle, width: number): string {
  const { rule, entry, days, principals, endpoints, examples, difference } = tried;
  const colours = pc.createColors(style.colours);
  const most = Math.max(...days.map(({ alerts }) => alerts), 1);
  const byDay = days.map(({ dayMs, alerts }) => [toDay(dayMs), String(alerts), bar(alerts, most)]);
  return [
    fitted(
      `${colours.bold(printable(rule.title))} (${paintLevel(rule.level, rule.level, colours)}, ${entry.state}, ${printable(rule.id)})\n${rateText(tried, colours)}\n`,
      width,
    ),
    byDay.length === 0 ? '' : `\n${renderTable(DAY_COLUMNS, byDay, style)}`,
    ranking('PRINCIPAL', principals, style),
    ranking('ENDPOINT', endpoints, style),
    examples.length === 0
      ? ''
      : `\nFirst call of the first alerts\n${renderCalls(examples.map(toCall), style)}`,
    difference === undefined ? '' : fitted(`\n${differenceText(difference)}\n`, width),
  ].join('');
}

const BAR_CELLS = 30;
const DAY_COLUMNS = [{ title: 'DAY (UTC)' }, { title: 'ALERTS', align: 'right' }, { title: '' }] as const;

function bar(alerts: number, most: number): string {
  return '█'.repeat(Math.ceil((alerts / most) * BAR_CELLS));
}

function ranking(title: string, ranked: readonly Ranked[], style: TableStyle): string {
  if (ranked.length === 0) return '';
  const columns = [
    { title: 'ALERTS', align: 'right' },
    { title, shrinksTo: 20, overflow: 'wrap' },
  ] as const;
  return `\n${renderTable(
    columns,
    ranked.map(({ name, alerts }) => [String(alerts), name]),
    style,
  )}`;
}

function toCall({ eventJson, slotStartMs }: Example): ShownCall {
  return toShownCall(eventJson, slotStartMs);
}

export function differenceText({ onlyNew, onlyOld, both, isComplete }: Difference): string {
  const first = isComplete ? '' : ' (of the first 100,000 alerts of each)';
  return `Compared with its present version${first}: ${onlyNew} only now, ${onlyOld} no more, ${both} in both`;
}

function readText({ callsRead, bytesRead, minuteRows, unjudged, elapsedMs }: TrialOutcome): string {
  const parts = [
    `Read ${number(callsRead)} calls (${(bytesRead / 1e6).toFixed(1)} MB)`,
    minuteRows === 0 ? '' : ` and ${number(minuteRows)} minutes`,
    elapsedMs <= 0
      ? ''
      : ` in ${(elapsedMs / 1000).toFixed(1)} s, ${number(Math.round((callsRead / elapsedMs) * 1000))} a second`,
    unjudged === 0 ? '' : `; ${number(unjudged)} matches lack what their rule counts`,
  ];
  return `${parts.join('')}\n`;
}

/** `2026-03-03`. */
export function toDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
