import type { EventRule, RuleSource } from '../sigma/rule-source.js';
import { planSignals, type SignalPlan } from './signal-plan.js';
import {
  isCountedByMembers,
  type PlanOptions,
  planCorrelation,
  planEventRule,
  type WindowPlan,
} from './window-plan.js';

export type Plan = WindowPlan | SignalPlan;

/** What a match of an event rule adds to: one of the plan's leaves. */
export interface Target {
  readonly plan: Plan;
  readonly leaf: number;
}

/** The plans of everything that alerts, in the order of the rules. */
export function planRules(rules: readonly RuleSource[], options: PlanOptions = {}): readonly Plan[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const eventRules = new Map(
    rules.flatMap((rule): [string, EventRule][] => (rule.kind === 'event' ? [[rule.id, rule]] : [])),
  );
  return rules.flatMap((rule): readonly Plan[] => {
    if (rule.alerts === false) return [];
    if (rule.kind === 'event') return [planEventRule(rule, options)];
    return [
      isCountedByMembers(rule, eventRules)
        ? planCorrelation(rule, eventRules, options)
        : planSignals(rule, byId, options),
    ];
  });
}

/** What the matches of each event rule add to, by its id. */
export function targetsByRule(plans: readonly Plan[]): ReadonlyMap<string, readonly Target[]> {
  const targets = new Map<string, Target[]>();
  for (const plan of plans) {
    for (const [leaf, { ruleId }] of plan.leaves.entries()) {
      const known = targets.get(ruleId);
      if (known === undefined) targets.set(ruleId, [{ plan, leaf }]);
      else known.push({ plan, leaf });
    }
  }
  return targets;
}
