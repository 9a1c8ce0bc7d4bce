import type { CorrelationRule } from '../sigma/rule-source.js';

/** What a correlation reads of the events of one event rule, directly below it or at the end of a chain. */
export interface FieldsOfLeaf {
  readonly ruleId: string;
  /** In the order of the correlation's `groupBy`. */
  readonly group: readonly string[];
  readonly values: readonly string[];
}

export function fieldsOfLeaf(rule: CorrelationRule, ruleId: string): FieldsOfLeaf {
  const field = (name: string): string => {
    const meant = rule.aliases !== undefined && Object.hasOwn(rule.aliases, name) && rule.aliases[name];
    return (meant && Object.hasOwn(meant, ruleId) && meant[ruleId]) || name;
  };
  const values = rule.valueFields ?? (rule.valueField === undefined ? [] : [rule.valueField]);
  return { ruleId, group: rule.groupBy.map(field), values: values.map(field) };
}
