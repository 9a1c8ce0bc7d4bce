import { comparisonsOf } from '../../core/sigma/meets-condition.js';
import type { Condition, CorrelationRule, FieldMatch } from '../../core/sigma/rule-source.js';

/** More values than these are for `--json`. */
const VALUES_SHOWN = 8;

/** What a rule over single events asks for, as `path startswith "/admin" and not (status 401 or 403)`. */
export function describeCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'match':
      return describeMatch(condition.match);
    case 'not':
      return `not ${inner(condition.of)}`;
    default:
      return condition.of.map(inner).join(` ${condition.kind} `);
  }
}

/** What a correlation counts, of which rules, and when it is too much. */
export function describeCounting(rule: CorrelationRule, titleOf: (id: string) => string): string {
  const fields = rule.valueFields ?? (rule.valueField === undefined ? [] : [rule.valueField]);
  const of = fields.length === 0 ? '' : ` of ${fields.join(' and ')}`;
  const limits = comparisonsOf(rule).map(({ operator, threshold }) => `${operator} ${threshold}`);
  const by = rule.groupBy.join(', ') || 'nothing';
  const what = `${rule.type}${of} ${limits.join(' and ')} within ${rule.timespanMs / 1000} s, by ${by}`;
  return `${what}; in ${rule.ruleIds.map((id) => JSON.stringify(titleOf(id))).join(', ')}`;
}

function describeMatch({ field, modifiers, values }: FieldMatch): string {
  const shown = values.slice(0, VALUES_SHOWN).map((value) => JSON.stringify(value));
  const more = values.length - shown.length;
  const joined = shown.join(modifiers.includes('all') ? ' and ' : ' or ');
  const subject = [field ?? 'any text', ...modifiers].join(' ');
  return `${subject} ${joined}${more > 0 ? ` or ${more} more` : ''}`;
}

function inner(condition: Condition): string {
  const text = describeCondition(condition);
  const isOne = condition.kind === 'not' || (condition.kind === 'match' && condition.match.values.length < 2);
  return isOne ? text : `(${text})`;
}
