import { hasKind, holdsByNature, maxLengthOf, mayHoldSeparator } from './field-kind.js';
import type { Cell, Layout } from './layout.js';
import { isEscaped } from './quoted-reader.js';
import type { Reading } from './reading.js';
import { type Occurrences, type SeparatorSearch, skipSpace } from './separator-search.js';

/** A value that does not have its kind's shape, and one that holds its own separator, cost this much more. */
const HELD_SEPARATOR = 100;
/** A value with a separator in it although its shape allows that; and no value at all, for the gateway prints `-` then. */
const UNUSUAL = 60;
const EMPTY = 15;
/** A bare text that is none of those that it mostly is; see `Cell.usual`. */
const UNKNOWN_WORDS = 30;
/** A line that flooded with one separator is cut from its two ends only: this many occurrences from each. */
const MAX_OCCURRENCES = 1024;
/** How many separators further a value of a shape that may hold some (a time, a route key) can end, and one of known words. */
const LOOK_AHEAD = 3;
const LOOK_AHEAD_IN_WORDS = 8;
const LONGEST_WORDS = 256;

/**
 * Reads a line whose values hold separators. Of all ways to match the separators in order, the cheapest wins: text
 * that a caller chooses (user agent, path, error strings) absorbs the excess, while times, addresses, ids and status
 * codes keep their shape, so an injected `","status":"200"` stays inside the user agent. Dynamic programming over
 * (cell, occurrence): linear in the line for a given format, whatever the line holds. Where the line ends too early,
 * the longest readable beginning is returned with `complete: false`; `undefined` if not even one separator matches.
 */
export function cheapestReading(line: string, layout: Layout, search: SeparatorSearch): Reading | undefined {
  const opening = openingEnd(line, layout.literals[0] ?? '', search);
  if (opening === undefined) return undefined;
  const known = new Map<string, Occurrences>();
  const columns: Column[] = [{ starts: [opening], costs: [0], cameFrom: [-1], endedAt: [-1] }];
  const last = layout.cells.length - 1;
  for (let i = 0; i <= last; i++) {
    const separator = layout.literals[i + 1] ?? '';
    const found = occurrencesOf(line, separator, i === last, search, known);
    const next = advance(line, layout.cells[i] as Cell, columns[i] as Column, found);
    if (next.starts.length === 0) return i === 0 && last > 0 ? undefined : cutShort(line, layout, columns);
    columns.push(next);
  }
  return { bounds: trace(layout, columns, cheapestIn(columns[last + 1] as Column)), complete: true };
}

/** The places where a cell can start, with the least cost of getting there and the way back. */
interface Column {
  readonly starts: number[];
  readonly costs: number[];
  /** Index in the previous column. */
  readonly cameFrom: number[];
  /** Where the previous cell ended. */
  readonly endedAt: number[];
}

function openingEnd(line: string, literal: string, search: SeparatorSearch): number | undefined {
  if (line.startsWith(literal)) return literal.length;
  const found = search(line, literal);
  return found.starts.length > 0 && found.starts[0] === 0 ? found.ends[0] : undefined;
}

function occurrencesOf(
  line: string,
  separator: string,
  isLast: boolean,
  search: SeparatorSearch,
  known: Map<string, Occurrences>,
): Occurrences {
  if (isLast && separator.trim() === '') return { starts: [line.length], ends: [line.length] };
  const cached = known.get(separator);
  const all = cached ?? search(line, separator);
  known.set(separator, all);
  if (isLast) {
    const at = all.ends.length - 1;
    return all.ends[at] === line.length
      ? { starts: [all.starts[at] as number], ends: [line.length] }
      : { starts: [], ends: [] };
  }
  if (all.starts.length <= MAX_OCCURRENCES * 2) return all;
  const trim = (positions: readonly number[]) => [
    ...positions.slice(0, MAX_OCCURRENCES),
    ...positions.slice(-MAX_OCCURRENCES),
  ];
  return { starts: trim(all.starts), ends: trim(all.ends) };
}

function advance(line: string, cell: Cell, from: Column, found: Occurrences): Column {
  const next: Column = { starts: [], costs: [], cameFrom: [], endedAt: [] };
  const wellFormed = new Map<number, { readonly cost: number; readonly from: number }>();
  const nextForbidden = forbiddenFinder(line, cell);
  let introduced = 0;
  let fresh: number[] = [];
  let spillCost = Number.POSITIVE_INFINITY;
  let spillFrom = -1;
  for (let k = 0; k < found.starts.length; k++) {
    const end = found.starts[k] as number;
    const firstNew = fresh.length;
    for (; introduced < from.starts.length && (from.starts[introduced] as number) <= end; introduced++)
      fresh.push(introduced);
    const ahead = wellFormed.get(k);
    let cost = ahead?.cost ?? Number.POSITIVE_INFINITY;
    let origin = ahead?.from ?? -1;
    // An escaped quote ends a value only if nothing better does; its candidates stay fresh for the next occurrence.
    const escaped = cell.quote === '"' && isEscaped(line, end, 0);
    if (!escaped) {
      for (const index of fresh) {
        const start = from.starts[index] as number;
        const here = (from.costs[index] as number) + ownCost(line, cell, start, end, nextForbidden);
        if (here < cost) {
          cost = here;
          origin = index;
        }
        if (mayHoldSeparator(cell.kind) || cell.usual !== undefined)
          lookAhead(line, cell, start, from.costs[index] as number, index, found, k, wellFormed);
      }
    }
    if (spillCost < cost) {
      cost = spillCost;
      origin = spillFrom;
    }
    for (let i = firstNew; i < fresh.length; i++) {
      const index = fresh[i] as number;
      const spilled = (from.costs[index] as number) + spillOf(cell);
      if (spilled < spillCost) {
        spillCost = spilled;
        spillFrom = index;
      }
    }
    if (escaped && spillCost < cost) {
      cost = spillCost;
      origin = spillFrom;
    }
    if (!escaped) fresh = [];
    if (origin < 0) continue;
    next.starts.push(found.ends[k] as number);
    next.costs.push(cost);
    next.cameFrom.push(origin);
    next.endedAt.push(end);
  }
  return next;
}

function spillOf(cell: Cell): number {
  return cell.kind === 'text' ? cell.trust : cell.trust + HELD_SEPARATOR;
}

function ownCost(
  line: string,
  cell: Cell,
  start: number,
  end: number,
  nextForbidden: (from: number) => number,
): number {
  if (cell.kind === 'text') {
    if (cell.usual !== undefined && !isUsual(line, cell.usual, start, end)) return UNKNOWN_WORDS;
    return nextForbidden(start) < end && cell.usual === undefined ? cell.trust : start === end ? EMPTY : 0;
  }
  if (end - start > maxLengthOf(cell.kind)) return cell.trust;
  if (!hasKind(cell.kind, line.slice(start, end))) return cell.trust;
  return mayHoldSeparator(cell.kind) && !holdsByNature(cell.kind) && nextForbidden(start) < end ? UNUSUAL : 0;
}

function isUsual(line: string, usual: RegExp, start: number, end: number): boolean {
  if (end - start > LONGEST_WORDS) return false;
  const text = line.slice(start, end);
  return text === '-' || usual.test(text);
}

function lookAhead(
  line: string,
  cell: Cell,
  start: number,
  base: number,
  index: number,
  found: Occurrences,
  k: number,
  wellFormed: Map<number, { readonly cost: number; readonly from: number }>,
): void {
  const furthest = k + (cell.usual === undefined ? LOOK_AHEAD : LOOK_AHEAD_IN_WORDS);
  for (let later = k + 1; later <= furthest && later < found.starts.length; later++) {
    const end = found.starts[later] as number;
    if (end - start > maxLengthOf(cell.kind)) return;
    if (
      cell.usual === undefined
        ? !hasKind(cell.kind, line.slice(start, end))
        : !isUsual(line, cell.usual, start, end)
    )
      continue;
    const known = wellFormed.get(later);
    const cost = base + (holdsByNature(cell.kind) || cell.usual !== undefined ? 0 : UNUSUAL);
    if (known === undefined || cost < known.cost) wellFormed.set(later, { cost, from: index });
  }
}

/** Position of the next forbidden character at or after `from`; calls come with ascending `from`, so the whole costs one pass. */
function forbiddenFinder(line: string, cell: Cell): (from: number) => number {
  const next = cell.forbidden.map(() => -1);
  return (from) => {
    let nearest = Number.POSITIVE_INFINITY;
    cell.forbidden.forEach((character, i) => {
      let at = next[i] as number;
      if (at < from) {
        at = line.indexOf(character, from);
        while (at >= 0 && character === '"' && isEscaped(line, at, from))
          at = line.indexOf(character, at + 1);
        if (at < 0) at = line.length;
        next[i] = at;
      }
      if (at < nearest) nearest = at;
    });
    return nearest;
  };
}

function cheapestIn(column: Column): number {
  return column.costs.reduce((best, cost, i) => (cost < (column.costs[best] as number) ? i : best), 0);
}

function trace(layout: Layout, columns: readonly Column[], endIndex: number): number[] {
  const bounds = new Array<number>(layout.cells.length * 2).fill(-1);
  let index = endIndex;
  for (let i = columns.length - 1; i > 0; i--) {
    const column = columns[i] as Column;
    const previous = columns[i - 1] as Column;
    const from = column.cameFrom[index] as number;
    bounds[(i - 1) * 2] = previous.starts[from] as number;
    bounds[(i - 1) * 2 + 1] = column.endedAt[index] as number;
    index = from;
  }
  return bounds;
}

/** The line ended inside the format: all full values, and of the last one what certainly is whole. */
function cutShort(line: string, layout: Layout, columns: readonly Column[]): Reading {
  const column = columns.at(-1) as Column;
  const reached = columns.length - 1;
  const index = cheapestIn(column);
  const bounds = trace(layout, columns, index);
  const cell = layout.cells[reached] as Cell;
  const start = column.starts[index] as number;
  const separator = (layout.literals[reached + 1] ?? '').trimEnd();
  const whole = separator === '' ? -1 : line.lastIndexOf(separator);
  const end = whole >= start ? whole : endBeforePart(line, separator, start);
  const certain =
    end !== undefined ||
    cell.kind === 'text' ||
    (isFixedLength(cell) && hasKind(cell.kind, line.slice(start)));
  if (certain && skipSpace(line, start) < line.length) {
    bounds[reached * 2] = start;
    bounds[reached * 2 + 1] = end ?? line.length;
  }
  return { bounds, complete: false };
}

/** Where the value ends if the line's tail is the beginning of its separator. */
function endBeforePart(line: string, separator: string, start: number): number | undefined {
  for (let length = separator.length - 1; length > 0; length--) {
    const end = line.length - length;
    if (end >= start && line.endsWith(separator.slice(0, length))) return end;
  }
  return undefined;
}

function isFixedLength(cell: Cell): boolean {
  return cell.kind === 'clf-time' || cell.kind === 'status' || cell.kind === 'account';
}
