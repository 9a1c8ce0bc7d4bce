import type { ApiCall } from '../calls/api-call.js';
import type { RecordFeed } from './log-sources.js';
import type { EventRule } from './rule-source.js';

/**
 * All enabled rules, compiled for one pass over a call: the literals of all rules in one automaton, then only the
 * candidate rules' predicates. Built by `compileRules`.
 */
export interface RuleSet {
  /**
   * The rules that the call matches, in the order of the rule set; the shared empty list when none does. Pure:
   * the same call gives the same rules whatever was matched before.
   */
  match(call: ApiCall): readonly EventRule[];
  /** The same for a plain JSON event of another feed: only rules of that feed's log source are tried. */
  matchRecord(feed: RecordFeed, record: unknown): readonly EventRule[];
}
