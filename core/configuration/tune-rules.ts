import type { Digest } from '../ports/digest.js';
import { timespanToMs } from '../settings/setting-schemas.js';
import type { AllowEntry, Settings, ThresholdOverride } from '../settings/settings.js';
import { contentHash } from '../sigma/content-hash.js';
import type { Condition, CorrelationRule, EventRule, RuleSource } from '../sigma/rule-source.js';

type Tuning = Pick<Settings, 'thresholds' | 'allow'>;

/**
 * The rules with the installation's own thresholds and allow lists worked into them, so that nothing else has to know of
 * either. A rule that is changed so gets another content hash, and with it windows of its own.
 */
export function tuneRules(
  rules: readonly RuleSource[],
  tuning: Tuning,
  digest: Digest,
): readonly RuleSource[] {
  const withThresholds = rules.map((rule) =>
    rule.kind === 'correlation' ? overridden(rule, overrideOf(rule, tuning.thresholds), digest) : rule,
  );
  return new AllowLists(withThresholds, tuning.allow, digest).apply();
}

function overrideOf(rule: RuleSource, thresholds: Tuning['thresholds']): ThresholdOverride | undefined {
  if (Object.hasOwn(thresholds, rule.id)) return thresholds[rule.id];
  return rule.name !== undefined && Object.hasOwn(thresholds, rule.name) ? thresholds[rule.name] : undefined;
}

function overridden(
  rule: CorrelationRule,
  override: ThresholdOverride | undefined,
  digest: Digest,
): CorrelationRule {
  if (override === undefined) return rule;
  const { threshold = rule.threshold, timespan, sample = rule.sampleOneIn } = override;
  const timespanMs = timespan === undefined ? rule.timespanMs : timespanToMs(timespan);
  return {
    ...rule,
    threshold,
    timespanMs,
    sampleOneIn: sample,
    contentHash: contentHash(['tuned', rule.contentHash, threshold, timespanMs, sample], digest),
  };
}

/** Works `and not (whom we allow)` into the rules over single calls, and into what counts them. */
class AllowLists {
  readonly #rules: ReadonlyMap<string, RuleSource>;
  readonly #made = new Map<string, RuleSource>();

  constructor(
    rules: readonly RuleSource[],
    private readonly allow: readonly AllowEntry[],
    private readonly digest: Digest,
  ) {
    this.#rules = new Map(rules.map((rule) => [rule.id, rule]));
  }

  apply(): readonly RuleSource[] {
    if (this.allow.length === 0) return [...this.#rules.values()];
    for (const rule of this.#rules.values()) this.#make(rule, rule.id, this.#entriesOf(rule));
    return [...this.#made.values()];
  }

  #entriesOf(rule: RuleSource): readonly AllowEntry[] {
    return this.allow.filter(
      ({ rules }) =>
        rules === undefined ||
        rules.includes(rule.id) ||
        (rule.name !== undefined && rules.includes(rule.name)),
    );
  }

  /**
   * The rule under `id` with these entries in force. A correlation counts by rules that others may count by as well: where
   * more is allowed to it than to them, it gets copies of its own, named after it.
   */
  #make(rule: RuleSource, id: string, entries: readonly AllowEntry[]): void {
    if (this.#made.has(id)) return;
    if (rule.kind === 'event') {
      this.#made.set(id, this.#eventRule(rule, id, entries));
      return;
    }
    const ruleIds = rule.ruleIds.map((memberId) => {
      const member = this.#rules.get(memberId);
      if (member === undefined) return memberId;
      const own = this.#entriesOf(member);
      const wanted = this.allow.filter((entry) => own.includes(entry) || entries.includes(entry));
      const ownId = wanted.length === own.length ? memberId : `${memberId}/${id}`;
      this.#make(member, ownId, wanted);
      return ownId;
    });
    const hashes = ruleIds.map((memberId) => this.#made.get(memberId)?.contentHash ?? memberId);
    const before = rule.ruleIds.map((memberId) => this.#rules.get(memberId)?.contentHash ?? memberId);
    const isSame = hashes.every((hash, at) => hash === before[at]);
    const aliases = this.#aliasesOf(rule);
    this.#made.set(id, {
      ...rule,
      id,
      ruleIds,
      ...(aliases !== undefined && { aliases }),
      contentHash: isSame
        ? rule.contentHash
        : contentHash(['allowed', rule.contentHash, hashes], this.digest),
    });
  }

  /** What is said of a rule's fields holds for its copies. */
  #aliasesOf({ aliases }: CorrelationRule): CorrelationRule['aliases'] {
    if (aliases === undefined) return undefined;
    const ids = [...this.#made.keys()];
    return Object.fromEntries(
      Object.entries(aliases).map(([name, fields]) => {
        const all = Object.entries(fields).flatMap(([ruleId, field]) => [
          [ruleId, field] as const,
          ...ids.filter((id) => id.startsWith(`${ruleId}/`)).map((id) => [id, field] as const),
        ]);
        return [name, Object.fromEntries(all)];
      }),
    );
  }

  #eventRule(rule: EventRule, id: string, entries: readonly AllowEntry[]): EventRule {
    const isCopy = id !== rule.id;
    const allowed = isOverCalls(rule) ? entries.map(toCondition) : [];
    if (allowed.length === 0) return isCopy ? { ...rule, id, name: undefined, alerts: false } : rule;
    return {
      ...rule,
      id,
      ...(isCopy && { name: undefined, alerts: false }),
      condition: { kind: 'and', of: [rule.condition, { kind: 'not', of: { kind: 'or', of: allowed } }] },
      contentHash: contentHash(['allowed', rule.contentHash, allowed], this.digest),
    };
  }
}

/** Allow lists speak of callers; only calls have them. */
function isOverCalls({ logsource }: EventRule): boolean {
  const service = logsource['service'];
  return service === undefined || service === 'apigateway';
}

/** All that an entry names must hold, each by any of its values. */
function toCondition({ addresses, principals, userAgents, apis }: AllowEntry): Condition {
  const match = (field: string, values: readonly string[] | undefined, modifiers: readonly string[] = []) =>
    values === undefined || values.length === 0
      ? []
      : [{ kind: 'match', match: { field, modifiers, values } } as const];
  return {
    kind: 'and',
    of: [
      ...match('sourceIp', addresses, ['cidr']),
      ...match('principal', principals),
      ...match('userAgent', userAgents),
      ...match('apiId', apis),
    ],
  };
}
