import type { ExtractedLine } from '../format/line-format.js';
import { isFreeText } from '../format/pair-values.js';

/**
 * Lines of one source that hold keys which another line of it lacks, mended. API Gateway prints every key of its format on every
 * line, `-` for what is missing; so keys that a single line adds to those of others, each right behind a text that nobody
 * escaped, were written by a caller. They lose their meaning and the line is marked. Keys that several lines share are a
 * format: two may feed one log group, and no line takes another's keys away. Answers the lines that changed, by index;
 * what no other line gives away (lines forged alike, or one line alone) stays.
 */
export function withoutAddedKeys(lines: readonly ExtractedLine[]): ReadonlyMap<number, ExtractedLine> {
  const changed = new Map<number, ExtractedLine>();
  const bases: Structure[] = [];
  for (const structure of structuresOf(lines)) {
    const [at] = structure.lines;
    const line = structure.lines.length === 1 && at !== undefined ? lines[at] : undefined;
    const mended = line === undefined ? undefined : mendedBy(bases, structure.keys, line);
    if (mended !== undefined && at !== undefined) changed.set(at, mended);
    else if (bases.length < MOST_BASES) bases.push(structure);
  }
  return changed;
}

/** The key orders of the lines, the shortest first. A line that is marked already says nothing about the format. */
function structuresOf(lines: readonly ExtractedLine[]): readonly Structure[] {
  const byKeys = new Map<string, Structure>();
  lines.forEach(({ keys, recovered, format }, at) => {
    if (keys === undefined || recovered) return;
    const name = keys.join('\n');
    const known = byKeys.get(name);
    if (known === undefined) byKeys.set(name, { keys, format, lines: [at] });
    else known.lines.push(at);
  });
  return [...byKeys.values()].sort((a, b) => a.keys.length - b.keys.length);
}

/** The line as the base says that has most of its keys; shorter ones may be another format's. */
function mendedBy(
  bases: readonly Structure[],
  keys: readonly string[],
  line: ExtractedLine,
): ExtractedLine | undefined {
  for (const base of bases.toReversed()) {
    const slots = base.keys.length < keys.length ? slotsWithout(base.keys, keys) : undefined;
    if (slots === undefined) continue;
    const values = base.format.variables.map((_, slot) => {
      const from = slots[slot];
      return from === undefined ? undefined : line.values[from];
    });
    return { kind: 'extracted', format: base.format, values, recovered: true, keys: base.keys };
  }
  return undefined;
}

interface Structure {
  readonly keys: readonly string[];
  readonly format: ExtractedLine['format'];
  readonly lines: number[];
}

/** A log group that several formats share has a few; a caller can make any number of longer ones. */
const MOST_BASES = 8;

/** Where in `keys` each of the `own` stands; `undefined` unless all others stand right behind a text that a caller writes. */
function slotsWithout(own: readonly string[], keys: readonly string[]): readonly number[] | undefined {
  const slots: number[] = [];
  let isBehindText = false;
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] ?? '';
    if (slots.length < own.length && key === own[slots.length]) {
      slots.push(at);
      isBehindText = isFreeText(key);
    } else if (!isBehindText) return undefined;
  }
  return slots.length === own.length ? slots : undefined;
}
