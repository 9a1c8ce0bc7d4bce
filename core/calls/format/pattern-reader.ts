import type { Layout } from './layout.js';
import { canReadQuoted, type ExactReader } from './quoted-reader.js';

/**
 * What a value between quotes may hold to be read without doubt: no backslash, for readers that know escapes, and no
 * control character, so that within JSON it reads the same.
 */
const QUOTED = String.raw`[^"\\\0-\x1f]*`;
/** What a bare value may hold: a number or a word, nothing that could be structure. */
const BARE = String.raw`[^\0-\x20",[\]{}\\]+`;

const DASH = 45;

/** A regular expression for whole lines of a format, without `^` and `$`: one group a value. */
export interface LinePattern {
  readonly source: string;
  readonly values: number;
}

/**
 * One regular expression for the whole line, half as expensive as cutting it by hand; `undefined` for layouts that it
 * could not read in linear time. Built from the format that an operator configured, never from a line. The reading is
 * unique, and there is nothing to backtrack into: no value can hold the first character of what follows it. With
 * `written` the literals are looked for as that writes them: as they stand within a JSON string, for example.
 */
export function linePattern(
  layout: Layout,
  written: (literal: string) => string = (literal) => literal,
): LinePattern | undefined {
  if (!canReadQuoted(layout)) return undefined;
  const { literals, cells } = layout;
  let source = escaped(written(literals[0] ?? ''));
  for (const [at, cell] of cells.entries()) {
    const next = written(literals[at + 1] ?? '');
    const value = cell.quote === undefined ? BARE : QUOTED;
    if (new RegExp(`^${value}$`).test(next.charAt(0))) return undefined;
    source += `(${value})${escaped(next)}`;
  }
  return { source, values: cells.length };
}

/** Reads whole lines by the pattern; whatever does not match goes to the slower readers. */
export function patternReader(layout: Layout): ExactReader | undefined {
  const line = linePattern(layout);
  if (line === undefined) return undefined;
  const pattern = new RegExp(`^${line.source}$`);
  return (text) => {
    const match = pattern.exec(text);
    return match === null ? undefined : valuesOf(match, line.values);
  };
}

/** The groups of a match as values by slot, `-` as `undefined`. */
function valuesOf(match: RegExpExecArray, count: number): (string | undefined)[] {
  const values = new Array<string | undefined>(count);
  for (let at = 0; at < count; at++) {
    const value = match[1 + at];
    values[at] =
      value !== undefined && value.length === 1 && value.charCodeAt(0) === DASH ? undefined : value;
  }
  return values;
}

function escaped(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
