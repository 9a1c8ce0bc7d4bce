import { cheapestReading } from './cheapest-reading.js';
import { eventReader } from './event-reader.js';
import { hasKind } from './field-kind.js';
import { shortHash } from './format-id.js';
import { type FormatProblem, problemsOf } from './format-problems.js';
import { type FormatTemplate, toTemplate } from './format-template.js';
import { readByKey } from './key-fallback.js';
import { type Cell, type Layout, toLayout } from './layout.js';
import type { ExtractedLine, LineDecoder, LineFormat, RejectedLine } from './line-format.js';
import { maskedSample } from './masked-sample.js';
import { patternReader } from './pattern-reader.js';
import { plainReader } from './plain-reader.js';
import { canReadQuoted, type ExactReader, quotedReader } from './quoted-reader.js';
import { isMended, type Reading, toValues } from './reading.js';
import { exactly, withAnySpace } from './separator-search.js';

/** A decoder for one format string; `format` is the very object that its extracted lines carry. */
export interface FormatDecoder extends LineDecoder {
  readonly format: LineFormat;
  readonly variables: readonly string[];
}

export type CompiledFormat =
  | {
      readonly kind: 'compiled';
      readonly decoder: FormatDecoder;
      readonly warnings: readonly FormatProblem[];
    }
  | { readonly kind: 'invalid'; readonly problems: readonly FormatProblem[] };

/**
 * Compiles an `accessLogSettings.format` into a decoder for its lines. `variables` has one slot per `$context.x`
 * of the text, in order, duplicates included (the first one counts). Decoding is linear in the line.
 * Problems are errors (nothing to extract) or warnings (AWS would refuse or misprint something).
 */
export function compileFormat(format: string): CompiledFormat {
  const template = toTemplate(format.trim());
  const problems = problemsOf(format, template);
  if (problems.some((problem) => problem.severity === 'error')) return { kind: 'invalid', problems };
  const lineFormat: LineFormat = { id: `given:${shortHash(format.trim())}`, variables: template.variables };
  return { kind: 'compiled', decoder: toDecoder(template, lineFormat), warnings: problems };
}

function toDecoder(template: FormatTemplate, format: LineFormat): FormatDecoder {
  const layout = toLayout(template);
  const readers = exactReaders(template);
  const reject = (line: string, reason: string): RejectedLine => ({
    kind: 'rejected',
    reason,
    sample: maskedSample(line),
  });

  const decode = (line: string): ExtractedLine | RejectedLine => {
    for (const reader of readers) {
      const values = reader(line);
      if (values !== undefined) return { kind: 'extracted', format, values, recovered: false };
    }
    const trimmed = line.trim().replaceAll('\r\n', '\n');
    if (trimmed === '') return reject(line, 'empty line');
    const mended = mend(layout, trimmed);
    if (mended !== undefined) return { kind: 'extracted', format, ...mended };
    const byKey = layout.shape === 'json' ? readByKey(template, trimmed) : undefined;
    if (byKey !== undefined) return { kind: 'extracted', format, values: byKey, recovered: true };
    return reject(
      line,
      'the line does not fit the log format: its separators or the shapes of its values differ',
    );
  };
  const events = template.literals.some((text) => text.includes('\n'))
    ? undefined
    : eventReader(layout, format);
  return { format, variables: format.variables, events, decode };
}

/**
 * Readers for the ordinary case, tried in turn. A format with newlines is rendered with the newlines kept, dropped or
 * printed as spaces; each gets its reader.
 */
function exactReaders(template: FormatTemplate): readonly ExactReader[] {
  const replacements = template.literals.some((text) => text.includes('\n')) ? ['\n', '', ' '] : ['\n'];
  const layouts = replacements.map((replacement) => {
    const literals = template.literals.map((text) => text.replace(/\r?\n/g, replacement));
    return toLayout({ ...template, literals });
  });
  const patterns = layouts.map(patternReader).filter((reader) => reader !== undefined);
  const byHand = layouts.map((layout) =>
    canReadQuoted(layout) ? quotedReader(layout) : plainReader(layout),
  );
  return [...patterns, ...byHand];
}

interface Mended {
  readonly values: readonly (string | undefined)[];
  readonly recovered: boolean;
}

function mend(layout: Layout, line: string): Mended | undefined {
  const exact = cheapestReading(line, layout, exactly);
  if (exact?.complete === true && isPlausible(layout, line, exact)) return toMended(layout, line, exact);
  const relaxed = cheapestReading(line, layout, withAnySpace);
  const candidates = [relaxed, exact].filter(
    (reading): reading is Reading => reading !== undefined && isPlausible(layout, line, reading),
  );
  const best =
    candidates.find((reading) => reading.complete) ??
    candidates.sort((a, b) => cellsRead(b) - cellsRead(a))[0];
  return best === undefined ? undefined : toMended(layout, line, best);
}

function cellsRead(reading: Reading): number {
  return reading.bounds.filter((bound) => bound >= 0).length;
}

function toMended(layout: Layout, line: string, reading: Reading): Mended {
  const mended = layout.cells.some((cell, i) => {
    const start = reading.bounds[i * 2] as number;
    return start >= 0 && isMended(cell, line.slice(start, reading.bounds[i * 2 + 1]));
  });
  return { values: toValues(layout, line, reading.bounds), recovered: mended || !reading.complete };
}

/** Separators without field names match almost any text: then most values of known shape must have it. */
function isPlausible(layout: Layout, line: string, reading: Reading): boolean {
  if (layout.distinctive && (reading.complete || cellsRead(reading) >= 2)) return true;
  let fitting = 0;
  let unfitting = 0;
  layout.cells.forEach((cell: Cell, i) => {
    const start = reading.bounds[i * 2] as number;
    if (cell.kind === 'text' || start < 0) return;
    const value = line.slice(start, reading.bounds[i * 2 + 1]);
    if (!hasKind(cell.kind, value)) unfitting++;
    else if (value !== '-') fitting++;
  });
  return reading.complete ? unfitting === 0 || fitting > unfitting : fitting >= 2 && fitting > unfitting;
}
