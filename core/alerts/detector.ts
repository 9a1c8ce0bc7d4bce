import type { ApiCall } from '../calls/api-call.js';
import type { RuleSet } from '../sigma/rule-set.js';
import type { EventRule, RuleSource } from '../sigma/rule-source.js';
import type { PendingWindows } from './pending-windows.js';
import { planCorrelation, planEventRule, type WindowPlan } from './window-plan.js';

/** Matches calls against all rules and gathers what they add to windows. */
export interface Detector {
  /** Whether any rule matched. Pure but for what it adds to `pending`. */
  detect(call: ApiCall, pending: PendingWindows): boolean;
}

/** Plans every rule's window once. `rules` must be those that `ruleSet` was compiled from. */
export function createDetector(rules: readonly RuleSource[], ruleSet: RuleSet): Detector {
  const eventRules = new Map(
    rules.flatMap((rule) => (rule.kind === 'event' ? [[rule.id, rule] as const] : [])),
  );
  const plansByRule = new Map<EventRule, readonly WindowPlan[]>();
  const correlations = new Map<string, WindowPlan>();

  function plansOf(rule: EventRule): readonly WindowPlan[] {
    let plans = plansByRule.get(rule);
    if (plans === undefined) {
      const shared = ruleSet.correlationsOf(rule.id).map((correlation) => {
        const plan = correlations.get(correlation.id) ?? planCorrelation(correlation, eventRules);
        correlations.set(correlation.id, plan);
        return plan;
      });
      plans = rule.alerts ? [planEventRule(rule), ...shared] : shared;
      plansByRule.set(rule, plans);
    }
    return plans;
  }

  return {
    detect(call, pending) {
      const matched = ruleSet.match(call);
      for (const rule of matched) for (const plan of plansOf(rule)) pending.add(plan, call);
      return matched.length > 0;
    },
  };
}
