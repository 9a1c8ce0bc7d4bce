import type { Digest } from '../../ports/digest.js';
import { contentHash } from '../content-hash.js';
import type { EventRule, RuleMeta, RuleSource } from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import { type CorrelationDraft, resolveCorrelationFields } from './parse-correlation.js';
import type { ProblemReporter } from './rule-problem.js';
import type { MapEntry } from './yaml-map.js';

/** A document read by itself, before the rules that it refers to are known. */
export interface RuleDraft {
  readonly reporter: ProblemReporter;
  readonly meta: Omit<RuleMeta, 'contentHash'>;
  readonly idEntry: MapEntry | undefined;
  readonly nameEntry: MapEntry | undefined;
  readonly body:
    | {
        readonly kind: 'event';
        readonly logsource: EventRule['logsource'];
        readonly condition: EventRule['condition'];
      }
    | { readonly kind: 'correlation'; readonly draft: CorrelationDraft };
}

export function eventRules(drafts: readonly RuleDraft[], digest: Digest): ReadonlyMap<RuleDraft, EventRule> {
  const correlated = new Set<string>();
  const generated = new Set<string>();
  for (const { body } of drafts) {
    if (body.kind !== 'correlation') continue;
    for (const reference of body.draft.references)
      (body.draft.generate ? generated : correlated).add(reference);
  }
  const named = (set: ReadonlySet<string>, { id, name }: RuleDraft['meta']): boolean =>
    set.has(id) || (name !== undefined && set.has(name));
  const rules = new Map<RuleDraft, EventRule>();
  for (const draft of drafts) {
    if (draft.body.kind !== 'event') continue;
    const { logsource, condition } = draft.body;
    rules.set(draft, {
      kind: 'event',
      ...draft.meta,
      contentHash: contentHash(['event', condition], digest),
      logsource,
      condition,
      // One correlation that asks for the rule's own alerts is enough.
      alerts: !named(correlated, draft.meta) || named(generated, draft.meta),
    });
  }
  return rules;
}

export function linkCorrelation(
  { meta, reporter }: RuleDraft,
  draft: CorrelationDraft,
  calls: ReadonlyMap<RuleDraft, EventRule>,
  all: readonly RuleDraft[],
  digest: Digest,
): RuleSource | undefined {
  const referred: EventRule[] = [];
  for (const reference of draft.references) {
    const target = all.find((other) => other.meta.id === reference || other.meta.name === reference);
    const rule = target === undefined ? undefined : calls.get(target);
    if (rule !== undefined) {
      referred.push(rule);
      continue;
    }
    const names = all.flatMap((other) =>
      other.body.kind === 'event' ? [other.meta.name ?? other.meta.id] : [],
    );
    const near = nearestName(reference, names);
    reporter.report(draft.places.rules.value ?? draft.places.rules.keyNode, {
      what:
        target === undefined
          ? `no rule has the id or name '${reference}'`
          : 'chained correlations are not supported by this version',
      seen: reference,
      expected:
        target === undefined && near !== undefined
          ? `did you mean '${near}'?`
          : 'name a rule over single calls that is among the files and has no problem of its own',
    });
  }
  if (referred.length < draft.references.length) return undefined;
  const fields = resolveCorrelationFields(draft, referred, reporter);
  if (fields === undefined) return undefined;
  const { type, timespanMs, operator, threshold, sampleOneIn } = draft;
  const behaviour = { type, ...fields, timespanMs, operator, threshold, sampleOneIn };
  const hashes = referred.map((rule) => rule.contentHash).sort();
  return {
    kind: 'correlation',
    ...meta,
    contentHash: contentHash(['correlation', hashes, behaviour], digest),
    ruleIds: referred.map((rule) => rule.id),
    ...behaviour,
  };
}
