import type { ApiCall } from '../../../core/calls/api-call.js';
import type { Condition } from '../../../core/sigma/rule-source.js';

/** What a straightforward program does: a closure a rule, texts in lower case once a rule. */
export function plainPredicate(condition: Condition): (call: ApiCall) => boolean {
  if (condition.kind === 'not') {
    const inner = plainPredicate(condition.of);
    return (call) => !inner(call);
  }
  if (condition.kind !== 'match') {
    const parts = condition.of.map(plainPredicate);
    return condition.kind === 'and'
      ? (call) => parts.every((part) => part(call))
      : (call) => parts.some((part) => part(call));
  }
  const { field = 'path', modifiers, values } = condition.match;
  const read = (call: ApiCall): unknown => call[field as keyof ApiCall];
  const [modifier] = modifiers;
  const limit = Number(values[0]);
  if (modifier === 'gt') return (call) => Number(read(call)) > limit;
  if (modifier === 'gte') return (call) => Number(read(call)) >= limit;
  const wanted = values.map((value) => String(value).toLowerCase());
  return (call) => {
    const value = read(call);
    if (value === undefined) return false;
    const text = String(value).toLowerCase();
    if (modifier === 'contains') return wanted.some((one) => text.includes(one));
    if (modifier === 'startswith') return wanted.some((one) => text.startsWith(one));
    if (modifier === 'endswith') return wanted.some((one) => text.endsWith(one));
    return wanted.includes(text);
  };
}
