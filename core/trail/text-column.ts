import { type ByteReader, corruptSegment } from './byte-reader.js';
import type { ByteWriter } from './byte-writer.js';
import type { SegmentReader, SegmentWriter } from './segment-streams.js';
import { readTexts, writeTexts } from './text-list.js';

export type TextColumn = readonly (string | undefined)[];

const ABSENT = 0;
const CONSTANT = 1;
const DICTIONARY = 2;
const WIDE_DICTIONARY = 3;
const LIST = 4;
const SPARSE_LIST = 5;
/** As another column of the same rows, but for some. */
const ALIKE = 6;

/** Writes one value a row. `likes` are columns already written that this one may repeat; the reader gives the same ones. */
export function writeTextColumn(
  out: SegmentWriter,
  values: TextColumn,
  likes: readonly TextColumn[] = [],
): void {
  if (isConstant(values)) {
    const only = values[0];
    out.packed.byte(only === undefined ? ABSENT : CONSTANT);
    if (only !== undefined) writeTexts(out, [only]);
    return;
  }
  for (const [at, like] of likes.entries()) {
    if (!isMostlyLike(values, like)) continue;
    out.packed.byte(ALIKE);
    out.packed.byte(at);
    const same = values.map((value, row) => value === like[row]);
    writeFlags(out.packed, same);
    writeTextColumn(
      out,
      values.filter((_, row) => same[row] !== true),
    );
    return;
  }
  const codes = codesOf(values);
  if (codes === undefined) writeList(out, values);
  else writeDictionary(out, values, codes);
}

/** Whether all values are one, or none; true of no values. */
function isConstant(values: TextColumn): boolean {
  const first = values[0];
  for (let row = 1; row < values.length; row++) if (values[row] !== first) return false;
  return true;
}

function isMostlyLike(values: TextColumn, like: TextColumn): boolean {
  let alike = 0;
  for (let row = 0; row < values.length; row++) if (values[row] === like[row]) alike++;
  return alike * 2 > values.length;
}

/** Codes from 1 by value, in order of first use; `undefined` when most values differ, and codes would save nothing. */
function codesOf(values: TextColumn): ReadonlyMap<string, number> | undefined {
  if (differMostly(values)) return undefined;
  const codes = new Map<string, number>();
  let absent = 0;
  const most = values.length / 2;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === undefined) absent++;
    else if (!codes.has(value)) {
      codes.set(value, codes.size + 1);
      if (codes.size > most) return undefined;
    }
  }
  return codes.size * 2 > values.length - absent ? undefined : codes;
}

/**
 * Whether more than half of the values differ for sure, by a few characters of each: to put columns of ids into a map, which reads all of
 * each, costs ten times as much. False says nothing.
 */
function differMostly(values: TextColumn): boolean {
  const sketch = new Uint8Array(SKETCH_SIZE);
  let different = 0;
  const most = values.length / 2;
  if (most > SKETCH_SIZE / 2) return false;
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === undefined) continue;
    const place = sketchOf(value);
    if (sketch[place] !== 0) continue;
    sketch[place] = 1;
    different++;
    if (different > most) return true;
  }
  return false;
}

const SKETCH_SIZE = 4096;

/** Equal texts give equal numbers. Ids differ at their end, or at their beginning where an `=` ends them all. */
function sketchOf(text: string): number {
  const end = text.length - 1;
  let mixed = end;
  for (let at = Math.max(0, end - 4); at <= end; at++) mixed = Math.imul(mixed, 31) + text.charCodeAt(at);
  return (mixed ^ (mixed >>> 12)) & (SKETCH_SIZE - 1);
}

function writeList(out: SegmentWriter, values: TextColumn): void {
  const present = values.filter((value) => value !== undefined);
  const isSparse = present.length < values.length;
  out.packed.byte(isSparse ? SPARSE_LIST : LIST);
  if (isSparse)
    writeFlags(
      out.packed,
      values.map((value) => value !== undefined),
    );
  writeTexts(out, present);
}

export function readTextColumn(
  source: SegmentReader,
  rows: number,
  likes: readonly TextColumn[] = [],
): TextColumn {
  switch (source.packed.byte()) {
    case ABSENT:
      return new Array<undefined>(rows).fill(undefined);
    case CONSTANT:
      return new Array<string | undefined>(rows).fill(readTexts(source, 1)[0]);
    case DICTIONARY:
      return readDictionary(source, rows, (codes) => codes.byte());
    case WIDE_DICTIONARY:
      return readDictionary(source, rows, (codes) => codes.varint());
    case LIST:
      return readTexts(source, rows);
    case SPARSE_LIST: {
      const present = readFlags(source.packed, rows);
      const values = readTexts(source, count(present));
      let next = 0;
      return present.map((is) => (is ? values[next++] : undefined));
    }
    case ALIKE: {
      const like = likes[source.packed.byte()] ?? corruptSegment('unknown column');
      const same = readFlags(source.packed, rows);
      const others = readTextColumn(source, rows - count(same));
      let next = 0;
      return same.map((is, row) => (is ? like[row] : others[next++]));
    }
    default:
      return corruptSegment('unknown kind of column');
  }
}

/** Code 0 is an absent value. One byte a code where they fit: gzip finds their frequencies itself. */
function writeDictionary(out: SegmentWriter, values: TextColumn, codes: ReadonlyMap<string, number>): void {
  const wide = codes.size > 255;
  out.packed.byte(wide ? WIDE_DICTIONARY : DICTIONARY);
  out.packed.varint(codes.size);
  writeTexts(out, [...codes.keys()]);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    const code = value === undefined ? 0 : (codes.get(value) ?? 0);
    if (wide) out.packed.varint(code);
    else out.packed.byte(code);
  }
}

function readDictionary(
  source: SegmentReader,
  rows: number,
  next: (codes: ByteReader) => number,
): TextColumn {
  const texts = readTexts(source, source.packed.count(rows));
  return Array.from({ length: rows }, () => {
    const code = next(source.packed);
    return code === 0 ? undefined : (texts[code - 1] ?? corruptSegment('unknown code'));
  });
}

/** A first byte of 1 says that all are set. */
export function writeFlags(out: ByteWriter, flags: readonly boolean[]): void {
  const all = flags.every((flag) => flag);
  out.byte(all ? 1 : 0);
  if (all) return;
  for (let at = 0; at < flags.length; at += 8) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) if (flags[at + bit] === true) byte |= 1 << bit;
    out.byte(byte);
  }
}

/** What `writeFlags` writes when all are set. */
export function writeAllSet(out: ByteWriter): void {
  out.byte(1);
}

export function readFlags(source: ByteReader, rows: number): boolean[] {
  if (source.byte() === 1) return new Array<boolean>(rows).fill(true);
  const bytes = source.take(Math.ceil(rows / 8));
  return Array.from({ length: rows }, (_, row) => (((bytes[row >> 3] ?? 0) >> (row & 7)) & 1) === 1);
}

function count(flags: readonly boolean[]): number {
  return flags.reduce((sum, flag) => sum + (flag ? 1 : 0), 0);
}
