import { unsupportedCorrelations } from '../alerts/unsupported-correlations.js';
import type { ConfiguredRule } from '../bundle.js';
import type { FilterConditions } from '../sigma/parse/fold-filters.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { closure } from './rules-to-run.js';

/** The shipped rules and the own ones; an own rule takes the place of the shipped one with its id. */
export function replaceRules(
  shipped: readonly RuleSource[],
  own: readonly RuleSource[],
): readonly RuleSource[] {
  const ids = new Set(own.map(({ id }) => id));
  return [...shipped.filter(({ id }) => !ids.has(id)), ...own];
}

/**
 * Ids of own rules that do not take the place of the shipped ones yet: those that nobody has put into shadow or made
 * active, and that no own rule so decided upon refers to. A draft must change nothing that runs, neither by itself nor
 * through a shipped correlation that counts by its id.
 */
export function waitingRules(
  shipped: readonly RuleSource[],
  own: readonly RuleSource[],
  configured: readonly ConfiguredRule[],
): ReadonlySet<string> {
  const shippedIds = new Set(shipped.map(({ id }) => id));
  const byId = new Map(own.map((rule) => [rule.id, rule]));
  const decided = configured.filter(({ state }) => state !== 'draft').map(({ id }) => id);
  const settled = closure(byId, decided);
  const waiting = new Set([...byId.keys()].filter((id) => shippedIds.has(id) && !settled.has(id)));
  // What was sound with all own rules in place need not be so with some: those that then cannot be judged wait as well.
  for (let before = -1; before < waiting.size; ) {
    before = waiting.size;
    const rules = replaceRules(
      shipped,
      own.filter(({ id }) => !waiting.has(id)),
    );
    const running = new Map(rules.map((rule) => [rule.id, rule]));
    for (const { ruleId } of unsupportedCorrelations(rules))
      for (const id of closure(running, [ruleId])) if (byId.has(id)) waiting.add(id);
  }
  return waiting;
}

/** What filters add to these rules: a filter was read for the log source that the own rule has, not for another. */
export function filtersFor(
  rules: readonly RuleSource[],
  own: { readonly filters: FilterConditions; readonly written: readonly RuleSource[] },
): FilterConditions {
  const sources = new Map(own.written.map((rule) => [rule.id, sourceOf(rule)]));
  const fits = new Set(
    rules.flatMap((rule) => ((sources.get(rule.id) ?? sourceOf(rule)) === sourceOf(rule) ? [rule.id] : [])),
  );
  return new Map([...own.filters].filter(([id]) => fits.has(id)));
}

function sourceOf(rule: RuleSource): string {
  return rule.kind === 'event' ? JSON.stringify(rule.logsource) : '';
}
