import type { Layout } from './layout.js';
import { unescapeJson } from './unescape.js';

/** Reads one line completely and without doubt, or not at all. Values by slot. */
export type ExactReader = (line: string) => (string | undefined)[] | undefined;

const QUOTE = 34;
const DASH = 45;
/** Up to here a loop over the characters beats a call of `indexOf`. */
const SHORT = 12;

/** JSON-like layouts whose values stand in double quotes, or bare after a colon. */
export function canReadQuoted(layout: Layout): boolean {
  return (
    layout.shape === 'json' &&
    layout.literals.every((literal) => literal !== '') &&
    layout.literals.slice(1, -1).every((literal) => literal.includes('"')) &&
    layout.cells.every(
      (cell, i) =>
        cell.slots.length === 1 &&
        (cell.quote === '"' || (cell.quote === undefined && /[:\s]$/.test(layout.literals[i] ?? ''))) &&
        // the slot order is the cell order: the reader writes values by cell index
        cell.slots[0] === i,
    )
  );
}

/**
 * Cuts values at the first occurrence of the next separator. The reading is unique: every separator holds a quote,
 * and a value is accepted only without an unescaped quote; so no value can hold a separator and no other way to cut
 * the line exists. Whatever fails goes to the slower readers. `indexOf` of the whole
 * separator is twice as fast here as looking for the quote and comparing.
 */
export function quotedReader(layout: Layout): ExactReader {
  const opening = layout.literals[0] ?? '';
  const separators = layout.literals.slice(1);
  const lengths = separators.map((separator) => separator.length);
  const quoted = layout.cells.map((cell) => cell.quote !== undefined);
  const preQuoted = layout.cells.map((cell) => cell.preQuoted);
  const count = layout.cells.length;

  return (line) => {
    if (!line.startsWith(opening)) return undefined;
    if (line.indexOf('\\') >= 0) return readEscaped(line);
    const values = new Array<string | undefined>(count);
    let start = opening.length;
    for (let i = 0; i < count; i++) {
      const separator = separators[i] as string;
      let end = line.indexOf(separator, start);
      if (end < 0) return undefined;
      const length = end - start;
      if (length === 1 && line.charCodeAt(start) === DASH) {
        values[i] = undefined;
      } else if (quoted[i] === true) {
        if (preQuoted[i] === true && line.charCodeAt(start) === QUOTE) {
          const close = line.indexOf('"', start + 1);
          if (!line.startsWith(separator, close + 1)) return undefined;
          values[i] = line.slice(start, close + 1);
          end = close + 1;
        } else {
          if (length > SHORT ? line.indexOf('"', start) !== end : hasQuote(line, start, end))
            return undefined;
          values[i] = line.slice(start, end);
        }
      } else if (line.charCodeAt(start) === QUOTE) {
        const close = line.indexOf('"', start + 1);
        if (close < 0 || !line.startsWith(separator, close + 1)) return undefined;
        const value = line.slice(start + 1, close);
        values[i] = preQuoted[i] === true ? `"${value}"` : value === '-' ? undefined : value;
        end = close + 1;
      } else {
        if (!isBare(line, start, end)) return undefined;
        values[i] = line.slice(start, end);
      }
      start = end + (lengths[i] as number);
    }
    return start === line.length ? values : undefined;
  };

  /** The same for lines with backslashes: a quote behind an odd number of them ends nothing. */
  function readEscaped(line: string): (string | undefined)[] | undefined {
    const values = new Array<string | undefined>(count);
    let start = opening.length;
    for (let i = 0; i < count; i++) {
      const separator = separators[i] as string;
      const own = line.charCodeAt(start) === QUOTE && (quoted[i] !== true || preQuoted[i] === true);
      const from = own ? start + 1 : start;
      let close = line.indexOf(own ? `"${separator}` : separator, from);
      if (close < 0) return undefined;
      if (quoted[i] !== true && !own) {
        if (!isBare(line, start, close)) return undefined;
      } else if (closingQuote(line, from) !== close) {
        close = closingQuote(line, from);
        if (close < 0 || !line.startsWith(own ? `"${separator}` : separator, close)) return undefined;
      }
      const raw = line.slice(from, close);
      const value = own || quoted[i] === true ? unescapeJson(raw) : raw;
      values[i] = value === '-' ? undefined : own && preQuoted[i] === true ? `"${value}"` : value;
      start = close + (own ? 1 : 0) + (lengths[i] as number);
    }
    return start === line.length ? values : undefined;
  }
}

/** The next quote that an even number of backslashes precedes, or -1. */
export function closingQuote(line: string, from: number): number {
  for (let quote = line.indexOf('"', from); quote >= 0; quote = line.indexOf('"', quote + 1)) {
    if (!isEscaped(line, quote, from)) return quote;
  }
  return -1;
}

/** Whether an odd number of backslashes stands before `position`, none of them before `from`. */
export function isEscaped(line: string, position: number, from: number): boolean {
  let backslashes = 0;
  while (position - 1 - backslashes >= from && line.charCodeAt(position - 1 - backslashes) === 92)
    backslashes++;
  return backslashes % 2 === 1;
}

function hasQuote(line: string, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (line.charCodeAt(i) === QUOTE) return true;
  return false;
}

/** A bare value is a number or a word: nothing that could be structure. */
function isBare(line: string, start: number, end: number): boolean {
  if (end === start) return false;
  for (let i = start; i < end; i++) {
    const code = line.charCodeAt(i);
    if (
      code <= 32 ||
      code === QUOTE ||
      code === 44 ||
      code === 91 ||
      code === 93 ||
      code === 123 ||
      code === 125
    ) {
      return false;
    }
  }
  return true;
}
