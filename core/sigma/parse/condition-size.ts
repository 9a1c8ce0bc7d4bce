import type { Condition } from '../rule-source.js';
import type { Complaint } from './rule-problem.js';

/** `1 of …` writes selections out, again and again: a few kilobytes of text can stand for a tree of many megabytes. */
const CONDITION_PARTS_MAX = 5_000;

/** What to say of conditions that must hold together and have too many parts, once written out. */
export function tooManyParts(conditions: readonly Condition[]): Complaint | undefined {
  const open = [...conditions];
  let parts = 0;
  for (let condition = open.pop(); condition !== undefined; condition = open.pop()) {
    parts += 1;
    if (parts > CONDITION_PARTS_MAX)
      return {
        what: `the condition has more than ${CONDITION_PARTS_MAX} parts once every 'of' is written out, filters included`,
        expected: 'name selections fewer times, or list values in one selection',
      };
    if (condition.kind === 'not') open.push(condition.of);
    else if (condition.kind !== 'match') for (const part of condition.of) open.push(part);
  }
  return undefined;
}
