import type { ExtractedLine } from '../format/line-format.js';
import { isFreeText } from '../format/pair-values.js';

/**
 * Lines of one source that hold keys which another line of it lacks, mended. API Gateway prints every key of its format on every
 * line, `-` for what is missing; so a key that only some lines have was written by a caller, into a text that nobody escaped, where it
 * stands right behind such a text. Those keys lose their meaning and the line is marked. Answers the lines that changed,
 * by index; what no other line gives away (all lines forged alike, or one line alone) stays.
 */
export function withoutAddedKeys(lines: readonly ExtractedLine[]): ReadonlyMap<number, ExtractedLine> {
  const changed = new Map<number, ExtractedLine>();
  const byKeys = new Map<string, Structure>();
  lines.forEach(({ keys, recovered, format }, at) => {
    if (keys === undefined || recovered) return;
    const name = keys.join('\n');
    const known = byKeys.get(name);
    if (known === undefined) byKeys.set(name, { keys, format, lines: [at] });
    else known.lines.push(at);
  });
  if (byKeys.size < 2) return changed;
  const structures = [...byKeys.values()].sort((a, b) => a.keys.length - b.keys.length);
  for (const base of structures.slice(0, MOST_BASES)) {
    for (const other of structures) {
      if (other.keys.length <= base.keys.length) continue;
      const slots = slotsWithout(base.keys, other.keys);
      if (slots === undefined) continue;
      for (const at of other.lines) {
        const line = lines[at];
        if (line === undefined || changed.has(at)) continue;
        const values = base.format.variables.map((_, slot) => {
          const from = slots[slot];
          return from === undefined ? undefined : line.values[from];
        });
        changed.set(at, { kind: 'extracted', format: base.format, values, recovered: true, keys: base.keys });
      }
    }
  }
  return changed;
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
