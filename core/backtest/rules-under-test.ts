import type { Bundle } from '../bundle.js';
import { closure, raisesAlerts } from '../configuration/rules-to-run.js';
import { type Feed, logSourceOf } from '../sigma/log-sources.js';
import type { RuleSource } from '../sigma/rule-source.js';

/** Every rule of a bundle as it runs, or would run: thresholds and allow lists worked in, drafts included. */
export function rulesOfBundle({
  rules,
  configuration,
}: Pick<Bundle, 'rules' | 'configuration'>): ReadonlyMap<string, RuleSource> {
  // A draft that only feeds a running correlation stands among the rules that run without alerts of its own.
  return new Map([...rules, ...(configuration?.drafts ?? [])].map((rule) => [rule.id, rule]));
}

/** The rules with these ids, which raise alerts as if active, and all that they refer to, which raises none. */
export function rulesUnderTest(
  known: ReadonlyMap<string, RuleSource>,
  ids: readonly string[],
): readonly RuleSource[] {
  const tested = new Set(ids);
  const needed = closure(known, ids);
  return [...known.values()]
    .filter(({ id }) => needed.has(id))
    .map((rule) => (tested.has(rule.id) ? rule : { ...rule, alerts: false }));
}

/** The feeds that a rule reads, through all that it refers to. */
export function feedsOf(known: ReadonlyMap<string, RuleSource>, id: string): ReadonlySet<Feed> {
  const feeds = new Set<Feed>();
  for (const needed of closure(known, [id])) {
    const rule = known.get(needed);
    if (rule?.kind === 'event') feeds.add(logSourceOf(rule.logsource)?.feed ?? 'calls');
  }
  return feeds;
}

/** The feeds that can be had again from the trail. */
const IN_TRAIL: ReadonlySet<Feed> = new Set(['calls', 'minutes', 'inventory']);

/** Why a rule cannot be backtested; `undefined` where it can. */
export function untestable(known: ReadonlyMap<string, RuleSource>, id: string): string | undefined {
  const rule = known.get(id);
  if (rule === undefined) return 'it is not known';
  if (!raisesAlerts(rule)) return 'it raises no alert by itself: correlations count by it';
  const foreign = [...feedsOf(known, id)].filter((feed) => !IN_TRAIL.has(feed));
  return foreign.length === 0
    ? undefined
    : 'it reads management events of CloudTrail, of which the trail keeps only who did what, and when; ' +
        'gatewarden rules match runs it over events as CloudTrail wrote them, and in shadow it records what it would tell';
}
