import { closingQuote } from './quoted-reader.js';
import { skipSpace } from './separator-search.js';

/** One field of a line: its name (nested names joined with dots) and where its raw value stands. */
export interface Pair {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly quoted: boolean;
  /** The line ended inside the value. */
  readonly partial: boolean;
}

export interface Pairs {
  readonly pairs: readonly Pair[];
  /** A value held structure, a quote was missing, or the line ended early. */
  readonly mended: boolean;
}

/** More fields than any format of 3 KB can have, and room for what an attacker injects before the real ones. */
const MAX_PAIRS = 4096;
/** Deeper objects are kept as raw text: no format nests so far, and a hostile line must not cost a stack. */
const MAX_DEPTH = 16;
const MAX_KEY = 128;

/**
 * Reads a JSON-like object: any order, nested objects, bare values (`-` too), missing commas or quotes, trailing commas,
 * raw quotes inside values, an early end. `undefined` if the text is not even that. Iterative, linear, never throws.
 */
export function jsonPairs(line: string): Pairs | undefined {
  const pairs: Pair[] = [];
  const prefixes: string[] = [];
  let mended = false;
  let position = skipSpace(line, 0);
  const braced = line[position] === '{';
  if (braced) position++;
  for (;;) {
    position = skipSpaceAndCommas(line, position);
    const opening = line[position];
    if (opening === undefined) {
      mended ||= braced;
      break;
    }
    if (opening === '}') {
      position++;
      if (prefixes.pop() === undefined) {
        mended ||= !braced || skipSpaceAndCommas(line, position) < line.length;
        break;
      }
      continue;
    }
    const key = keyAt(line, position);
    if (key === undefined || pairs.length >= MAX_PAIRS) {
      if (pairs.length === 0) return undefined;
      mended = true;
      break;
    }
    const start = skipSpace(line, key.after);
    const name = prefixes.length === 0 ? key.text : `${prefixes.at(-1)}.${key.text}`;
    if (line[start] === '{' && prefixes.length < MAX_DEPTH) {
      prefixes.push(name);
      position = start + 1;
      continue;
    }
    const value = valueAt(line, start);
    mended ||= value.mended;
    pairs.push({
      key: name,
      start: value.start,
      end: value.end,
      quoted: value.quoted,
      partial: value.partial && (braced || value.quoted),
    });
    position = value.after;
  }
  return pairs.length === 0 ? undefined : { pairs, mended };
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly after: number;
  readonly quoted: boolean;
  readonly partial: boolean;
  readonly mended: boolean;
}

function valueAt(line: string, start: number): Value {
  const first = line[start];
  if (first === '"') return stringAt(line, start + 1);
  if (first === '{' || first === '[') {
    const after = skipStructure(line, start);
    return { start, end: after, after, quoted: false, partial: after > line.length, mended: false };
  }
  return bareAt(line, start);
}

/** The string that starts here; it ends at the first quote after which the object goes on. */
function stringAt(line: string, start: number): Value {
  let mended = false;
  for (let quote = line.indexOf('"', start); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    const escaped = isEscapedIn(line, quote, start);
    const next = continuation(line, quote + 1);
    // An escaping writer would have escaped the next key's quotes too, so that one escaped quote closes as well.
    if (next === 'key' || (next === 'end' && !escaped)) {
      // `""Forbidden""`: error.messageString brings its own quotes
      const ownQuotes = line[start] === '"' && line.indexOf('"', start + 1) === quote - 1;
      return {
        start,
        end: quote,
        after: quote + 1,
        quoted: true,
        partial: false,
        mended: mended && !ownQuotes,
      };
    }
    if (escaped) continue;
    const comma = commaBefore(line, quote, start);
    if (comma >= 0 && isKeyAt(line, quote)) {
      return { start, end: comma, after: comma, quoted: true, partial: false, mended: true };
    }
    mended = true;
  }
  return { start, end: line.length, after: line.length, quoted: true, partial: true, mended: true };
}

function isEscapedIn(line: string, position: number, from: number): boolean {
  let at = position;
  while (at > from && line.charCodeAt(at - 1) === 92) at--;
  return (position - at) % 2 === 1;
}

function bareAt(line: string, start: number): Value {
  let end = start;
  for (; end < line.length; end++) {
    const code = line.charCodeAt(end);
    if (code === 125 || code === 34) break;
    if (code === 44 && goesOnAfterComma(line, end + 1)) break;
  }
  // `"method":GET",`: the opening quote is missing
  const stray = line.charCodeAt(end) === 34 && !isKeyAt(line, end);
  const after = stray ? end + 1 : end;
  while (end > start && line.charCodeAt(end - 1) <= 32) end--;
  return { start, end, after, quoted: false, partial: after >= line.length, mended: stray };
}

/** What follows a closing quote: the next key, the end of the object, or neither (the quote is inside the value). */
function continuation(line: string, from: number): 'key' | 'end' | undefined {
  let position = skipSpace(line, from);
  const code = line.charCodeAt(position);
  if (Number.isNaN(code)) return 'end';
  if (code === 34) return isKeyAt(line, position) ? 'key' : undefined;
  if (code === 125) {
    while (line.charCodeAt(position) === 125) position = skipSpace(line, position + 1);
    if (position >= line.length) return 'end';
    return line[position] === ',' && goesOnAfterComma(line, position + 1) ? 'key' : undefined;
  }
  if (code !== 44) return undefined;
  const next = skipSpace(line, position + 1);
  if (next >= line.length || line[next] === '}') return 'end';
  return goesOnAfterComma(line, position + 1) ? 'key' : undefined;
}

function goesOnAfterComma(line: string, from: number): boolean {
  const next = skipSpace(line, from);
  if (line[next] === '}' || next >= line.length) return true;
  return isKeyAt(line, next);
}

function isKeyAt(line: string, position: number): boolean {
  return keyAt(line, position) !== undefined;
}

const BARE_KEY = /[A-Za-z_$@][\w.@$-]{0,127}(?=\s{0,8}:)/y;

function keyAt(
  line: string,
  position: number,
): { readonly text: string; readonly after: number } | undefined {
  let end: number;
  let text: string;
  if (line[position] === '"') {
    const window = line.slice(position + 1, position + 2 + MAX_KEY);
    const close = closingQuote(window, 0);
    if (close < 1) return undefined;
    text = window.slice(0, close);
    end = position + 2 + close;
  } else {
    BARE_KEY.lastIndex = position;
    const match = BARE_KEY.exec(line);
    if (match === null) return undefined;
    text = match[0];
    end = position + text.length;
  }
  const colon = skipSpace(line, end);
  return line[colon] === ':' ? { text, after: colon + 1 } : undefined;
}

/** The comma (or space) that stands before a key whose predecessor lost its closing quote, or -1. */
function commaBefore(line: string, quote: number, from: number): number {
  let at = quote;
  while (at > from && line.charCodeAt(at - 1) <= 32) at--;
  return at > from && line[at - 1] === ',' ? at - 1 : -1;
}

function skipSpaceAndCommas(line: string, from: number): number {
  let position = skipSpace(line, from);
  while (line[position] === ',') position = skipSpace(line, position + 1);
  return position;
}

/** The position after a balanced array or object; counts brackets, so depth costs nothing. */
function skipStructure(line: string, start: number): number {
  let depth = 0;
  for (let i = start; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 34) {
      const close = closingQuote(line, i + 1);
      if (close < 0) return line.length;
      i = close;
    } else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) {
      depth--;
      if (depth === 0) return i + 1;
    }
  }
  return line.length;
}
