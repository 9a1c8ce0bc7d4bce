import { meaningsOf } from './key-aliases.js';
import { trustOf } from './pair-values.js';

/** How keys are written. */
export interface Style {
  readonly sign: '=' | ':';
  /** `key: value`, with a space. */
  readonly spaced: boolean;
  /** A key in double quotes is a part of what they hold. */
  readonly outsideQuotes: boolean;
}

/** A name and where it stands; its value begins behind `end`. */
export interface Key {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const MAX_KEYS = 4096;

/** The keys of a line in order; `hidden`: one that says something stands in quotes. */
export interface Keys {
  readonly keys: readonly Key[];
  readonly hidden: boolean;
}

/** What stands before a sign, behind a separator, and is no part of a quoted value. Linear. */
export function keysIn(line: string, style: Style): Keys {
  const { sign, spaced } = style;
  const keys: Key[] = [];
  const quotes = style.outsideQuotes ? quoteCounter(line) : undefined;
  let quotedUntil = -1;
  let hidden = false;
  // One character of context before the key keeps this a single pass: no look-behind over the line.
  const pattern =
    sign === '=' ? /([A-Za-z_$@][\w.@$-]{0,127})["']?\s?=/g : /([A-Za-z_$@][\w.@$-]{0,127})["']?\s?:/g;
  for (let match = pattern.exec(line); match !== null && keys.length < MAX_KEYS; match = pattern.exec(line)) {
    const before = match.index === 0 ? ' ' : line.charAt(match.index - 1);
    const end = match.index + match[0].length;
    const isFirst = keys.length === 0 && !style.outsideQuotes;
    if (!isFirst && !(spaced ? /[\s,;|"'{[]/ : /[\s,;|&"'{[]/).test(before)) continue;
    if (spaced && end < line.length && line.charAt(end) !== ' ') continue;
    if (sign === ':' && !spaced && line.charAt(end) === ':') continue;
    if (sign === '=' && (line.charAt(end) === '=' || isGatewayId(line, match[1] as string, end))) continue;
    const name = match[1] as string;
    if (quotes !== undefined && quotes(match.index) % 2 === 1) {
      hidden ||= meaningsOf(name).length > 0;
      continue;
    }
    // A key that says something counts there too: a caller who writes a quote must not hide it.
    if (match.index < quotedUntil && meaningsOf(name).length === 0) continue;
    keys.push({ name, start: match.index, end });
    if (quotes === undefined && line.charAt(end) === '"') quotedUntil = closingQuote(line, end + 1);
  }
  return { keys: withWholeNames(line, withoutForeign(line, keys), spaced), hidden };
}

/** How many double quotes stand before a position; positions ascend. */
function quoteCounter(line: string): (position: number) => number {
  let count = 0;
  let next = line.indexOf('"');
  return (position) => {
    for (; next >= 0 && next < position; next = line.indexOf('"', next + 1)) count++;
    return count;
  };
}

const GOES_ON = /[\s,;|&]{1,8}["']?[A-Za-z_$@][\w.@$-]{0,127}["']?\s?[=:]|\s{0,8}$/y;
/** A text of a caller's may hold many quotes; past these it has none that counts. */
const MAX_QUOTES = 32;

/** The quote that ends a quoted value: behind it the line ends, or the next key stands. */
function closingQuote(line: string, from: number): number {
  let seen = 0;
  for (let quote = line.indexOf('"', from); quote >= 0 && seen < MAX_QUOTES; seen++) {
    GOES_ON.lastIndex = quote + 1;
    if (GOES_ON.test(line)) return quote;
    quote = line.indexOf('"', quote + 1);
  }
  return -1;
}

/**
 * Without keys that say nothing and stand behind another separator than the format's, which the first value shows where the
 * gateway wrote it: `Bot, key=val` in a user agent of a line whose keys are separated by spaces.
 */
function withoutForeign(line: string, keys: readonly Key[]): readonly Key[] {
  const [first, second, third] = keys;
  if (first === undefined || second === undefined || third === undefined) return keys;
  if (trustOf({ key: first.name }) !== undefined) return keys;
  const separator = separatorBefore(line, second);
  return keys.filter(
    (key, at) => at === 0 || separatorBefore(line, key) === separator || meaningsOf(key.name).length > 0,
  );
}

/** What separates a key from the value before it, with the mark between two spaces if there is one. */
export function separatorBefore(line: string, { start }: Key): string {
  const text = SEPARATOR.exec(line.slice(Math.max(0, start - LONGEST_SEPARATOR), start))?.[0] ?? '';
  return text.replace(/["']/g, '');
}

const SEPARATOR = /(?:\s(?:\/|-|->|>|::)\s|[\s,;|&"'{[]+)$/;
const LONGEST_SEPARATOR = 8;

/** Ids of requests end with `=` too: `JKJaXmPLvHcESHA= 25/Nov/2026`. `end` is where a value would begin. */
export function isGatewayId(line: string, name: string, end: number): boolean {
  const isAlone = end >= line.length || /[\s,;|"]/.test(line.charAt(end));
  if (!isAlone && !/[\s,;|"]/.test(line.charAt(end - 1))) return false;
  return GATEWAY_ID.test(name) && meaningsOf(name).length === 0;
}

const GATEWAY_ID = /^(?=\w{0,14}[A-Z])(?=\w{0,14}[a-z])[\w-]{11,30}$/;

/** `HTTP Method: GET`: the words before a key, up to the separator, where they change nothing of what it means. */
function withWholeNames(line: string, keys: readonly Key[], spaced: boolean): readonly Key[] {
  if (!spaced) return keys;
  const words = keys.map(
    (key, at) =>
      WORDS_BEFORE.exec(line.slice(Math.max(keys[at - 1]?.end ?? 0, key.start - 40), key.start))?.[1] ?? '',
  );
  // Where each key has a separator of its own, no value reaches up to one.
  const isCertain = keys.every((key, at) => {
    const start = key.start - (words[at]?.length ?? 0);
    return at === 0 || /[,;|]\s{0,4}$/.test(line.slice(Math.max(0, start - 6), start));
  });
  return keys.map((key, at) => {
    const before = words[at] ?? '';
    if (before === '') return key;
    const name = `${before}${key.name}`;
    const own = meaningsOf(key.name)[0]?.variable;
    const whole = meaningsOf(name)[0]?.variable;
    const isSame = whole !== undefined && (isCertain || own === undefined || own === whole);
    return isSame ? { ...key, name, start: key.start - before.length } : key;
  });
}

const WORDS_BEFORE = /[,;|]\s{1,4}((?:[A-Za-z]{1,20} ){1,3})$/;
