import type { ConfiguredRule, RuleState } from '../bundle.js';
import type { RuleSource } from '../sigma/rule-source.js';

export interface RulesToRun {
  readonly run: readonly RuleSource[];
  /** Ids of those that run in shadow, sorted. */
  readonly shadow: readonly string[];
  /** Drafts, and what only they refer to. */
  readonly drafts: readonly RuleSource[];
}

/**
 * Divides rules by state. What a running correlation counts by runs too, whatever its own state; a draft that runs only
 * for that reason raises no alert of its own.
 */
export function rulesToRun(rules: readonly RuleSource[], configured: readonly ConfiguredRule[]): RulesToRun {
  const states = new Map(configured.map(({ id, state }) => [id, state]));
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const running = closure(byId, idsIn(states, 'shadow', 'active'));
  const drafted = closure(byId, idsIn(states, 'draft'));
  return {
    run: rules
      .filter(({ id }) => running.has(id))
      .map((rule) =>
        raisesAlerts(rule) && states.get(rule.id) === 'draft' ? { ...rule, alerts: false } : rule,
      ),
    shadow: idsIn(states, 'shadow')
      .filter((id) => byId.has(id))
      .sort(),
    drafts: rules.filter(({ id }) => drafted.has(id) && (!running.has(id) || states.get(id) === 'draft')),
  };
}

/** Whether a rule raises alerts by itself, and so has a state. */
export function raisesAlerts(rule: RuleSource): boolean {
  return rule.alerts !== false;
}

function idsIn(states: ReadonlyMap<string, RuleState>, ...wanted: readonly RuleState[]): readonly string[] {
  return [...states].flatMap(([id, state]) => (wanted.includes(state) ? [id] : []));
}

/** These rules and all that they refer to. */
export function closure(byId: ReadonlyMap<string, RuleSource>, ids: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...ids];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const rule = byId.get(id);
    if (rule === undefined || reached.has(id)) continue;
    reached.add(id);
    if (rule.kind === 'correlation') open.push(...rule.ruleIds);
  }
  return reached;
}
