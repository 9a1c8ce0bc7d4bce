import type { Bundle, RuleOrigin, RuleState } from '../bundle.js';
import type { ShippedRules } from '../sigma/rule-pack.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { raisesAlerts } from './rules-to-run.js';

export interface ListedRule {
  /** As it runs: filters, thresholds and allow lists worked in. */
  readonly rule: RuleSource;
  /** `off`: its pack is. `part`: it raises no alert by itself, and runs when what refers to it does. */
  readonly state: RuleState | 'off' | 'part';
  readonly origin: RuleOrigin | undefined;
  /** Why it was taken back to shadow without anybody's doing. */
  readonly demoted?: string | undefined;
}

/** Every rule that the bundle was compiled from, and those of packs that are off, in order of title. */
export function listRules(
  bundle: Bundle,
  shipped: Pick<ShippedRules, 'packs' | 'rules'>,
): readonly ListedRule[] {
  const { configuration, rules } = bundle;
  const configured = new Map((configuration?.configured ?? []).map((entry) => [entry.id, entry]));
  // A draft may stand beside the shipped rule that runs until it takes its place: what is said of the id is said of the draft.
  const known = new Map([...rules, ...(configuration?.drafts ?? [])].map((rule) => [rule.id, rule]));
  const listed = [...known.values()].map((rule): ListedRule => {
    const entry = configured.get(rule.id);
    return { rule, state: entry?.state ?? 'part', origin: entry?.origin, demoted: entry?.demoted };
  });
  const packs = new Map(shipped.packs.flatMap((pack) => pack.rules.map(({ id }) => [id, pack] as const)));
  const off = shipped.rules.flatMap((rule): readonly ListedRule[] => {
    const pack = packs.get(rule.id);
    if (known.has(rule.id) || pack === undefined || !raisesAlerts(rule)) return [];
    return [{ rule, state: 'off', origin: { kind: 'pack', pack: pack.name, version: pack.version } }];
  });
  return [...listed, ...off].sort((left, right) => (left.rule.title < right.rule.title ? -1 : 1));
}

/** The rules of this id or name, else those whose id begins so. */
export function findRules(listed: readonly ListedRule[], wanted: string): readonly ListedRule[] {
  const exact = listed.filter(({ rule }) => rule.id === wanted || rule.name === wanted);
  return exact.length > 0 ? exact : listed.filter(({ rule }) => rule.id.startsWith(wanted));
}

export function describeOrigin(origin: RuleOrigin | undefined): string {
  if (origin === undefined) return '';
  return origin.kind === 'pack' ? `${origin.pack} ${origin.version}` : origin.name;
}
