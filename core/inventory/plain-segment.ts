import { isNumberedWord, isReservedWord } from './known-words.js';
import { PARAMETER_NAMES as P } from './parameter-names.js';
import {
  isAwsRegion,
  isDate,
  isDigits,
  isHexText,
  isKsuid,
  isLocale,
  isPhone,
  isUlid,
  isUuid,
} from './segment-forms.js';
import { isIdentifier, wordShape } from './word-shape.js';

/** What of its neighbours decides how a segment reads; the same for a path and for its template. */
export interface SegmentPlace {
  /** Position in the path, from 0. */
  readonly index: number;
  /** The template segment before it, or the empty text. */
  readonly previous: string;
  readonly last: boolean;
}

/** Longest word that is kept as it is; longer ones are values. */
export const WORD_MAX = 64;

/** Random text longer than this is a token (a JWT, a cursor), not an id. */
export const ID_MAX = 32;

/** Where a bare number or month names the version of an API: `/2/tweets`, `/rest/api/3/issue`, `/admin/api/2024-01/…`. */
export function isVersionPlace(place: SegmentPlace): boolean {
  return !place.last && (place.index === 0 || place.previous === 'api' || place.previous === 'rest');
}

/**
 * The template of a segment that holds nothing but ASCII letters, digits, hyphens and underscores; itself when it
 * is a word.
 */
export function templatePlain(segment: string, place: SegmentPlace): string {
  const n = segment.length;
  if (n > 128) return P.token;
  let digits = 0;
  let joints = 0;
  for (let i = 0; i < n; i++) {
    const c = segment.charCodeAt(i);
    if (c >= 48 && c <= 57) digits++;
    else if (c === 45 || c === 95) joints++;
  }
  if (digits === n) return n === 1 && isVersionPlace(place) ? segment : P.id;
  return joints === 0 ? templateWord(segment, place, digits) : templateJoined(segment, place, digits);
}

/** Letters and digits. */
function templateWord(segment: string, place: SegmentPlace, digits: number): string {
  const n = segment.length;
  if (digits > 0 && n >= 24) {
    if (n === 26 && isUlid(segment)) return P.ulid;
    if (n === 27 && isKsuid(segment)) return P.ksuid;
    if (isHexText(segment))
      return n === 24 ? P.objectId : isHashLength(n) ? P.hash : n > ID_MAX ? P.token : P.id;
  }
  const shape = wordShape(segment, 0, n);
  if (isIdentifier(segment, shape)) return n > ID_MAX ? P.token : P.id;
  if (n > WORD_MAX) return P.token;
  return isCapitals(shape.uppers, n, place) && n <= 10 && !isReservedWord(segment) ? P.code : segment;
}

/** MD5 and UUIDs without hyphens, SHA-1, SHA-224, -256, -384, -512. */
function isHashLength(n: number): boolean {
  return n === 32 || n === 40 || n === 56 || n === 64 || n === 96 || n === 128;
}

/** `EUR`, `AAPL`: words of a route are not written in capitals, except that the first segment may name a service. */
function isCapitals(uppers: number, letters: number, place: SegmentPlace): boolean {
  return uppers === letters && letters >= 2 && place.index > 0;
}

/** Parts joined by hyphens or underscores. */
function templateJoined(segment: string, place: SegmentPlace, digits: number): string {
  const n = segment.length;
  if (digits > 0) {
    if (n === 36 && isUuid(segment)) return P.uuid;
    if (isDate(segment)) return n <= 10 && isVersionPlace(place) ? segment : P.date;
    if (isAwsRegion(segment)) return P.region;
    if (isPhone(segment)) return P.phone;
    if (segment.charCodeAt(0) === 45 && isDigits(segment.slice(1))) return P.number;
  } else if (isLocale(segment)) return P.locale;

  const parts = measureParts(segment);
  if (parts.identifiers > 0) {
    if (parts.lowers === 0 || parts.words < 2 || parts.identifiers > parts.numbers)
      return n > ID_MAX && parts.isMixed ? P.token : P.id;
    return P.slug;
  }
  // a project key and a number: `PROJ-1`
  if (parts.numbers > 0 && parts.lowers === 0 && parts.words > 0 && place.index > 0) return P.id;
  if (parts.count >= (parts.hasHyphen ? 5 : 6) || (parts.count >= 4 && parts.numbers > 0)) return P.slug;
  if (parts.startsWithNumber && parts.words > 0) return P.slug;
  if (n > WORD_MAX) return P.slug;
  const letters = n - digits - parts.joints;
  return digits === 0 && isCapitals(parts.uppers, letters, place) && n <= 16 && !isReservedWord(segment)
    ? P.code
    : segment;
}

interface Parts {
  readonly count: number;
  readonly joints: number;
  readonly hasHyphen: boolean;
  readonly words: number;
  /** Parts of digits alone, of any length. */
  readonly numbers: number;
  readonly identifiers: number;
  readonly lowers: number;
  readonly uppers: number;
  /** Capitals, small letters and digits: what base64 and base62 look like. */
  readonly isMixed: boolean;
  /** The first part is a number of two digits or more. */
  readonly startsWithNumber: boolean;
}

function measureParts(segment: string): Parts {
  let count = 0;
  let joints = 0;
  let hasHyphen = false;
  let words = 0;
  let numbers = 0;
  let identifiers = 0;
  let lowers = 0;
  let uppers = 0;
  let digits = 0;
  let startsWithNumber = false;
  let previous = '';
  let start = 0;
  const n = segment.length;
  for (let i = 0; i <= n; i++) {
    const c = i === n ? 45 : segment.charCodeAt(i);
    if (c !== 45 && c !== 95) continue;
    if (i < n) {
      joints++;
      if (c === 45) hasHyphen = true;
    }
    if (i > start) {
      const part = segment.slice(start, i);
      const shape = wordShape(part, 0, part.length);
      count++;
      uppers += shape.uppers;
      digits += shape.digits;
      lowers += shape.length - shape.digits - shape.uppers;
      const isNumber = shape.digits === shape.length;
      if (isNumber) numbers++;
      if (isNumber && count === 1 && shape.length >= 2) startsWithNumber = true;
      if (isIdentifier(part, shape) && !isNumberedWord(previous + part)) identifiers++;
      else if (!isNumber) words++;
      previous = part;
    }
    start = i + 1;
  }
  const isMixed = lowers > 0 && uppers > 0 && digits > 0;
  return { count, joints, hasHyphen, words, numbers, identifiers, lowers, uppers, isMixed, startsWithNumber };
}
