import { corruptSegment } from './byte-reader.js';
import type { SegmentReader, SegmentWriter } from './segment-streams.js';
import { readFlags, writeAllSet, writeFlags } from './text-column.js';

export type NumberColumn = readonly (number | undefined)[];

const ABSENT = 0;
const DICTIONARY = 1;
const INTEGERS = 2;
/** Each minus the one before: times. */
const STEPS = 3;
/** Each minus the same row of another column: an integration's latency from the whole. */
const NEAR = 4;
const FLOATS = 5;

/** Beyond it doubling for the sign would not be exact. */
const INTEGER_MAX = 2 ** 51;

/** Writes one number a row: integers as short as they are, anything else (`NaN`, −0, fractions) as 64-bit floats. */
export function writeNumberColumn(
  out: SegmentWriter,
  values: NumberColumn,
  hints: { readonly steps?: boolean; readonly near?: NumberColumn } = {},
): void {
  const numbers: number[] = [];
  let exact = true;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === undefined) continue;
    numbers.push(value);
    exact &&= isExactInteger(value);
  }
  if (numbers.length === 0) {
    out.packed.byte(ABSENT);
    return;
  }
  const isFull = numbers.length === values.length;
  const near = isFull ? hints.near : hints.near?.filter((_, row) => values[row] !== undefined);
  const distinct = hints.steps === true ? undefined : distinctOf(numbers);
  const kind = !exact
    ? FLOATS
    : hints.steps === true
      ? STEPS
      : distinct !== undefined
        ? DICTIONARY
        : near?.every((value) => value !== undefined && isExactInteger(value))
          ? NEAR
          : INTEGERS;
  out.packed.byte(kind);
  if (isFull) writeAllSet(out.packed);
  else
    writeFlags(
      out.packed,
      values.map((value) => value !== undefined),
    );
  switch (kind) {
    case FLOATS:
      for (const value of numbers) out.packed.float64(value);
      break;
    case STEPS: {
      let before = 0;
      for (const value of numbers) {
        out.packed.signed(value - before);
        before = value;
      }
      break;
    }
    case DICTIONARY:
      out.packed.varint(distinct?.size ?? 0);
      for (const value of distinct?.keys() ?? []) out.packed.signed(value);
      if ((distinct?.size ?? 0) > 1) for (const value of numbers) out.packed.byte(distinct?.get(value) ?? 0);
      break;
    case NEAR:
      for (const [row, value] of numbers.entries()) out.packed.signed((near?.[row] ?? 0) - value);
      break;
    default:
      for (const value of numbers) out.packed.signed(value);
  }
}

/** Codes from 0 by number, where there are few enough for them to pay. */
function distinctOf(numbers: readonly number[]): ReadonlyMap<number, number> | undefined {
  const most = Math.max(1, Math.min(255, numbers.length / 4));
  const distinct = new Map<number, number>();
  for (const value of numbers) {
    if (distinct.has(value)) continue;
    distinct.set(value, distinct.size);
    if (distinct.size > most) return undefined;
  }
  return distinct;
}

export function readNumberColumn(
  source: SegmentReader,
  rows: number,
  nearTo: NumberColumn = [],
): NumberColumn {
  const kind = source.packed.byte();
  if (kind === ABSENT) return new Array<undefined>(rows).fill(undefined);
  const present = readFlags(source.packed, rows);
  const read = numberReader(source, kind, rows, nearTo);
  return present.map((is, row) => (is ? read(row) : undefined));
}

function numberReader(
  source: SegmentReader,
  kind: number,
  rows: number,
  nearTo: NumberColumn,
): (row: number) => number {
  const { packed } = source;
  switch (kind) {
    case FLOATS:
      return () => packed.float64();
    case STEPS: {
      let before = 0;
      return () => {
        before += packed.signed();
        return before;
      };
    }
    case DICTIONARY: {
      const values = Array.from({ length: packed.count(rows) }, () => packed.signed());
      const only = values.length === 1 ? values[0] : undefined;
      return () => only ?? values[packed.byte()] ?? corruptSegment('unknown code');
    }
    case NEAR:
      return (row) => (nearTo[row] ?? 0) - packed.signed();
    case INTEGERS:
      return () => packed.signed();
    default:
      return corruptSegment('unknown kind of numbers');
  }
}

function isExactInteger(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < INTEGER_MAX && !Object.is(value, -0);
}
