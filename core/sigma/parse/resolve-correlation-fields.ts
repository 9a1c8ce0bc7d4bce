import { resolveField } from '../log-sources.js';
import type { CorrelationRule, EventRule, RuleSource } from '../rule-source.js';
import { CALL_FIELDS, callField } from '../taxonomy.js';
import { nearestName } from './nearest-name.js';
import type { CorrelationDraft } from './parse-correlation.js';
import { type AcceptedLogSources, acceptedLogSource } from './parse-log-source.js';
import type { ProblemReporter } from './rule-problem.js';
import type { MapEntry } from './yaml-map.js';

type Fields = Pick<CorrelationRule, 'groupBy' | 'valueField' | 'valueFields' | 'aliases'>;

/**
 * The event fields a correlation names, seen through its aliases and the log sources of the rules at the ends of what it
 * refers to: a correlation's firing has the fields of the event that completed it. A name that means one field for all
 * rules is replaced by it; any other stays, with what it means under `aliases`. Problems are reported and answered with
 * `undefined`.
 */
export function resolveCorrelationFields(
  draft: CorrelationDraft,
  referred: readonly RuleSource[],
  { rules, accepted }: Pick<Scope, 'rules' | 'accepted'>,
  reporter: ProblemReporter,
): Fields | undefined {
  const aliases = new Map<string, Readonly<Record<string, string>>>();
  const resolve = (name: string, place: MapEntry | undefined): string | undefined => {
    const meant = fieldsMeant(name, { draft, referred, rules, accepted, place }, reporter);
    if (meant === undefined) return undefined;
    const [only, other] = new Set(meant.values());
    if (other === undefined && only !== undefined && !draft.aliases.has(name)) return only;
    aliases.set(name, Object.fromEntries(meant));
    return name;
  };
  const groupBy = draft.groupBy.map((name) => resolve(name, draft.places.groupBy));
  const valueFields = draft.fields.map((name) => resolve(name, draft.places.field));
  const known = { groupBy: withoutGaps(groupBy), valueFields: withoutGaps(valueFields) };
  if (known.groupBy.length < groupBy.length || known.valueFields.length < valueFields.length)
    return undefined;
  return {
    groupBy: known.groupBy,
    valueField: known.valueFields[0],
    ...(known.valueFields.length > 1 && { valueFields: known.valueFields }),
    ...(aliases.size > 0 && { aliases: Object.fromEntries(aliases) }),
  };
}

interface Scope {
  readonly draft: CorrelationDraft;
  readonly referred: readonly RuleSource[];
  readonly rules: ReadonlyMap<string, RuleSource>;
  readonly accepted: AcceptedLogSources;
  readonly place: MapEntry | undefined;
}

/** The field that the name stands for, by the id of the event rule. */
function fieldsMeant(
  name: string,
  { draft, referred, rules, accepted, place }: Scope,
  reporter: ProblemReporter,
): ReadonlyMap<string, string> | undefined {
  const meant = new Map<string, string>();
  const before = reporter.problems.length;
  for (const [at, rule] of referred.entries()) {
    const target = draft.aliases
      .get(name)
      ?.find(({ rule: reference }) => reference === draft.references[at]?.name);
    const node = target?.place.value ?? place?.value ?? place?.keyNode;
    for (const { leaf, field } of fieldsOf(rule, target?.field ?? name, { rules, accepted })) {
      if (typeof field !== 'string') {
        reporter.report(node, field);
        return undefined;
      }
      const other = meant.get(leaf.id);
      if (other !== undefined && other !== field)
        reporter.report(node, {
          what: `'${name}' stands for two fields of the rule '${leaf.title}', which the correlation reaches in two ways`,
          seen: `${other}, ${field}`,
          expected: 'give the alias the same field for both',
        });
      meant.set(leaf.id, field);
    }
  }
  return reporter.problems.length > before ? undefined : meant;
}

interface LeafField {
  readonly leaf: EventRule;
  readonly field: string | { readonly what: string; readonly seen: string; readonly expected: string };
}

function fieldsOf(
  rule: RuleSource,
  name: string,
  scope: Pick<Scope, 'rules' | 'accepted'>,
  aliased?: Readonly<Record<string, string>>,
): readonly LeafField[] {
  if (rule.kind === 'event') {
    return [
      { leaf: rule, field: (aliased && own(aliased, rule.id)) ?? groupableField(rule, name, scope.accepted) },
    ];
  }
  // The outermost alias of the name decides, for all rules below it.
  const meant = aliased ?? own(rule.aliases ?? {}, name);
  return rule.ruleIds.flatMap((id) => {
    const child = scope.rules.get(id);
    return child === undefined ? [] : fieldsOf(child, name, scope, meant);
  });
}

function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function groupableField(rule: EventRule, name: string, accepted: AcceptedLogSources): LeafField['field'] {
  const source = acceptedLogSource(rule.logsource, accepted);
  const resolved = source === undefined ? undefined : resolveField(source, name);
  if (resolved?.kind === 'plain') return name;
  const field = resolved?.kind === 'field' ? resolved.field.name : undefined;
  if (field !== undefined && callField(field)?.groupable === true) return field;
  const groupable = CALL_FIELDS.filter((entry) => entry.groupable).map((entry) => entry.name);
  const near = nearestName(name, groupable);
  return {
    what:
      field === undefined
        ? `calls have no field '${name}'`
        : `calls cannot be grouped or counted by '${name}'`,
    seen: name,
    expected:
      near === undefined || near === name ? 'docs/taxonomy.md lists the fields' : `did you mean '${near}'?`,
  };
}

function withoutGaps(names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined);
}
