import type { FormatTemplate } from './format-template.js';
import { jsonPairs } from './json-pairs.js';
import { unescapeJson } from './unescape.js';

/**
 * Reads a JSON line whose keys are not where the format says (reordered, some added or gone) by the keys of the
 * format. `undefined` unless at least half of the format's keys are there. The first of two equal keys wins.
 */
export function readByKey(template: FormatTemplate, line: string): (string | undefined)[] | undefined {
  const keys = keysOf(template);
  const found = jsonPairs(line);
  if (found === undefined || keys.size === 0) return undefined;
  const values = new Array<string | undefined>(template.variables.length).fill(undefined);
  const filled = new Set<number>();
  for (const pair of found.pairs) {
    const slot = keys.get(pair.key);
    if (slot === undefined || filled.has(slot)) continue;
    filled.add(slot);
    const raw = line.slice(pair.start, pair.end);
    const value = pair.quoted ? unescapeJson(raw) : raw;
    values[slot] = value === '-' || (!pair.quoted && value === 'null') ? undefined : value;
  }
  return filled.size * 2 >= keys.size ? values : undefined;
}

/** Slot by key, for values that are one variable and nothing else. */
function keysOf(template: FormatTemplate): ReadonlyMap<string, number> {
  // A marker that no format holds stands for each variable, so that the format itself can be read as a line.
  const marked = template.literals.reduce((text, literal, i) => `${text}slot-${i - 1}-of-format${literal}`);
  const keys = new Map<string, number>();
  for (const pair of jsonPairs(marked)?.pairs ?? []) {
    const match = /^slot-(\d+)-of-format$/.exec(marked.slice(pair.start, pair.end));
    if (match !== null && !keys.has(pair.key)) keys.set(pair.key, Number(match[1]));
  }
  return keys;
}
