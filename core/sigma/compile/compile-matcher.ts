import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import type { EventRule } from '../rule-source.js';
import { CandidateFinder } from './candidate-finder.js';
import { compileCondition } from './compile-condition.js';
import { entryTerms } from './entry-terms.js';
import { comesAgain, type EventModel, EventView, FieldSlots, type Predicate } from './event-view.js';

const NOTHING: readonly EventRule[] = [];

/**
 * Compiles rules over events of one kind into one function that answers with the rules an event matches, in the order
 * given. One pass finds the candidates, only their predicates run. Throws `Fault('rule.invalid')` naming the rule.
 */
export function compileMatcher<E>(
  rules: readonly EventRule[],
  model: EventModel<E>,
  regex: RegexEngine | undefined,
): (event: E) => readonly EventRule[] {
  const slots = new FieldSlots(model);
  const predicates = rules.map((rule) => compileRule(rule, slots, regex));
  const terms = rules.map((rule) => entryTerms(rule.condition, slots));
  const finder = new CandidateFinder<E>(terms, (slot) => {
    const field = slots.fields[slot];
    return field !== undefined && comesAgain(field);
  });
  const view = new EventView(slots.fields);
  const order = new Map(rules.map((rule, position) => [rule, position]));

  return (event) => {
    view.show(event);
    finder.find(view);
    let matched: EventRule[] | undefined;
    let last = -1;
    let inOrder = true;
    for (let at = 0; at < finder.count; at += 1) {
      const position = finder.candidates[at] ?? 0;
      if (predicates[position]?.(view) !== true) continue;
      const rule = rules[position];
      if (rule === undefined) continue;
      inOrder &&= position > last;
      last = position;
      if (matched === undefined) matched = [rule];
      else matched.push(rule);
    }
    if (matched === undefined) return NOTHING;
    if (!inOrder) matched.sort((left, right) => (order.get(left) ?? 0) - (order.get(right) ?? 0));
    return matched;
  };
}

function compileRule<E>(rule: EventRule, slots: FieldSlots<E>, regex: RegexEngine | undefined): Predicate<E> {
  try {
    return compileCondition(rule.condition, slots, regex);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('rule.invalid', { rule: rule.id, ...cause.details }, { cause });
  }
}
