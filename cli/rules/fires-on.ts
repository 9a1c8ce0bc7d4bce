import { nodeDigest } from '../../adapters/node/node-digest.js';
import { EventCorrelator } from '../../core/alerts/correlate-events.js';
import { planRules } from '../../core/alerts/plan-rules.js';
import { callEvent, recordEvent, type WindowEvent } from '../../core/alerts/window-event.js';
import type { RuleCaseInput } from '../../core/sigma/rule-cases.js';
import type { CorrelationRule, RuleSource } from '../../core/sigma/rule-source.js';

/** The evaluator of the live path over the calls and events beside a rule, without its limits on state. */
export function correlator(rules: readonly RuleSource[]): {
  readonly onCalls: RuleCaseInput['fires'];
  readonly onRecords: NonNullable<RuleCaseInput['firesOnRecords']>;
} {
  function fires<Event>(
    rule: CorrelationRule,
    events: readonly Event[],
    rulesOf: (event: Event) => readonly string[],
    toEvent: (event: Event) => WindowEvent,
  ): boolean {
    const heard = rules.map((one) => (one.id === rule.id ? { ...one, alerts: true } : one));
    const run = new EventCorrelator({
      plans: planRules(heard, { exact: true }).filter((plan) => plan.rule.id === rule.id),
      digest: nodeDigest,
      samplingKey: 'cases',
      horizonMs: Number.POSITIVE_INFINITY,
      eventsMax: 1,
    });
    for (const [eventIndex, event] of events.entries())
      for (const ruleId of rulesOf(event)) run.add({ ruleId, eventIndex, event: toEvent(event) });
    return run.finish().length > 0;
  }
  return {
    onCalls: (rule, calls, rulesOf) => fires(rule, calls, rulesOf, callEvent),
    onRecords: (rule, events, rulesOf) => fires(rule, events, rulesOf, recordEvent),
  };
}
