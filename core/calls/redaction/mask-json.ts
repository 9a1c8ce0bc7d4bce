import { PAIR_NAME_KEYS, PAIR_VALUE_KEYS, REDACTED } from './secret-catalogue.js';
import { canonicalName, isSecretName } from './secret-name.js';

/**
 * Masks the values of secret keys in JSON text without parsing it: the text may be cut anywhere, be no JSON at all,
 * or hold JSON within strings to any depth (a Lambda proxy response's `"body":"{\"token\":…}"`). One pass, linear.
 *
 * A quote's nesting level is the number of trailing one bits of the backslashes before it: `"` 0, `\"` 1, `\\\"` 2;
 * a string opened at one level is closed by the next quote of that level or of an outer one.
 */
export function maskJson(text: string): string {
  let out = '';
  let copied = 0;
  // Of an object that is a pair: the value seen before its name, and where a value is looked for once the name was secret.
  let seen: Value | undefined;
  let wanted: Value | undefined;
  const mask = ({ start, end, level }: Value): void => {
    if (start < copied || KEPT.has(text.slice(start, Math.min(end, start + 5)))) return;
    const quote = `${'\\'.repeat(2 ** level - 1)}"`;
    out += text.slice(copied, start) + quote + REDACTED + quote;
    copied = end;
  };
  let at = nextQuote(text, 0);
  while (at >= 0) {
    const level = quoteLevel(text, at);
    const close = closingQuote(text, at + 1, level);
    const start = close < 0 ? -1 : valueStart(text, close + 1);
    const name = start < 0 ? '' : unescapeName(text.slice(at + 1, quoteStart(text, close)));
    // Not a key: the next quote is tried as an opening one, whether it closes this string or stands in it, so that
    // neither damage nor nesting hides a key. A quote is visited once a level, and levels double the backslashes.
    if (start < 0) {
      at = nextQuote(text, at + 1);
      continue;
    }
    const isSecret = isSecretName(name) || isPairedWith(wanted, start, level, name);
    if (isSecret) {
      const value = { start, end: valueEnd(text, start, level), level };
      mask(value);
      at = nextQuote(text, value.end);
      continue;
    }
    const role = roleOf(canonicalName(name));
    // Strings only: to find the end of each of many open objects would take quadratic time.
    if (role !== undefined && /^\\*"/.test(text.slice(start, start + 16))) {
      const member = { start, end: valueEnd(text, start, level), level };
      if (role === 'value') seen = member;
      else if (namesSecret(text, member)) {
        if (seen !== undefined && isBeside(text, seen, start, level)) mask(seen);
        wanted = member;
      }
    }
    at = nextQuote(text, at + 1);
  }
  return copied === 0 ? text : out + text.slice(copied);

  function isPairedWith(pair: Value | undefined, start: number, level: number, name: string): boolean {
    return (
      pair !== undefined && isBeside(text, pair, start, level) && roleOf(canonicalName(name)) === 'value'
    );
  }
}

interface Value {
  readonly start: number;
  readonly end: number;
  readonly level: number;
}

const PAIR_NAMES = new Set(PAIR_NAME_KEYS);
const PAIR_VALUES = new Set(PAIR_VALUE_KEYS);

function roleOf(name: string): 'name' | 'value' | undefined {
  if (PAIR_VALUES.has(name)) return 'value';
  return PAIR_NAMES.has(name) ? 'name' : undefined;
}

/** Between the two members of a pair there may be another one, of a type or a scope. */
const BETWEEN_MAX = 256;

/** Whether a value that starts here stands in one object with an earlier one: near it, and no brace between them. */
function isBeside(text: string, before: Value, start: number, level: number): boolean {
  const gap = start - before.end;
  if (before.level !== level || gap < 0 || gap > BETWEEN_MAX) return false;
  return !/[{}]/.test(text.slice(before.end, start));
}

/** Whether a string is the name of a secret. */
function namesSecret(text: string, { start, end }: Value): boolean {
  return isSecretName(
    unescapeName(text.slice(start, Math.min(end, start + LONGEST_NAME))).replaceAll('"', ''),
  );
}

const LONGEST_NAME = 140;

/** Values that say no more than that there is none. */
const KEPT = new Set(['null', 'true', 'false', '""', '']);

function nextQuote(text: string, from: number): number {
  return text.indexOf('"', from);
}

/** How deep the string that this quote opens or closes is nested in other strings. */
function quoteLevel(text: string, quote: number): number {
  let backslashes = quote - quoteStart(text, quote);
  let level = 0;
  while (backslashes % 2 === 1) {
    level++;
    backslashes = (backslashes - 1) / 2;
  }
  return level;
}

/** Where the backslashes before a quote begin. */
function quoteStart(text: string, quote: number): number {
  let start = quote;
  while (start > 0 && text.charCodeAt(start - 1) === 92) start--;
  return start;
}

function closingQuote(text: string, from: number, level: number): number {
  let at = nextQuote(text, from);
  while (at >= 0 && quoteLevel(text, at) > level) at = nextQuote(text, at + 1);
  return at;
}

/** Where the value of a key begins whose closing quote ends before `from`; -1 where no colon follows. */
function valueStart(text: string, from: number): number {
  const colon = skipSpace(text, from);
  return text[colon] === ':' ? skipSpace(text, colon + 1) : -1;
}

/** Skips white space, also in its escaped form inside a string (`\\n`). */
function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text[at];
    if (char === ' ' || char === '\n' || char === '\r' || char === '\t') at++;
    else if (char === '\\' && /^\\+[nrt]/.test(text.slice(at, at + 9))) {
      while (text[at] === '\\') at++;
      at++;
    } else return at;
  }
}

/** The end of the value of a key at `level`; the end of the text where the value is cut short. */
function valueEnd(text: string, start: number, level: number): number {
  const char = text[start];
  if (char === '{' || char === '[') return nestedEnd(text, start, level);
  const quote = char === '\\' || char === '"' ? nextQuote(text, start) : -1;
  if (quote >= 0 && quoteStart(text, quote) <= start) {
    const close = closingQuote(text, quote + 1, level);
    if (close < 0) return text.length;
    return quoteLevel(text, close) === level ? close + 1 : quoteStart(text, close);
  }
  let at = start;
  while (at < text.length && !',}]"\\ \t\r\n'.includes(text[at] ?? '')) at++;
  return at;
}

function nestedEnd(text: string, start: number, level: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const char = text[at];
    if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth === 0) return at + 1;
    } else if (char === '"') {
      if (quoteLevel(text, at) < level) return quoteStart(text, at);
      const close = closingQuote(text, at + 1, level);
      if (close < 0) return text.length;
      if (quoteLevel(text, close) < level) return quoteStart(text, close);
      at = close;
    }
  }
  return text.length;
}

/** A key may be written with escapes (`p\\u0061ssword`). */
function unescapeName(name: string): string {
  if (!name.includes('\\')) return name;
  return name
    .replace(/\\+u([0-9a-f]{4})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll('\\', '');
}
