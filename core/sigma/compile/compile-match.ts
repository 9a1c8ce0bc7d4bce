import { assertNever } from '../../assert-never.js';
import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { patternsOf } from '../encoded-value.js';
import { parseIpRange, rangeHolds } from '../ip-range.js';
import { type Comparison, planModifiers } from '../modifiers.js';
import type { FieldMatch, RuleValue } from '../rule-source.js';
import type { FieldValue } from '../taxonomy.js';
import { timePart } from '../time-part.js';
import { type Pattern, plainText } from '../value-pattern.js';
import { compileReference } from './compile-reference.js';
import { type FieldSlots, isList, type Predicate, textsOf } from './event-view.js';
import { compareNumbers, numberOf } from './numbers.js';
import { patternMatcher } from './pattern-matcher.js';

/** What one value of a field must be. */
type ValueTest =
  | { readonly on: 'folded' | 'text'; readonly holds: (text: string) => boolean }
  | { readonly on: 'value'; readonly holds: (value: FieldValue) => boolean };

/** Turns one field comparison into a closure. Throws `Fault('rule.invalid')` on what parsing would have refused. */
export function compileMatch<E>(
  match: FieldMatch,
  slots: FieldSlots<E>,
  regex: RegexEngine | undefined,
): Predicate<E> {
  const plan = planModifiers(match.modifiers);
  if ('wrong' in plan) throw new Fault('rule.invalid', { reason: plan.wrong });
  const { comparison, all } = plan;
  const { field, values } = match;
  const positive: Predicate<E> =
    field === undefined
      ? keywordPredicate<E>(match, comparison, { all, slots, regex })
      : comparison.kind === 'pattern' && comparison.shape === 'whole' && !comparison.cased && !all
        ? equalityPredicate<E>(slots.slotOf(field), values, comparison, slots)
        : combine(
            values.map((value) => valuePredicate<E>(slots.slotOf(field), value, comparison, slots, regex)),
            { all },
          );
  return plan.negated ? (view) => !positive(view) : positive;
}

/** A keyword may stand in any of the fields; with `all`, each keyword in any of them. */
function keywordPredicate<E>(
  { values }: FieldMatch,
  comparison: Comparison,
  context: {
    readonly all: boolean;
    readonly slots: FieldSlots<E>;
    readonly regex: RegexEngine | undefined;
  },
): Predicate<E> {
  const { all, slots, regex } = context;
  const inside = keywordComparison(comparison);
  return combine(
    values.map((value) =>
      combine(
        slots.keywordSlots().map((slot) => valuePredicate<E>(slot, value, inside, slots, regex)),
        { all: false },
      ),
    ),
    { all },
  );
}

/** A keyword without a shape of its own is looked for anywhere in a text. */
export function keywordComparison(comparison: Comparison): Comparison {
  return comparison.kind === 'pattern' && comparison.shape === 'whole'
    ? { ...comparison, shape: 'contains' }
    : comparison;
}

/** No values at all match nothing: an empty placeholder list must not let everything through under `all`. */
function combine<E>(predicates: readonly Predicate<E>[], { all }: { readonly all: boolean }): Predicate<E> {
  const [only] = predicates;
  if (only === undefined) return () => false;
  if (predicates.length === 1) return only;
  return all
    ? (view) => {
        for (const predicate of predicates) if (!predicate(view)) return false;
        return true;
      }
    : (view) => {
        for (const predicate of predicates) if (predicate(view)) return true;
        return false;
      };
}

function valuePredicate<E>(
  slot: number,
  value: RuleValue,
  comparison: Comparison,
  slots: FieldSlots<E>,
  regex: RegexEngine | undefined,
): Predicate<E> {
  switch (comparison.kind) {
    case 'pattern': {
      if (value === null) return nullPredicate(slot);
      const on = comparison.cased ? 'text' : 'folded';
      const matchers = patterns(value, comparison).map(patternMatcher);
      const [first] = matchers;
      const holds =
        matchers.length === 1 && first !== undefined
          ? first
          : (text: string): boolean => matchers.some((matcher) => matcher(text));
      return onValues(slot, { on, holds }, slots);
    }
    case 'regex': {
      if (regex === undefined)
        throw new Fault('rule.invalid', { reason: 'the rule needs a regular expression engine' });
      return onValues(slot, { on: 'text', holds: regex.compile(String(value), comparison.flags) }, slots);
    }
    case 'cidr': {
      const range = parseIpRange(String(value));
      if (range.kind === 'wrong') throw new Fault('rule.invalid', { reason: range.expected });
      return onValues(slot, { on: 'text', holds: (text) => rangeHolds(range, text) }, slots);
    }
    case 'number': {
      const compare = compareNumbers(comparison.operator, Number(value));
      const holds = (seen: FieldValue): boolean => compare(numberOf(seen));
      return onValues(slot, { on: 'value', holds }, slots);
    }
    case 'time': {
      const compare = compareNumbers(comparison.operator, Number(value));
      const holds = (seen: FieldValue): boolean => compare(timePart(seen, comparison.part));
      return onValues(slot, { on: 'value', holds }, slots);
    }
    case 'exists':
      return (view) => (view.value(slot) !== undefined) === value;
    case 'reference':
      return compileReference<E>(slot, slots.slotOf(String(value)), comparison);
    default:
      return assertNever(comparison);
  }
}

/** Absent and null are one (specification 2.1, "Special Field Values"); `exists` tells them apart. */
function nullPredicate<E>(slot: number): Predicate<E> {
  return (view) => {
    const value = view.value(slot);
    return isList(value) ? value.includes(null) : value === undefined || value === null;
  };
}

function patterns(value: RuleValue, comparison: Extract<Comparison, { readonly kind: 'pattern' }>) {
  const found = patternsOf(String(value), comparison);
  if (typeof found === 'string') throw new Fault('rule.invalid', { reason: found });
  return found;
}

/** One closure a kind of test: a shared one that asks each time costs a third more. */
function onValues<E>(slot: number, test: ValueTest, { hasLists }: FieldSlots<E>): Predicate<E> {
  const single = onSingleValue<E>(slot, test);
  if (!hasLists) return single;
  if (test.on === 'value')
    return (view) => {
      const value = view.value(slot);
      return isList(value) ? value.some(test.holds) : single(view);
    };
  const { holds } = test;
  if (test.on === 'text')
    return (view) => {
      const value = view.value(slot);
      return isList(value) ? textsOf(value).some(holds) : single(view);
    };
  return (view) => (isList(view.value(slot)) ? view.foldedTexts(slot).some(holds) : single(view));
}

function onSingleValue<E>(slot: number, test: ValueTest): Predicate<E> {
  if (test.on === 'value')
    return (view) => {
      const value = view.value(slot);
      return !isList(value) && test.holds(value);
    };
  const { holds } = test;
  if (test.on === 'text')
    return (view) => {
      const text = view.text(slot);
      return text !== undefined && holds(text);
    };
  return (view) => {
    const text = view.foldedText(slot);
    return text !== undefined && holds(text);
  };
}

/** Values without wildcards are looked up together; the others are tried one by one. */
function equalityPredicate<E>(
  slot: number,
  values: readonly RuleValue[],
  comparison: Extract<Comparison, { readonly kind: 'pattern' }>,
  slots: FieldSlots<E>,
): Predicate<E> {
  const plain = new Set<string>();
  const others: RuleValue[] = [];
  for (const value of values) {
    const texts = value === null ? undefined : plainValues(value, comparison);
    if (texts === undefined) others.push(value);
    else for (const text of texts) plain.add(text);
  }
  const predicates = others.map((value) => valuePredicate<E>(slot, value, comparison, slots, undefined));
  if (plain.size > 0) predicates.unshift(lookUp<E>(slot, plain, slots));
  return combine(predicates, { all: false });
}

function lookUp<E>(slot: number, texts: ReadonlySet<string>, { hasLists }: FieldSlots<E>): Predicate<E> {
  const [only] = texts;
  // Numbers are compared as numbers where the text is how a number prints: most rules on `status` end here.
  const numbers = new Set([...texts].map(Number).filter((value) => texts.has(String(value))));
  const isSingle = texts.size === 1;
  const single: Predicate<E> = (view) => {
    const value = view.value(slot);
    if (typeof value === 'number') return numbers.has(value);
    const text = view.foldedText(slot);
    if (text === undefined) return false;
    return isSingle ? text === only : texts.has(text);
  };
  if (!hasLists) return single;
  const has = (text: string): boolean => texts.has(text);
  return (view) => (isList(view.value(slot)) ? view.foldedTexts(slot).some(has) : single(view));
}

/** The texts, in lower case, that a value without wildcards stands for; `undefined` when it has one, or is null. */
export function plainValues(
  value: RuleValue,
  comparison: Extract<Comparison, { readonly kind: 'pattern' }>,
): readonly string[] | undefined {
  if (value === null) return undefined;
  const texts = patterns(value, comparison).map((pattern: Pattern) => plainText(pattern));
  return texts.every((text) => text !== undefined) ? texts : undefined;
}
