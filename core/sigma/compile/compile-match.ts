import { assertNever } from '../../assert-never.js';
import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { parseIpRange, rangeHolds } from '../ip-range.js';
import { type Comparison, type NumericOperator, planModifiers } from '../modifiers.js';
import type { FieldMatch, RuleValue } from '../rule-source.js';
import { parseValuePattern, plainText } from '../value-pattern.js';
import type { EventView, FieldSlots } from './event-view.js';
import { patternMatcher } from './pattern-matcher.js';

export type Predicate<E> = (view: EventView<E>) => boolean;

/** Turns one field comparison into a closure. Throws `Fault('rule.invalid')` on what parsing would have refused. */
export function compileMatch<E>(
  match: FieldMatch,
  slots: FieldSlots<E>,
  regex: RegexEngine | undefined,
): Predicate<E> {
  const plan = planModifiers(match.modifiers);
  if ('wrong' in plan) throw new Fault('rule.invalid', { reason: plan.wrong });
  const { comparison } = plan;
  const positive: Predicate<E> =
    match.field === undefined
      ? keywordPredicate<E>(match.values, comparison, plan.all, slots.keywordSlots(), regex)
      : fieldPredicate<E>(slots.slotOf(match.field), match.values, comparison, plan.all, regex);
  return plan.negated ? (view) => !positive(view) : positive;
}

function fieldPredicate<E>(
  slot: number,
  values: readonly RuleValue[],
  comparison: Comparison,
  all: boolean,
  regex: RegexEngine | undefined,
): Predicate<E> {
  if (comparison.kind === 'pattern' && comparison.shape === 'whole' && !comparison.cased && !all) {
    const plain = plainValues(values);
    if (plain !== undefined) return equalityPredicate(slot, plain);
  }
  return combine(
    values.map((value) => valuePredicate<E>(slot, value, comparison, regex)),
    all,
  );
}

/** A keyword may stand in any of the fields; with `all`, each keyword in any of them. */
function keywordPredicate<E>(
  values: readonly RuleValue[],
  comparison: Comparison,
  all: boolean,
  keywordSlots: readonly number[],
  regex: RegexEngine | undefined,
): Predicate<E> {
  const inside: Comparison =
    comparison.kind === 'pattern' && comparison.shape === 'whole'
      ? { ...comparison, shape: 'contains' }
      : comparison;
  return combine(
    values.map((value) =>
      combine(
        keywordSlots.map((slot) => valuePredicate<E>(slot, value, inside, regex)),
        false,
      ),
    ),
    all,
  );
}

function combine<E>(predicates: readonly Predicate<E>[], all: boolean): Predicate<E> {
  const [only] = predicates;
  if (predicates.length === 1 && only !== undefined) return only;
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
  regex: RegexEngine | undefined,
): Predicate<E> {
  switch (comparison.kind) {
    case 'pattern': {
      if (value === null) return (view) => view.value(slot) === undefined || view.value(slot) === null;
      const written = String(value);
      if (comparison.cased) {
        const test = patternMatcher(parseValuePattern(written, comparison.shape));
        return onText((view) => view.text(slot), test);
      }
      const test = patternMatcher(parseValuePattern(written.toLowerCase(), comparison.shape));
      return onText((view) => view.foldedText(slot), test);
    }
    case 'regex': {
      if (regex === undefined)
        throw new Fault('rule.invalid', { reason: 'the rule needs a regular expression engine' });
      return onText((view) => view.text(slot), regex.compile(String(value), comparison.flags));
    }
    case 'cidr': {
      const range = parseIpRange(String(value));
      if (range.kind === 'wrong') throw new Fault('rule.invalid', { reason: range.expected });
      return onText(
        (view) => view.text(slot),
        (text) => rangeHolds(range, text),
      );
    }
    case 'number':
      return numberPredicate(slot, Number(value), comparison.operator);
    case 'exists':
      return value === true
        ? (view) => view.value(slot) !== undefined
        : (view) => view.value(slot) === undefined;
    default:
      return assertNever(comparison);
  }
}

function onText<E>(
  read: (view: EventView<E>) => string | undefined,
  test: (text: string) => boolean,
): Predicate<E> {
  return (view) => {
    const text = read(view);
    return text !== undefined && test(text);
  };
}

function equalityPredicate<E>(slot: number, values: readonly string[]): Predicate<E> {
  const [only] = values;
  const texts = new Set(values);
  // Numbers are compared as numbers where the text is how a number prints: most rules on `status` end here.
  const numbers = new Set(values.map(Number).filter((value) => values.includes(String(value))));
  const single = values.length === 1;
  return (view) => {
    const value = view.value(slot);
    if (typeof value === 'number') return numbers.has(value);
    const text = view.foldedText(slot);
    if (text === undefined) return false;
    return single ? text === only : texts.has(text);
  };
}

/** The values in lower case when none is null or holds a wildcard: they can be looked up instead of tried. */
export function plainValues(values: readonly RuleValue[]): readonly string[] | undefined {
  const texts = values.map((value) =>
    value === null ? undefined : plainText(parseValuePattern(String(value).toLowerCase(), 'whole')),
  );
  return texts.every((text) => text !== undefined) ? texts : undefined;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function numberPredicate<E>(slot: number, limit: number, operator: NumericOperator): Predicate<E> {
  const holds = (value: number): boolean => {
    switch (operator) {
      case 'gt':
        return value > limit;
      case 'gte':
        return value >= limit;
      case 'lt':
        return value < limit;
      case 'lte':
        return value <= limit;
      default:
        return assertNever(operator);
    }
  };
  return (view) => {
    const value = view.value(slot);
    if (typeof value === 'number') return holds(value);
    return typeof value === 'string' && DECIMAL.test(value) && holds(Number(value));
  };
}
