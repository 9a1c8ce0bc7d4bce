import type { Digest } from '../../ports/digest.js';
import { contentHash } from '../content-hash.js';
import type { Condition, RuleSource } from '../rule-source.js';

/** What must hold beside a rule's own condition, by the rule's id. */
export type FilterConditions = ReadonlyMap<string, readonly Condition[]>;

/**
 * The rules with filters worked into their conditions. What a filter changes, and what counts by it, gets another content
 * hash and with it windows of its own; all others stay as they are.
 */
export function foldFilters(
  rules: readonly RuleSource[],
  filters: FilterConditions,
  digest: Digest,
): readonly RuleSource[] {
  if (filters.size === 0) return rules;
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const folded = new Map<string, RuleSource>();
  const fold = (rule: RuleSource): RuleSource => {
    const known = folded.get(rule.id);
    if (known !== undefined) return known;
    folded.set(rule.id, rule);
    const done = rule.kind === 'event' ? withConditions(rule) : overMembers(rule);
    folded.set(rule.id, done);
    return done;
  };
  const withConditions = (rule: Extract<RuleSource, { kind: 'event' }>): RuleSource => {
    const added = filters.get(rule.id) ?? [];
    if (added.length === 0) return rule;
    const condition: Condition = { kind: 'and', of: [rule.condition, ...added] };
    return {
      ...rule,
      condition,
      contentHash: contentHash(['filtered', rule.contentHash, added], digest),
    };
  };
  const overMembers = (rule: Extract<RuleSource, { kind: 'correlation' }>): RuleSource => {
    const members = rule.ruleIds.flatMap((id) => byId.get(id) ?? []);
    const hashes = members.map((member) => fold(member).contentHash);
    if (members.every((member, at) => member.contentHash === hashes[at])) return rule;
    return { ...rule, contentHash: contentHash(['filtered', rule.contentHash, hashes], digest) };
  };
  return rules.map(fold);
}
