import type { ApiCall } from '../calls/api-call.js';
import type { RuleSet } from '../sigma/rule-set.js';
import type { RuleSource } from '../sigma/rule-source.js';
import type { PendingWindows } from './pending-windows.js';
import { type Plan, planRules, targetsByRule } from './plan-rules.js';
import { callEvent } from './window-event.js';

/** Matches calls against all rules and gathers what they add to windows. */
export interface Detector {
  /** Whether any rule matched. Pure but for what it adds to `pending`. */
  detect(call: ApiCall, pending: PendingWindows): boolean;
  /** The windows of all rules that alert. */
  readonly plans: readonly Plan[];
}

/** Plans every rule's window once. `rules` must be those that `ruleSet` was compiled from. */
export function createDetector(rules: readonly RuleSource[], ruleSet: RuleSet): Detector {
  const plans = planRules(rules);
  const targets = targetsByRule(plans);
  return {
    plans,
    detect(call, pending) {
      const matched = ruleSet.match(call);
      if (matched.length === 0) return false;
      const event = callEvent(call);
      for (const rule of matched) for (const target of targets.get(rule.id) ?? []) pending.add(target, event);
      return true;
    },
  };
}
