import type { Compression } from '../ports/compression.js';
import { corruptSegment } from './byte-reader.js';
import type { SegmentReader, SegmentWriter } from './segment-streams.js';

const STANDARD = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const URL_SAFE = `${STANDARD.slice(0, 62)}-_`;
const HEX = '0123456789abcdef';
const ALPHABETS = [STANDARD, URL_SAFE, HEX] as const;
const SHORTEST = 8;
const LONGEST = 64;

/**
 * Ids of one length: UUIDs, hexadecimal, base64 with its padding, a fixed prefix. A position that never changes is
 * written once; the others take as many bits as their alphabet needs (4 or 6), outside what gzip sees: random bits
 * do not shrink, and would only blunt the statistics of what does.
 */
export interface FixedShape {
  readonly first: string;
  /** Alphabet by position: −1 where all values have the same character. */
  readonly alphabets: Int8Array;
  /** The characters of all values, one value behind the other. */
  readonly characters: Uint8Array;
}

/** `undefined` when the values do not have one shape, or have too few random bits for it to pay. */
export function fixedShapeOf(values: readonly string[], compression: Compression): FixedShape | undefined {
  const first = values[0];
  if (first === undefined || values.length < 2) return undefined;
  const { length } = first;
  if (length < SHORTEST || length > LONGEST) return undefined;
  for (let at = 1; at < values.length; at++) if (values[at]?.length !== length) return undefined;
  // As bytes at once: to ask each value for each of its characters would cost more than the rest of a segment.
  const characters = compression.encodeUtf8(values.join(''));
  if (characters.length !== length * values.length) return undefined;
  const alphabets = new Int8Array(length).fill(-1);
  let bits = 0;
  for (let at = 0; at < length; at++) {
    const kinds = kindsAt(characters, at, length);
    if (kinds === 0) continue;
    const alphabet = alphabetFor(kinds);
    if (alphabet === undefined) return undefined;
    alphabets[at] = alphabet;
    bits += bitsOf(alphabet);
  }
  return bits >= 16 ? { first, alphabets, characters } : undefined;
}

export function writeFixedShape(out: SegmentWriter, { first, alphabets, characters }: FixedShape): void {
  out.text(first);
  for (const alphabet of alphabets) out.packed.byte(alphabet + 1);
  out.raw.append(packBits(alphabets, characters));
}

/** The codes of the positions that differ, back to back: most of what a segment holds comes through this loop. */
function packBits(alphabets: Int8Array, characters: Uint8Array): Uint8Array {
  const { length } = alphabets;
  const places = placesOf(alphabets);
  const bitsEach = places.reduce((sum, { width }) => sum + width, 0);
  const packed = new Uint8Array(Math.ceil((bitsEach * characters.length) / length / 8));
  let used = 0;
  let held = 0;
  let heldBits = 0;
  for (let start = 0; start < characters.length; start += length) {
    for (let index = 0; index < places.length; index++) {
      const place = places[index];
      if (place === undefined) continue;
      // Whole bytes that have been written fall out at the left.
      held = (held << place.width) | (place.codes[characters[start + place.at] ?? 0] ?? 0);
      heldBits += place.width;
      if (heldBits < 8) continue;
      heldBits -= 8;
      packed[used++] = held >> heldBits;
    }
  }
  if (heldBits > 0) packed[used] = held << (8 - heldBits);
  return packed;
}

/** A position where values differ, and how many bits its character takes. */
interface Place {
  readonly at: number;
  readonly width: number;
  readonly mask: number;
  readonly codes: Int8Array;
  readonly letters: Uint8Array;
}

function placesOf(alphabets: Int8Array): readonly Place[] {
  const places: Place[] = [];
  for (const [at, alphabet] of alphabets.entries()) {
    const codes = CODES[alphabet];
    const letters = LETTERS[alphabet];
    if (codes === undefined || letters === undefined) continue;
    const width = bitsOf(alphabet);
    places.push({ at, width, mask: (1 << width) - 1, codes, letters });
  }
  return places;
}

export function readFixedShape(source: SegmentReader, count: number): string[] {
  const first = source.text();
  const alphabets = Int8Array.from(first, () => source.packed.byte() - 1);
  const { length } = alphabets;
  if (alphabets.some((alphabet) => alphabet >= ALPHABETS.length)) return corruptSegment('unknown alphabet');
  const characters = unpackBits(source, { alphabets, first, count });
  // All at once, and then cut: a text that grows by a character at a time makes as many texts.
  const all = source.compression.decodeUtf8(characters);
  return Array.from({ length: count }, (_, row) => all.slice(row * length, (row + 1) * length));
}

/** What `packBits` was given, from the bits it made of it. */
function unpackBits(
  source: SegmentReader,
  { alphabets, first, count }: Pick<FixedShape, 'alphabets' | 'first'> & { readonly count: number },
): Uint8Array {
  const { length } = alphabets;
  const places = placesOf(alphabets);
  const bitsEach = places.reduce((sum, { width }) => sum + width, 0);
  const packed = source.raw.take(Math.ceil((bitsEach * count) / 8));
  const pattern = Uint8Array.from(first, (character) => character.charCodeAt(0));
  const characters = new Uint8Array(length * count);
  let used = 0;
  let held = 0;
  let heldBits = 0;
  for (let start = 0; start < characters.length; start += length) {
    characters.set(pattern, start);
    for (let index = 0; index < places.length; index++) {
      const place = places[index];
      if (place === undefined) continue;
      if (heldBits < place.width) {
        held = (held << 8) | (packed[used++] ?? 0);
        heldBits += 8;
      }
      heldBits -= place.width;
      characters[start + place.at] = place.letters[(held >> heldBits) & place.mask] ?? 0;
      held &= (1 << heldBits) - 1;
    }
  }
  return characters;
}

/** Code by character, for each alphabet; −1 for a character that is not in it. */
const CODES = ALPHABETS.map((alphabet) => {
  const codes = new Int8Array(128).fill(-1);
  for (let code = 0; code < alphabet.length; code++) codes[alphabet.charCodeAt(code)] = code;
  return codes;
});

/** Character by code, for each alphabet. */
const LETTERS = ALPHABETS.map((alphabet) => Uint8Array.from(alphabet, (letter) => letter.charCodeAt(0)));

/** Which alphabets hold a character, as bits, by character; 0 for a character of none. */
const MEMBERSHIP = Uint8Array.from({ length: 128 }, (_, character) =>
  CODES.reduce((set, codes, alphabet) => set | ((codes[character] ?? -1) >= 0 ? 1 << alphabet : 0), 0),
);

/** 0: all values agree here. Otherwise bit 7 and the alphabets that hold every character seen. */
function kindsAt(characters: Uint8Array, from: number, step: number): number {
  const expected = characters[from] ?? 0;
  let kinds = 0xff;
  let varies = false;
  for (let at = from; at < characters.length; at += step) {
    const character = characters[at] ?? 0;
    if (character !== expected) varies = true;
    kinds &= 0x80 | (MEMBERSHIP[character] ?? 0);
  }
  return varies ? kinds : 0;
}

function alphabetFor(kinds: number): number | undefined {
  if (kinds & 0b100) return 2;
  if (kinds & 0b001) return 0;
  return kinds & 0b010 ? 1 : undefined;
}

function bitsOf(alphabet: number): number {
  return alphabet === 2 ? 4 : 6;
}
