import { patternsOf } from '../encoded-value.js';
import { type Comparison, planModifiers } from '../modifiers.js';
import type { Condition, FieldMatch, RuleValue } from '../rule-source.js';
import type { Pattern } from '../value-pattern.js';
import { keywordComparison, plainValues } from './compile-match.js';
import type { FieldSlots } from './event-view.js';
import { requiredLiteral } from './regex-literals.js';

/** A cheap sign that a rule might match: a field that equals a text, or holds a literal (both in lower case). */
export interface EntryTerm {
  readonly kind: 'equals' | 'holds';
  readonly slot: number;
  readonly text: string;
}

/** At least one of the terms is there whenever the rule matches. `chance`: how often some term is there, roughly. */
interface Entry {
  readonly terms: readonly EntryTerm[];
  readonly chance: number;
}

/**
 * The terms of which a matching event must show at least one, chosen so that as few events as possible do; `undefined`
 * when nothing is required (negations, comparisons, patterns only): such a rule is tried on every event.
 */
export function entryTerms<E>(condition: Condition, slots: FieldSlots<E>): readonly EntryTerm[] | undefined {
  return entryOf(condition, slots)?.terms;
}

function entryOf<E>(condition: Condition, slots: FieldSlots<E>): Entry | undefined {
  switch (condition.kind) {
    case 'match':
      return matchEntry(condition.match, slots);
    case 'and':
      return rarest(condition.of.map((part) => entryOf(part, slots)));
    case 'or':
      return either(condition.of.map((part) => entryOf(part, slots)));
    default:
      return undefined;
  }
}

function rarest(entries: readonly (Entry | undefined)[]): Entry | undefined {
  let best: Entry | undefined;
  for (const entry of entries)
    if (entry !== undefined && (best === undefined || entry.chance < best.chance)) best = entry;
  return best;
}

function either(entries: readonly (Entry | undefined)[]): Entry | undefined {
  const known = entries.filter((entry) => entry !== undefined);
  if (known.length < entries.length) return undefined;
  return {
    terms: known.flatMap((entry) => entry.terms),
    chance: known.reduce((sum, entry) => sum + entry.chance, 0),
  };
}

function matchEntry<E>({ field, modifiers, values }: FieldMatch, slots: FieldSlots<E>): Entry | undefined {
  const plan = planModifiers(modifiers);
  if ('wrong' in plan || plan.negated || values.length === 0) return undefined;
  const combine = plan.all ? rarest : either;
  if (field === undefined) {
    const inside = keywordComparison(plan.comparison);
    return combine(
      values.map((value) =>
        either(slots.keywordSlots().map((slot) => valueEntry(slot, value, inside, slots))),
      ),
    );
  }
  const slot = slots.slotOf(field);
  return combine(values.map((value) => valueEntry(slot, value, plan.comparison, slots)));
}

function valueEntry<E>(
  slot: number,
  value: RuleValue,
  comparison: Comparison,
  slots: FieldSlots<E>,
): Entry | undefined {
  if (comparison.kind === 'regex') {
    const literal = requiredLiteral(String(value), comparison.flags);
    return literal === undefined ? undefined : literalEntry(slot, [{ kind: 'text', text: literal }]);
  }
  if (comparison.kind !== 'pattern' || value === null) return undefined;
  const folded = { ...comparison, cased: false };
  const plain = comparison.shape === 'whole' ? plainValues(value, folded) : undefined;
  if (plain !== undefined) {
    const one = slots.fields[slot]?.fewValues === true ? 0.3 : 0.02;
    return { terms: plain.map((text) => ({ kind: 'equals', slot, text })), chance: one * plain.length };
  }
  const patterns = patternsOf(String(value), folded);
  return typeof patterns === 'string'
    ? undefined
    : either(patterns.map((pattern) => literalEntry(slot, pattern)));
}

/** The longest stretch of ASCII in a pattern: the automaton knows no other characters. */
function literalEntry(slot: number, parts: Pattern): Entry | undefined {
  let literal = '';
  for (const part of parts) {
    if (part.kind !== 'text') continue;
    for (const stretch of part.text.split(/[^\0-\x7f]+/))
      if (stretch.length > literal.length) literal = stretch;
  }
  if (literal === '') return undefined;
  return {
    terms: [{ kind: 'holds', slot, text: literal }],
    chance: 0.9 / 3 ** Math.min(literal.length - 1, 8),
  };
}
