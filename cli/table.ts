import pc from 'picocolors';
import { printable } from './cli-io.js';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Gives way when the table is wider than the terminal, down to this many columns; others never do. */
  readonly shrinksTo?: number;
  /** What becomes of a cell that is too long: words go on in further lines, a path or user agent is cut (the default). */
  readonly overflow?: 'wrap' | 'cut';
  /** Goes into a line below its row where the table would be too wide otherwise. */
  readonly folds?: true;
  /** Colours a cell, given as it is printed (clipped and padded) and as it was. */
  readonly paint?: (text: string, cell: string, colours: Colours) => string;
}

export type Colours = ReturnType<typeof pc.createColors>;

export interface TableStyle {
  /** Columns of the terminal; `undefined` (a pipe, a file) leaves every cell whole, and each row a line. */
  readonly widthColumns: number | undefined;
  readonly colours: boolean;
}

/**
 * Rows under their titles, columns two spaces apart. Cells may come from callers: control characters and those that turn
 * text around are shown as U+FFFD, so that a cell can neither move the cursor nor forge a row.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const cells = rows.map((row) => columns.map((_, at) => printable(row[at] ?? '')));
  const layout = fittingLayout(columns, cells, style.widthColumns);
  const colours = pc.createColors(style.colours);
  const titles = columns.map(({ title }) => title);
  const head = linesOf({ row: titles, columns, layout, paint: undefined, widthColumns: style.widthColumns });
  const body = cells.flatMap((row) =>
    linesOf({ row, columns, layout, paint: colours, widthColumns: style.widthColumns }),
  );
  return `${[...head.map((line) => colours.bold(line)), ...body].join('\n')}\n`;
}

/** How the stream wants its tables: colours and a width only on a terminal, and no colours under `NO_COLOR`. */
export function tableStyle(io: {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}): TableStyle {
  const isTerminal = io.stdout.isTTY === true;
  return {
    // A terminal that does not know its width says 0.
    widthColumns: isTerminal ? io.stdout.columns || 80 : undefined,
    colours: isTerminal && (io.env['NO_COLOR'] ?? '') === '',
  };
}

const GAP = 2;

/** Which columns stand beside each other, how wide; the others go below. */
interface Layout {
  readonly beside: readonly { readonly at: number; readonly width: number }[];
  readonly below: readonly number[];
}

function fittingLayout(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  available: number | undefined,
): Layout {
  const wanted = columns.map(({ title }, at) =>
    cells.reduce((most, row) => Math.max(most, length(row[at] ?? '')), length(title)),
  );
  const all = columns.map((_, at) => at);
  const beside = fittingWidths(columns, all, wanted, available);
  if (!columns.some(({ folds }) => folds) || fits(beside, available)) return { beside, below: [] };
  const staying = all.filter((at) => columns[at]?.folds !== true);
  return {
    beside: fittingWidths(columns, staying, wanted, available),
    below: all.filter((at) => columns[at]?.folds === true),
  };
}

function fits(beside: Layout['beside'], available: number | undefined): boolean {
  return available === undefined || total(beside) <= available;
}

function total(beside: Layout['beside']): number {
  return beside.reduce((sum, { width }) => sum + width + GAP, -GAP);
}

/** Takes what is too much from the widest column that may shrink, step by step. */
function fittingWidths(
  columns: readonly Column[],
  shown: readonly number[],
  wanted: readonly number[],
  available: number | undefined,
): Layout['beside'] {
  const beside = shown.map((at) => ({ at, width: wanted[at] ?? 0 }));
  if (available === undefined) return beside;
  for (let excess = total(beside) - available; excess > 0; excess--) {
    const widest = beside
      .filter(({ at, width }) => width > (columns[at]?.shrinksTo ?? width))
      .reduce<(typeof beside)[number] | undefined>(
        (most, one) => (most === undefined || one.width > most.width ? one : most),
        undefined,
      );
    if (widest === undefined) break;
    widest.width -= 1;
  }
  return beside;
}

interface Row {
  readonly row: readonly string[];
  readonly columns: readonly Column[];
  readonly layout: Layout;
  /** `undefined` of the titles: they are painted as a whole. */
  readonly paint: Colours | undefined;
  readonly widthColumns: number | undefined;
}

function linesOf({ row, columns, layout, paint, widthColumns = 0 }: Row): readonly string[] {
  const { beside, below } = layout;
  const parts = beside.map(({ at, width }) => {
    const { overflow } = columns[at] ?? {};
    const cell = row[at] ?? '';
    return overflow === 'wrap' ? brokenAt(cell, width) : [clip(cell, width)];
  });
  const lines = Array.from({ length: Math.max(...parts.map((part) => part.length), 1) }, (_, line) =>
    beside
      .map(({ at, width }, place) => {
        const { align, paint: paintCell } = columns[at] ?? {};
        const isLast = place === beside.length - 1;
        const text = pad(parts[place]?.[line] ?? '', isLast && align === undefined ? 0 : width, align);
        return paint === undefined || paintCell === undefined ? text : paintCell(text, row[at] ?? '', paint);
      })
      .join(' '.repeat(GAP))
      .trimEnd(),
  );
  if (below.length === 0) return lines;
  const folded = below.map((at) => row[at] ?? '').filter((cell) => cell !== '' && cell !== NOTHING);
  if (folded.length === 0) return lines;
  const indent = foldIndent(columns, layout, widthColumns);
  const room = Math.max(20, widthColumns - indent);
  const isCut = below.some((at) => columns[at]?.overflow !== 'wrap');
  const text = folded.join(' '.repeat(GAP));
  const under = isCut ? [clip(text, room)] : brokenAt(text, room);
  return [...lines, ...under.map((line) => ' '.repeat(indent) + (paint?.dim(line) ?? line))];
}

const NOTHING = '-';

/** What goes below stands under the column of words, where that leaves it half of the width; else under the second. */
function foldIndent(columns: readonly Column[], { beside }: Layout, widthColumns: number): number {
  const under = (place: number): number => (place <= 0 ? GAP : total(beside.slice(0, place)) + GAP);
  const words = under(beside.findIndex(({ at }) => columns[at]?.overflow === 'wrap'));
  return words > GAP && words <= widthColumns / 2 ? words : under(1);
}

/** In code points: a cut never splits a character. */
function length(text: string): number {
  return [...text].length;
}

/** Lines of at most so many columns, broken at spaces; a word that is longer is broken where it has to be. */
function brokenAt(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (length(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (length(line) > width) {
      const part = beginning(line, width);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  return [...lines, line];
}

/** Of a word that is too long: up to a `/` of it where there is one. */
function beginning(word: string, width: number): string {
  const part = [...word].slice(0, Math.max(1, width)).join('');
  const slash = part.lastIndexOf('/');
  return slash > 0 ? part.slice(0, slash) : part;
}

/** Cut at the end of a word where that costs little. */
function clip(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text;
  const kept = characters.slice(0, Math.max(0, width - 1)).join('');
  const space = kept.lastIndexOf(' ');
  return `${space > width * (2 / 3) ? kept.slice(0, space) : kept}…`;
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const filling = ' '.repeat(Math.max(0, width - length(text)));
  return align === 'right' ? filling + text : text + filling;
}
