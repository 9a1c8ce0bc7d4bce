import pc from 'picocolors';
import { printable } from './cli-io.js';

export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** Gives way when the table is wider than the terminal, down to this many columns; others never do. */
  readonly shrinksTo?: number;
  /** Colours a cell, given as it is printed (clipped and padded) and as it was. */
  readonly paint?: (text: string, cell: string, colours: Colours) => string;
}

export type Colours = ReturnType<typeof pc.createColors>;

export interface TableStyle {
  /** Columns of the terminal; `undefined` (a pipe, a file) leaves every cell whole. */
  readonly widthColumns: number | undefined;
  readonly colours: boolean;
}

/**
 * Rows under their titles, columns two spaces apart, a line each. Cells may come from callers: control characters
 * and those that turn text around are shown as U+FFFD, so that a cell can neither move the cursor nor forge a row.
 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: TableStyle,
): string {
  const cells = rows.map((row) => columns.map((_, at) => printable(row[at] ?? '')));
  const widths = fittingWidths(columns, widest(columns, cells), style.widthColumns);
  const colours = pc.createColors(style.colours);
  const line = (row: readonly string[], isHead: boolean): string =>
    columns
      .map(({ align, paint }, at) => {
        const cell = row[at] ?? '';
        const width = widths[at] ?? 0;
        const isLast = at === columns.length - 1;
        const text = pad(clip(cell, width), isLast && align === undefined ? 0 : width, align);
        return isHead || paint === undefined ? text : paint(text, cell, colours);
      })
      .join('  ')
      .trimEnd();
  const head = colours.bold(
    line(
      columns.map(({ title }) => title),
      true,
    ),
  );
  return `${[head, ...cells.map((row) => line(row, false))].join('\n')}\n`;
}

/** How the stream wants its tables: colours and a width only on a terminal, and no colours under `NO_COLOR`. */
export function tableStyle(io: {
  readonly stdout: { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
}): TableStyle {
  const isTerminal = io.stdout.isTTY === true;
  return {
    widthColumns: isTerminal ? (io.stdout.columns ?? 100) : undefined,
    colours: isTerminal && (io.env['NO_COLOR'] ?? '') === '',
  };
}

function widest(columns: readonly Column[], cells: readonly (readonly string[])[]): readonly number[] {
  return columns.map(({ title }, at) =>
    cells.reduce((most, row) => Math.max(most, length(row[at] ?? '')), length(title)),
  );
}

const GAP = 2;

/** Takes what is too much from the widest column that may shrink, step by step. */
function fittingWidths(
  columns: readonly Column[],
  wanted: readonly number[],
  available: number | undefined,
): readonly number[] {
  if (available === undefined) return wanted;
  const widths = [...wanted];
  let excess = widths.reduce((total, width) => total + width + GAP, -GAP) - available;
  while (excess > 0) {
    let at = -1;
    for (const [i, { shrinksTo }] of columns.entries()) {
      const width = widths[i] ?? 0;
      if (shrinksTo !== undefined && width > shrinksTo && width > (widths[at] ?? 0)) at = i;
    }
    if (at < 0) break;
    widths[at] = (widths[at] ?? 0) - 1;
    excess--;
  }
  return widths;
}

/** In code points: a cut never splits a character. */
function length(text: string): number {
  return [...text].length;
}

function clip(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function pad(text: string, width: number, align: 'right' | undefined): string {
  const filling = ' '.repeat(Math.max(0, width - length(text)));
  return align === 'right' ? filling + text : text + filling;
}
