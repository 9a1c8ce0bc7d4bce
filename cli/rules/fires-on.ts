import { nodeDigest } from '../../adapters/node/node-digest.js';
import { EventCorrelator } from '../../core/alerts/correlate-events.js';
import { planRules } from '../../core/alerts/plan-rules.js';
import { callEvent } from '../../core/alerts/window-event.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { CorrelationRule, RuleSource } from '../../core/sigma/rule-source.js';

/** Whether a correlation fires on calls, judged by the evaluator of the live path without its limits on state. */
export function firesOn(
  rules: readonly RuleSource[],
): (
  rule: CorrelationRule,
  signals: readonly ApiCall[],
  rulesOf: (call: ApiCall) => readonly string[],
) => boolean {
  return (rule, signals, rulesOf) => {
    // A correlation that only others hear of is tried by itself, too.
    const heard = rules.map((one) => (one.id === rule.id ? { ...one, alerts: true } : one));
    const run = new EventCorrelator({
      plans: planRules(heard, { exact: true }).filter((plan) => plan.rule.id === rule.id),
      digest: nodeDigest,
      samplingKey: 'rules test',
      horizonMs: Number.POSITIVE_INFINITY,
      eventsMax: 1,
    });
    for (const [eventIndex, call] of signals.entries())
      for (const ruleId of rulesOf(call)) run.add({ ruleId, eventIndex, event: callEvent(call) });
    return run.finish().length > 0;
  };
}
