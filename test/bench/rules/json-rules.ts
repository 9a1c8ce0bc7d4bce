import { Engine, type NestedCondition } from 'json-rules-engine';
import type { ApiCall } from '../../../core/calls/api-call.js';
import type { Condition, EventRule } from '../../../core/sigma/rule-source.js';

/** The same rules in json-rules-engine, the most downloaded rule engine there is: how many rules a call matches. */
export function jsonRules(rules: readonly EventRule[]): (call: ApiCall) => Promise<number> {
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const name of ['contains', 'startswith', 'endswith', 'equals'] as const)
    engine.addOperator(`${name} text`, (seen: unknown, wanted: readonly string[]) => {
      if (seen === undefined) return false;
      const text = String(seen).toLowerCase();
      return wanted.some((one) => COMPARE[name](text, one));
    });
  for (const rule of rules)
    engine.addRule({ conditions: { all: [toCondition(rule.condition)] }, event: { type: rule.id } });
  return async (call) => (await engine.run({ ...call })).events.length;
}

const COMPARE = {
  contains: (text: string, part: string) => text.includes(part),
  startswith: (text: string, part: string) => text.startsWith(part),
  endswith: (text: string, part: string) => text.endsWith(part),
  equals: (text: string, part: string) => text === part,
};

function toCondition(condition: Condition): NestedCondition {
  if (condition.kind === 'not') return { not: toCondition(condition.of) };
  if (condition.kind !== 'match') {
    const parts = condition.of.map(toCondition);
    return condition.kind === 'and' ? { all: parts } : { any: parts };
  }
  const { field: fact = '', modifiers, values } = condition.match;
  const [modifier = 'equals'] = modifiers;
  if (modifier === 'gt') return { fact, operator: 'greaterThan', value: values[0] };
  if (modifier === 'gte') return { fact, operator: 'greaterThanInclusive', value: values[0] };
  return { fact, operator: `${modifier} text`, value: values.map((value) => String(value).toLowerCase()) };
}
