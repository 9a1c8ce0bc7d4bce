import type { KnownRules } from '../sigma/parse/known-rules.js';
import type { ShippedRules } from '../sigma/rule-pack.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { SETTINGS_PREFIX } from './parameter.js';

/**
 * The shipped rules that own correlations and filters may refer to: those of packs that are on, and all that these count by.
 * Of the others it is known why not.
 */
export function knownRules(
  { packs, rules }: Pick<ShippedRules, 'packs' | 'rules'>,
  isOn: (pack: string) => boolean,
): KnownRules {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const usedBy = (isWanted: (pack: string) => boolean): ReadonlyMap<string, string> => {
    const pack = new Map<string, string>();
    for (const { name, rules: members } of packs)
      if (isWanted(name))
        for (const { id } of members) for (const used of reached(id, byId)) pack.set(used, name);
    return pack;
  };
  const on = usedBy(isOn);
  const off = usedBy((pack) => !isOn(pack));
  const absent = rules.flatMap(({ id, name }) => {
    const pack = off.get(id);
    if (pack === undefined || on.has(id)) return [];
    const reason = {
      what: `the rule '${name ?? id}' belongs to the pack '${pack}', which is off`,
      expected: `leave it out, or turn the pack on in ${SETTINGS_PREFIX}packs`,
    };
    return [id, name].flatMap((key) => (key === undefined ? [] : [[key, reason] as const]));
  });
  return { rules: rules.filter(({ id }) => on.has(id)), absent: new Map(absent) };
}

/** The rule and all that it counts by. */
function reached(id: string, byId: ReadonlyMap<string, RuleSource>): readonly string[] {
  const rule = byId.get(id);
  return rule?.kind === 'correlation'
    ? [id, ...rule.ruleIds.flatMap((member) => reached(member, byId))]
    : [id];
}
