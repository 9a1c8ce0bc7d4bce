import type { Digest } from '../../ports/digest.js';
import { contentHash } from '../content-hash.js';
import { logSourceOf } from '../log-sources.js';
import type { CorrelationRule, EventRule, RuleMeta, RuleSource } from '../rule-source.js';
import { type KnownRules, unansweredReference } from './known-rules.js';
import { type CorrelationDraft, longestSpanMs, type Reference } from './parse-correlation.js';
import type { AcceptedLogSources } from './parse-log-source.js';
import { resolveCorrelationFields } from './resolve-correlation-fields.js';
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

/**
 * Ties documents to the rules they refer to, in the order of the documents. What refers to a rule that is missing or has
 * a problem of its own, or in the end to itself, is reported and left out.
 */
export function linkRules(drafts: readonly RuleDraft[], options: LinkOptions): readonly RuleSource[] {
  const linker = new Linker(drafts, options);
  return drafts.flatMap((draft) => linker.link(draft) ?? []);
}

interface LinkOptions {
  readonly digest: Digest;
  readonly accepted: AcceptedLogSources;
  /** What else may be referred to. It alerts as it did, whoever refers to it. */
  readonly known: KnownRules;
}

/** Signals that one correlation may be made of, over all correlations it refers to: a part of each window is kept for each. */
const LEAVES_MAX = 16;

class Linker {
  private readonly byName = new Map<string, RuleDraft>();
  private readonly linked = new Map<RuleDraft, RuleSource | undefined>();
  private readonly underWay = new Set<RuleDraft>();
  private readonly correlated = new Set<string>();
  private readonly generated = new Set<string>();
  private readonly draftById: ReadonlyMap<string, RuleDraft>;
  private readonly known: readonly RuleSource[];

  constructor(
    private readonly drafts: readonly RuleDraft[],
    private readonly options: LinkOptions,
  ) {
    this.draftById = new Map(drafts.map((draft) => [draft.meta.id, draft]));
    this.known = options.known.rules.filter(({ id }) => !this.draftById.has(id));
    for (const draft of drafts) {
      for (const key of [draft.meta.name, draft.meta.id]) if (key !== undefined) this.byName.set(key, draft);
      if (draft.body.kind !== 'correlation') continue;
      const { generate, references } = draft.body.draft;
      for (const { name } of references) (generate ? this.generated : this.correlated).add(name);
    }
  }

  link(draft: RuleDraft): RuleSource | undefined {
    if (this.linked.has(draft)) return this.linked.get(draft);
    this.underWay.add(draft);
    const rule =
      draft.body.kind === 'event'
        ? this.eventRule(draft, draft.body)
        : this.correlation(draft, draft.body.draft);
    this.underWay.delete(draft);
    this.linked.set(draft, rule);
    return rule;
  }

  /** One correlation that asks for the rule's own alerts is enough. */
  private alerts({ id, name }: RuleDraft['meta']): boolean {
    const isIn = (set: ReadonlySet<string>) => set.has(id) || (name !== undefined && set.has(name));
    return !isIn(this.correlated) || isIn(this.generated);
  }

  private eventRule(
    { meta }: RuleDraft,
    { logsource, condition }: Extract<RuleDraft['body'], { kind: 'event' }>,
  ): EventRule {
    return {
      kind: 'event',
      ...meta,
      contentHash: contentHash(behaviourOf(logsource, condition), this.options.digest),
      logsource,
      condition,
      alerts: this.alerts(meta),
    };
  }

  private correlation({ meta, reporter }: RuleDraft, draft: CorrelationDraft): CorrelationRule | undefined {
    const referred = draft.references.flatMap((reference) => this.referred(reference, reporter) ?? []);
    if (referred.length < draft.references.length) return undefined;
    const fields = resolveCorrelationFields(
      draft,
      referred,
      { rules: this.rulesById(), accepted: this.options.accepted },
      reporter,
    );
    if (fields === undefined || !this.isWithinLimits(draft, referred, reporter)) return undefined;
    const { type, timespanMs, operator, threshold, sampleOneIn, also, percentile } = draft;
    const behaviour = {
      type,
      ...fields,
      timespanMs,
      operator,
      threshold,
      sampleOneIn,
      ...(also !== undefined && { also }),
      ...(percentile !== undefined && { percentile }),
    };
    const hashes = referred.map((rule) => rule.contentHash);
    const rules = type === 'temporal_ordered' ? hashes : hashes.sort();
    return {
      kind: 'correlation',
      ...meta,
      contentHash: contentHash(['correlation', rules, behaviour], this.options.digest),
      ruleIds: referred.map((rule) => rule.id),
      ...behaviour,
      ...(!this.alerts(meta) && { alerts: false }),
    };
  }

  private referred(reference: Reference, reporter: ProblemReporter): RuleSource | undefined {
    const target = this.byName.get(reference.name);
    const known = target === undefined ? this.knownRule(reference.name) : undefined;
    const refersBack =
      target === undefined ? known !== undefined && this.reachesBack(known) : this.underWay.has(target);
    if (refersBack)
      return reporter.report(reference.place, {
        what: `the correlation refers to itself, through '${reference.name}'`,
        seen: reference.name,
        expected: 'name rules that do not depend on this one',
      });
    const rule = target === undefined ? known : this.link(target);
    if (rule !== undefined) return rule;
    const expected = 'name a rule or correlation that is there and has no problem of its own';
    if (target !== undefined)
      return reporter.report(reference.place, {
        what: `the rule '${reference.name}' has a problem of its own`,
        seen: reference.name,
        expected,
      });
    const names = [...this.drafts.map(({ meta }) => meta), ...this.known].map(({ id, name }) => name ?? id);
    const { absent } = this.options.known;
    return reporter.report(reference.place, unansweredReference(reference.name, { names, absent, expected }));
  }

  private knownRule(reference: string): RuleSource | undefined {
    return this.known.find(({ id, name }) => id === reference || name === reference);
  }

  /** A known correlation may count by a rule whose place a draft took: the draft is linked first, and may be the one under way. */
  private reachesBack(rule: RuleSource): boolean {
    if (rule.kind === 'event') return false;
    return rule.ruleIds.some((id) => {
      const draft = this.draftById.get(id);
      if (draft !== undefined && this.underWay.has(draft)) return true;
      if (draft !== undefined) {
        this.link(draft);
        return false;
      }
      const member = this.knownRule(id);
      return member !== undefined && this.reachesBack(member);
    });
  }

  private rulesById(): ReadonlyMap<string, RuleSource> {
    const linked = [...this.linked.values()].flatMap((rule) => (rule === undefined ? [] : [rule]));
    return new Map([...this.known, ...linked].map((rule) => [rule.id, rule]));
  }

  private isWithinLimits(
    draft: CorrelationDraft,
    referred: readonly RuleSource[],
    reporter: ProblemReporter,
  ): boolean {
    const before = reporter.problems.length;
    const rules = this.rulesById();
    const reachMs = draft.timespanMs + Math.max(...referred.map((rule) => reachOf(rule, rules)));
    if (reachMs > longestSpanMs(this.options.accepted))
      reporter.report(draft.places.timespan?.value, {
        what: 'the time spans of the correlation and of those it refers to are longer than 30 days together',
        seen: `${Math.round(reachMs / 86_400_000)} days`,
        expected: 'shorten one of them',
      });
    const leaves = referred.reduce((sum, rule) => sum + leavesOf(rule, rules), 0);
    const isChained = referred.some(({ kind }) => kind === 'correlation');
    if (leaves > LEAVES_MAX && (isChained || draft.type === 'temporal_ordered'))
      reporter.report(draft.places.rules.value, {
        what: `the correlation rests on ${leaves} rules in all`,
        seen: String(leaves),
        expected: `at most ${LEAVES_MAX}; put several conditions into one rule`,
      });
    const isLowerBound = [draft, ...(draft.also ?? [])].every(({ operator }) => operator.startsWith('gt'));
    if (draft.sampleOneIn > 1 && (isChained || !isLowerBound))
      reporter.report(draft.places.rules.keyNode, {
        what: 'a sample cannot tell whether few values came, nor what firings of correlations amount to',
        expected: "leave 'sample' out, or compare with gt or gte, over rules and not over correlations",
      });
    return reporter.problems.length === before;
  }
}

/** The same condition over events of another feed is another behaviour; calls need no mention. */
function behaviourOf(logsource: EventRule['logsource'], condition: EventRule['condition']): unknown {
  const feed = logSourceOf(logsource)?.feed ?? 'calls';
  return feed === 'calls' ? ['event', condition] : ['event', condition, feed];
}

function reachOf(rule: RuleSource, rules: ReadonlyMap<string, RuleSource>): number {
  if (rule.kind === 'event') return 0;
  return rule.timespanMs + Math.max(0, ...childrenOf(rule, rules).map((child) => reachOf(child, rules)));
}

function leavesOf(rule: RuleSource, rules: ReadonlyMap<string, RuleSource>): number {
  if (rule.kind === 'event') return 1;
  return childrenOf(rule, rules).reduce((sum, child) => sum + leavesOf(child, rules), 0);
}

function childrenOf(rule: CorrelationRule, rules: ReadonlyMap<string, RuleSource>): readonly RuleSource[] {
  return rule.ruleIds.flatMap((id) => rules.get(id) ?? []);
}
