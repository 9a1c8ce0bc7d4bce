import { assertNever } from '../assert-never.js';
import type { Condition, RuleSource } from '../sigma/rule-source.js';

/** Every field that the rules look at, group by or count, each once, in the order of first use. */
export function fieldsOfRules(rules: readonly RuleSource[]): readonly string[] {
  return [...new Set(rules.flatMap(fieldsOfRule))];
}

function fieldsOfRule(rule: RuleSource): readonly string[] {
  if (rule.kind === 'event') return fieldsOfCondition(rule.condition);
  return rule.valueField === undefined ? rule.groupBy : [...rule.groupBy, rule.valueField];
}

function fieldsOfCondition(condition: Condition): readonly string[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(fieldsOfCondition);
    case 'not':
      return fieldsOfCondition(condition.of);
    case 'match':
      return condition.match.field === undefined ? [] : [condition.match.field];
    default:
      return assertNever(condition);
  }
}
