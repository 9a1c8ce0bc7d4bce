import type { Layout } from './layout.js';
import { canReadQuoted, type ExactReader } from './quoted-reader.js';

/** What a value between quotes may hold to be read without doubt; a backslash is for readers that know escapes. */
const QUOTED = String.raw`[^"\\]*`;
/** What a bare value may hold: a number or a word, nothing that could be structure. */
const BARE = String.raw`[^\0-\x20",[\]{}\\]+`;

const DASH = 45;

/**
 * One regular expression for the whole line, half as expensive as cutting it by hand; `undefined` for layouts that it
 * could not read in linear time. Built from the format that an operator configured, never from a line. The reading is
 * unique, and there is nothing to backtrack into: no value can hold the first character of what follows it. Whatever
 * does not match goes to the slower readers.
 */
export function patternReader(layout: Layout): ExactReader | undefined {
  if (!canReadQuoted(layout)) return undefined;
  const { literals, cells } = layout;
  let source = `^${escaped(literals[0] ?? '')}`;
  for (const [at, cell] of cells.entries()) {
    const next = literals[at + 1] ?? '';
    const value = cell.quote === undefined ? BARE : QUOTED;
    if (new RegExp(`^${value}$`).test(next.charAt(0))) return undefined;
    source += `(${value})${escaped(next)}`;
  }
  const pattern = new RegExp(`${source}$`);
  const count = cells.length;
  return (line) => {
    const match = pattern.exec(line);
    if (match === null) return undefined;
    const values = new Array<string | undefined>(count);
    for (let at = 0; at < count; at++) {
      const value = match[at + 1];
      values[at] =
        value !== undefined && value.length === 1 && value.charCodeAt(0) === DASH ? undefined : value;
    }
    return values;
  };
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
