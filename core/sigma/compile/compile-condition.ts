import { assertNever } from '../../assert-never.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { planModifiers } from '../modifiers.js';
import type { Condition } from '../rule-source.js';
import { compileMatch } from './compile-match.js';
import type { FieldSlots, Predicate } from './event-view.js';

/** Turns a condition into a closure tree; cheap comparisons are tried before dear ones. */
export function compileCondition<E>(
  condition: Condition,
  slots: FieldSlots<E>,
  regex: RegexEngine | undefined,
): Predicate<E> {
  switch (condition.kind) {
    case 'match':
      return compileMatch(condition.match, slots, regex);
    case 'not': {
      const inner = compileCondition(condition.of, slots, regex);
      return (view) => !inner(view);
    }
    case 'and':
    case 'or': {
      const parts = [...condition.of].sort((left, right) => cost(left) - cost(right));
      return joined(
        condition.kind,
        parts.map((part) => compileCondition(part, slots, regex)),
      );
    }
    default:
      return assertNever(condition);
  }
}

function joined<E>(kind: 'and' | 'or', predicates: readonly Predicate<E>[]): Predicate<E> {
  const [first, second] = predicates;
  if (predicates.length === 1 && first !== undefined) return first;
  if (predicates.length === 2 && first !== undefined && second !== undefined)
    return kind === 'and' ? (view) => first(view) && second(view) : (view) => first(view) || second(view);
  const wanted = kind === 'or';
  return (view) => {
    for (const predicate of predicates) if (predicate(view) === wanted) return wanted;
    return !wanted;
  };
}

/** Rough order of work: one comparison costs 1, a search in a text 4, a regular expression 50. */
function cost(condition: Condition): number {
  if (condition.kind === 'not') return cost(condition.of);
  if (condition.kind !== 'match') return condition.of.reduce((sum, part) => sum + cost(part), 0);
  const { field, modifiers, values } = condition.match;
  const plan = planModifiers(modifiers);
  if ('wrong' in plan) return 1;
  if (plan.comparison.kind === 'regex') return 50 * values.length;
  if (field === undefined) return 40 * values.length;
  const { comparison } = plan;
  return comparison.kind === 'pattern' && comparison.shape === 'whole' && comparison.encodings.length === 0
    ? 1
    : 4 * values.length;
}
