import { hasKind, holdsByNature, mayHoldSeparator } from './field-kind.js';
import type { Cell, Layout } from './layout.js';
import type { ExactReader } from './quoted-reader.js';
import { toValues } from './reading.js';

/**
 * Cuts a line of any layout at its separators, left to right, and accepts it only when every value has the shape
 * of its kind and no free text holds a separator: CLF, CSV, XML, key-value and bare tokens in the ordinary case.
 */
export function plainReader(layout: Layout): ExactReader {
  const { literals, cells } = layout;
  const opening = literals[0] ?? '';
  return (line) => {
    if (!line.startsWith(opening)) return undefined;
    const bounds = new Array<number>(cells.length * 2);
    let start = opening.length;
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i] as Cell;
      const separator = literals[i + 1] as string;
      const end = endOf(line, start, cell, separator);
      if (end < 0 || !isClean(cell, line, start, end)) return undefined;
      bounds[i * 2] = start;
      bounds[i * 2 + 1] = end;
      start = end + separator.length;
    }
    return start === line.length ? toValues(layout, line, bounds) : undefined;
  };
}

const CLF_TIME_LENGTH = 26;

function endOf(line: string, start: number, cell: Cell, separator: string): number {
  if (separator === '') return line.length;
  const end = line.indexOf(separator, start);
  if (end < 0) return end;
  if (
    cell.kind === 'clf-time' &&
    end - start < CLF_TIME_LENGTH &&
    line.startsWith(separator, start + CLF_TIME_LENGTH)
  ) {
    return start + CLF_TIME_LENGTH;
  }
  // `GET /pets`: the space inside a route key is not the separator
  const inRouteKey = cell.kind === 'route-key' && separator.startsWith(' ') && line.charAt(end + 1) === '/';
  return inRouteKey && /^[A-Z]{3,10}$/.test(line.slice(start, end)) ? line.indexOf(separator, end + 1) : end;
}

function isClean(cell: Cell, line: string, start: number, end: number): boolean {
  if (start === end) return false;
  const value = line.slice(start, end);
  if (cell.kind !== 'text' && !hasKind(cell.kind, value)) return false;
  if (cell.kind !== 'text' && (holdsByNature(cell.kind) || !mayHoldSeparator(cell.kind))) return true;
  for (const character of cell.forbidden) if (value.includes(character)) return false;
  return true;
}
