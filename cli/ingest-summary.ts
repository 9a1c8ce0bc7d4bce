import { basename } from 'node:path';
import pc from 'picocolors';
import type { Alert } from '../core/ports/finding-store.js';
import { LEVELS } from '../core/sigma/rule-source.js';
import { ALERT_COLUMNS, alertRows } from './alert-table.js';
import { amount, number } from './amount.js';
import { type CliIo, printable, write } from './cli-io.js';
import { type FileCounts, type Span, sumOfTallies } from './file-tally.js';
import { fitted, textWidth } from './fitted.js';
import type { FileOutcome } from './ingest-file.js';
import { paintLevel } from './level.js';
import { type Colours, type Column, renderTable, tableStyle } from './table.js';

export interface IngestResult {
  readonly outcomes: readonly FileOutcome[];
  /** Files of the folders that are no logs. */
  readonly skipped: readonly string[];
  /** What could not be read, in words. */
  readonly problems: readonly string[];
  /** Raised, or grown since somebody was told. */
  readonly alerts: readonly Alert[];
  readonly elapsedMs: number;
}

/** What `gatewarden ingest` answers: one JSON document, or what came of it for people; problems go to standard error. */
export async function printIngest(io: CliIo, result: IngestResult, form: 'json' | 'text'): Promise<void> {
  if (form === 'json') {
    await write(io.stdout, `${JSON.stringify(toJson(result), undefined, 2)}\n`);
    return;
  }
  await write(io.stdout, renderText(io, result));
  for (const problem of result.problems) await write(io.stderr, `gatewarden: ${printable(problem)}\n`);
}

/** The same keys whatever came of it; absent values are `null`. */
function toJson({ outcomes, skipped, problems, alerts }: IngestResult) {
  const files = outcomes.map(({ file, kind, tally, knownLines, problem }) => ({
    file,
    kind,
    ...tally.counts,
    knownLines,
    ...spanJson(tally.span),
    rejections: tally.rejections,
    problem: problem ?? null,
  }));
  const total = sumUp(outcomes);
  const span = spanJson(total.span);
  return { ...total.counts, knownLines: total.knownLines, ...span, files, skipped, problems, alerts };
}

function spanJson(span: Span | undefined) {
  return { firstMs: span?.firstMs ?? null, lastMs: span?.lastMs ?? null };
}

interface Total extends ReturnType<typeof sumOfTallies> {
  readonly knownLines: number;
}

function sumUp(outcomes: readonly FileOutcome[]): Total {
  const knownLines = outcomes.reduce((sum, one) => sum + one.knownLines, 0);
  return { ...sumOfTallies(outcomes), knownLines };
}

/** More alerts, files and reasons than these are for the commands that list them. */
const ALERTS_SHOWN = 20;
const FILES_SHOWN = 20;
const REASONS_SHOWN = 3;

function renderText(io: CliIo, result: IngestResult): string {
  const { outcomes, alerts } = result;
  const style = tableStyle(io);
  const colours = pc.createColors(style.colours);
  const total = sumUp(outcomes);
  const parts = [fitted(headline(total, result, colours), textWidth(io))];
  if (outcomes.length > 1) parts.push(filesTable(outcomes, style));
  if (result.skipped.length > 0)
    parts.push(colours.dim(`${amount(result.skipped.length, 'file')} skipped: no logs (.md)\n`));
  if (total.counts.records > 0) parts.push(fitted(facts(total, result, colours), textWidth(io)));
  if (total.rejections.length > 0)
    parts.push(fitted(rejections(total, outcomes.length, colours), textWidth(io)));
  if (alerts.length > 0) {
    const rank = ({ level }: Alert): number => LEVELS.indexOf(level);
    const shown = [...alerts].sort((a, b) => rank(b) - rank(a)).slice(0, ALERTS_SHOWN);
    const more = alerts.length - shown.length;
    const hint = `${more > 0 ? `… and ${number(more)} more: gatewarden alerts. ` : ''}One with its evidence: gatewarden alerts show ${shown[0]?.id.slice(0, 8) ?? 'ID'}`;
    parts.push(
      `${renderTable(ALERT_COLUMNS, alertRows(shown), style)}${colours.dim(fitted(hint, textWidth(io)))}\n`,
    );
  }
  return parts.filter((part) => part !== '').join('\n');
}

function headline(total: Total, { outcomes, problems, elapsedMs }: IngestResult, colours: Colours): string {
  const { counts, knownLines } = total;
  const [only] = outcomes;
  const what =
    outcomes.length === 1 && only !== undefined
      ? printable(only.file === '-' ? 'standard input' : only.file)
      : amount(outcomes.length, 'file');
  if (counts.records > 0) {
    const seconds = Math.max(elapsedMs, 1) / 1000;
    const speed = `${seconds.toFixed(1)} s, ${number(Math.round(counts.calls / seconds))} calls a second`;
    const events = counts.managementEvents > 0 ? [amount(counts.managementEvents, 'management event')] : [];
    const calls = counts.calls > 0 || events.length === 0 ? [amount(counts.calls, 'call')] : [];
    const found = [...calls, ...events].join(' and ');
    return `${colours.bold(`${found} from ${what}`)}  ${colours.dim(speed)}\n`;
  }
  if (knownLines > 0)
    return `Nothing new in ${what}: ${amount(knownLines, 'line')} ingested by an earlier run\n`;
  return problems.length > 0 ? '' : `Nothing in ${what}\n`;
}

function facts({ counts, knownLines, span }: Total, { alerts }: IngestResult, colours: Colours): string {
  const levels = [...LEVELS]
    .reverse()
    .map((level) => ({ level, amount: alerts.filter((alert) => alert.level === level).length }))
    .filter((each) => each.amount > 0)
    .map((each) => paintLevel(`${each.amount} ${each.level}`, each.level, colours));
  const remarks = [
    ...(span === undefined ? [] : [spanText(span)]),
    ...(counts.recovered > 0 ? [`${number(counts.recovered)} from lines that had to be mended`] : []),
    ...(counts.duplicates > 0 ? [`${number(counts.duplicates)} known before`] : []),
    ...(counts.late > 0 ? [`${number(counts.late)} with an impossible time, judged by no rule`] : []),
  ];
  const rows: readonly (readonly [name: string, count: number, remark: string])[] = [
    [
      'records',
      counts.records,
      knownLines > 0 ? `${number(knownLines)} more ingested by an earlier run` : '',
    ],
    ['calls', counts.calls, remarks.join('; ')],
    ['events', counts.managementEvents, 'management events of CloudTrail'],
    ['rejected', counts.rejected, setAside(counts)],
    ['endpoints', counts.newEndpoints, counts.newEndpoints > 0 ? 'new: gatewarden inventory' : ''],
    ['alerts', alerts.length, levels.join(', ')],
  ];
  const shown = rows.filter(([name, count]) => count > 0 || (name !== 'endpoints' && name !== 'events'));
  const width = Math.max(...shown.map(([, count]) => number(count).length));
  return shown
    .map(([name, count, remark]) =>
      `  ${name.padEnd(10)} ${number(count).padStart(width)}   ${remark}`.trimEnd().concat('\n'),
    )
    .join('');
}

function setAside({ rejected, setAside: kept }: FileCounts): string {
  if (rejected === 0) return '';
  if (kept === 0) return 'still in the file';
  if (kept === rejected) return 'set aside: gatewarden replay tries them again';
  return `${number(kept)} of them set aside for gatewarden replay; all are still in the file`;
}

function rejections({ rejections: all }: Total, files: number, colours: Colours): string {
  const shown = all.slice(0, REASONS_SHOWN).map(({ records, reason, file, firstRecord, sample }) => {
    const where = `${files > 1 ? `${file}: ` : ''}record ${firstRecord}`;
    const example = sample.trim() === '' ? '' : `  [${sample}]`;
    return `  ${number(records)} × ${printable(reason)}\n${colours.dim(`      first: ${printable(where + example)}`)}\n`;
  });
  const more = all.length - shown.length;
  return `${colours.bold('Rejected')}\n${shown.join('')}${more > 0 ? `  … and ${more} more reasons: --json\n` : ''}`;
}

const FILE_COLUMNS: readonly Column[] = [
  { title: 'FILE', shrinksTo: 20 },
  { title: 'RECORDS', align: 'right' },
  { title: 'CALLS', align: 'right' },
  { title: 'REJECTED', align: 'right', paint: (text, cell, { red }) => (cell === '0' ? text : red(text)) },
  { title: 'KNOWN', align: 'right' },
];

function filesTable(outcomes: readonly FileOutcome[], style: Parameters<typeof renderTable>[2]): string {
  const shown = outcomes.slice(0, FILES_SHOWN);
  const rows = shown.map(({ file, tally: { counts }, knownLines }) => [
    shortened(file, outcomes),
    ...[counts.records, counts.calls, counts.rejected, knownLines].map(number),
  ]);
  const more = outcomes.length - shown.length;
  return `${renderTable(FILE_COLUMNS, rows, style)}${more > 0 ? `… and ${amount(more, 'more file')}\n` : ''}`;
}

/** The name alone where it tells the file from the others. */
function shortened(file: string, all: readonly FileOutcome[]): string {
  if (file === '-') return 'standard input';
  const name = basename(file);
  return all.filter((other) => basename(other.file) === name).length === 1 ? name : file;
}

function spanText({ firstMs, lastMs }: Span): string {
  const first = timeText(firstMs);
  const last = timeText(lastMs);
  const isOneDay = first.slice(0, 10) === last.slice(0, 10);
  return first === last ? `${first} UTC` : `${first} to ${isOneDay ? last.slice(11) : last} UTC`;
}

/** To the minute; a time beyond what a date can hold as its number. */
function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString().slice(0, 16).replace('T', ' ') : String(ms);
}
