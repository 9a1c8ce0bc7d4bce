import type { RuleValue } from '../rule-source.js';

/** Values that stand for `%name%` under the `expand` modifier, by name; they may hold wildcards. */
export type Placeholders = Readonly<Record<string, readonly RuleValue[]>>;

export type FilledValue =
  | { readonly ok: true; readonly values: readonly RuleValue[] }
  | { readonly ok: false; readonly unknown: string }
  | { readonly ok: false; readonly tooMany: number };

// Two lists of some hundred names in one value; beyond that the rule wants a field each.
const MOST_VALUES = 50_000;
const PARTS = /\\%|%([\w-]+)%/g;

/**
 * All values that a value with placeholders stands for; `\%` is a plain percent sign. A placeholder with an empty list
 * leaves nothing to be found.
 */
export function fillPlaceholders(value: RuleValue, placeholders: Placeholders): FilledValue {
  if (typeof value !== 'string') return { ok: true, values: [value] };
  let filled: readonly string[] = [''];
  let end = 0;
  for (const found of value.matchAll(PARTS)) {
    const [whole, name] = found;
    const before = value.slice(end, found.index);
    end = found.index + whole.length;
    if (name !== undefined && !Object.hasOwn(placeholders, name)) return { ok: false, unknown: name };
    const tails = name === undefined ? ['%'] : (placeholders[name] ?? []).map(String);
    if (filled.length * tails.length > MOST_VALUES) return { ok: false, tooMany: MOST_VALUES };
    filled = filled.flatMap((head) => tails.map((tail) => head + before + tail));
  }
  return { ok: true, values: filled.map((head) => head + value.slice(end)) };
}
