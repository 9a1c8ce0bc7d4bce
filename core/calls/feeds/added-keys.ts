import type { ExtractedLine } from '../format/line-format.js';
import { isFreeText } from '../format/pair-values.js';

/**
 * Lines of one source that hold keys which another line of it lacks, mended. API Gateway prints every key of its format on every
 * line, `-` for what is missing; so keys that a single line adds to those of others, each right behind a text that nobody
 * escaped, were written by a caller. They lose their meaning and the line is marked. Keys that several lines share may be a
 * format, for two may feed one log group, or a caller's who repeats himself: they keep their meaning, and their lines are
 * marked, so that they name nobody. Answers the lines that changed, by index; what no other line gives away (a
 * payload of nothing but lines forged alike, or of one line) stays.
 */
export function withoutAddedKeys(lines: readonly ExtractedLine[]): ReadonlyMap<number, ExtractedLine> {
  const changed = new Map<number, ExtractedLine>();
  const bases: Structure[] = [];
  for (const structure of structuresOf(lines)) {
    const [at = -1] = structure.lines;
    const line = lines[at];
    const mended = line === undefined ? undefined : mendedBy(bases, structure.keys, line);
    if (mended !== undefined && structure.lines.length === 1) {
      changed.set(at, mended);
      continue;
    }
    for (const one of mended === undefined ? [] : structure.lines) {
      const shared = lines[one];
      if (shared !== undefined) changed.set(one, { ...shared, recovered: true });
    }
    if (bases.length < MOST_BASES) bases.push(structure);
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
  const inObjects = withinObjects(keys);
  for (const base of bases.toReversed()) {
    const slots =
      slotsWithout(base.keys, (at, own) => keys[at] === own, keys.length) ??
      slotsWithout(base.keys, inObjects, keys.length);
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

/** More keys than any format has: a base that a caller made so long is none, and the table below stays small. */
const MOST_BASE_KEYS = 128;

/**
 * Where in `keys` each of the `own` stands, the last place if there are several, for the gateway's own field comes after a
 * caller's; `undefined` unless all others stand right behind a text that a caller writes. A caller may have added the field
 * that follows once more, with its very value, so that every alignment counts.
 */
function slotsWithout(own: readonly string[], isKey: KeyTest, count: number): readonly number[] | undefined {
  if (own.length > MOST_BASE_KEYS || own.length >= count) return undefined;
  const isText = own.map(isFreeText);
  const mayBeAdded = (matched: number): boolean => matched > 0 && isText[matched - 1] === true;
  // reached[at][matched]: the first `at` keys can hold the first `matched` of the base's and else only added ones
  const reached = [own.map(() => false)];
  const isReached = (at: number, matched: number): boolean =>
    at === 0 ? matched === 0 : reached[at]?.[matched] === true;
  const isMatch = (at: number, matched: number): boolean =>
    matched > 0 && isReached(at - 1, matched - 1) && isKey(at - 1, own[matched - 1] ?? '');
  for (let at = 1; at <= count; at++) {
    const row: boolean[] = [false];
    for (let matched = 1; matched <= own.length; matched++)
      row.push(isMatch(at, matched) || (mayBeAdded(matched) && isReached(at - 1, matched)));
    reached.push(row);
  }
  if (!isReached(count, own.length)) return undefined;
  const slots: number[] = [];
  let matched = own.length;
  for (let at = count; at > 0; at--) if (isMatch(at, matched)) slots[--matched] = at - 1;
  return slots;
}

type KeyTest = (at: number, own: string) => boolean;

/**
 * A key that is the base's also within an object, unless it opens it: the caller's own field does that. An object's fields
 * stand together, so the key before tells.
 */
function withinObjects(keys: readonly string[]): KeyTest {
  return (at, own) => {
    const key = keys[at] ?? '';
    if (!key.endsWith(own)) return false;
    const prefix = key.slice(0, key.length - own.length);
    return prefix === '' || (prefix.endsWith('.') && keys[at - 1]?.startsWith(prefix) === true);
  };
}
