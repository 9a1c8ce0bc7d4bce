import type { Bundle } from '../bundle.js';
import type { RuleSource } from '../sigma/rule-source.js';

/** What a newer version of the packs changes for one rule that raises alerts. */
export interface UpgradeStep {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly id: string;
  readonly title: string;
  /** State before and after; `-` where it is not there. */
  readonly before: string;
  readonly after: string;
  /** What it counts up to before and after, where that changes. */
  readonly details: readonly string[];
}

export interface UpgradePlan {
  readonly packs: readonly { readonly name: string; readonly before: string; readonly after: string }[];
  readonly steps: readonly UpgradeStep[];
}

/** Compares what is in force with what the same configuration gives under other packs. */
export function planUpgrade(now: Bundle, next: Bundle): UpgradePlan {
  const packsNow = new Map((now.configuration?.packs ?? []).map(({ name, version }) => [name, version]));
  const packsNext = new Map((next.configuration?.packs ?? []).map(({ name, version }) => [name, version]));
  const [rulesNow, rulesNext] = [alertingRules(now), alertingRules(next)];
  const ids = [...new Set([...rulesNow.keys(), ...rulesNext.keys()])].sort();
  return {
    packs: [...new Set([...packsNow.keys(), ...packsNext.keys()])]
      .sort()
      .map((name) => ({ name, before: packsNow.get(name) ?? '-', after: packsNext.get(name) ?? '-' }))
      .filter(({ before, after }) => before !== after),
    steps: ids.flatMap((id) => toStep(id, rulesNow.get(id), rulesNext.get(id))),
  };
}

interface Known {
  readonly rule: RuleSource;
  readonly state: string;
  readonly contentHash: string;
}

function alertingRules({ rules, configuration }: Bundle): ReadonlyMap<string, Known> {
  const byId = new Map([...rules, ...(configuration?.drafts ?? [])].map((rule) => [rule.id, rule]));
  return new Map(
    (configuration?.configured ?? []).flatMap(({ id, state, contentHash, origin }) => {
      const rule = byId.get(id);
      return rule === undefined || origin.kind !== 'pack'
        ? []
        : [[id, { rule, state, contentHash }] as const];
    }),
  );
}

function toStep(id: string, now: Known | undefined, next: Known | undefined): readonly UpgradeStep[] {
  const title = (next ?? now)?.rule.title ?? id;
  const states = { before: now?.state ?? '-', after: next?.state ?? '-' };
  if (now === undefined || next === undefined)
    return [{ kind: now === undefined ? 'added' : 'removed', id, title, ...states, details: [] }];
  if (now.contentHash === next.contentHash && now.state === next.state) return [];
  const [before, after] = [countsTo(now.rule), countsTo(next.rule)];
  const details = before === after ? [] : [`${before} → ${after}`];
  const logic =
    now.contentHash !== next.contentHash && details.length === 0 ? ['what it matches changes'] : [];
  return [{ kind: 'changed', id, title, ...states, details: [...details, ...logic] }];
}

function countsTo(rule: RuleSource): string {
  if (rule.kind === 'event') return 'each match';
  return `${rule.type} ${rule.operator} ${rule.threshold} within ${rule.timespanMs / 1000} s`;
}
