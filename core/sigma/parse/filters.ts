import { isMap, isScalar } from 'yaml';
import type { RegexEngine } from '../../ports/regex-engine.js';
import type { Condition, EventRule, RuleSource } from '../rule-source.js';
import { tooManyParts } from './condition-size.js';
import type { FilterConditions } from './fold-filters.js';
import { type KnownRules, unansweredReference } from './known-rules.js';
import { parseDetection } from './parse-detection.js';
import { type AcceptedLogSources, acceptedLogSource } from './parse-log-source.js';
import type { Entries } from './parse-meta.js';
import type { Placeholders } from './placeholders.js';
import type { Complaint, ProblemReporter } from './rule-problem.js';
import { type MapEntry, mapEntries, textOf, textsOf } from './yaml-map.js';

/** A filter before the rules it is for are known: its selections are read once for each log source it is put on. */
export interface FilterDraft {
  readonly reporter: ProblemReporter;
  readonly section: MapEntry;
  readonly logsource: EventRule['logsource'];
  /** Ids and names; `undefined`: all rules of the log source (`rules: any`). */
  readonly references: readonly string[] | undefined;
  readonly rulesEntry: MapEntry;
}

export interface FilterOptions {
  readonly accepted: AcceptedLogSources;
  readonly regex: RegexEngine | undefined;
  readonly placeholders: Placeholders;
  readonly absent: KnownRules['absent'];
}

const SELECTORS = ['category', 'product', 'service'] as const;
const NOT_SELECTIONS: ReadonlySet<string> = new Set(['rules']);

/** Parses a document with a `filter` section; problems are reported and answered with `undefined`. */
export function parseFilter(entries: Entries, reporter: ProblemReporter): FilterDraft | undefined {
  const section = entries.get('filter');
  const source = entries.get('logsource');
  if (section === undefined || !isMap(section.value))
    return reporter.report(section?.value ?? section?.keyNode, {
      what: "'filter' is not a map",
      expected: 'write rules, selection and condition under it',
    });
  if (source === undefined || !isMap(source.value))
    return reporter.report((source ?? section).keyNode, {
      what: "the filter has no 'logsource' map",
      expected: 'write the log source of the rules it is for',
    });
  const before = reporter.problems.length;
  const logsource: Record<string, string> = {};
  for (const entry of mapEntries(source.value, reporter)) {
    const text = textOf(entry, reporter);
    if (text !== undefined) logsource[entry.key] = text;
  }
  const rulesEntry = mapEntries(section.value, reporter).find(({ key }) => key === 'rules');
  const isAny = isScalar(rulesEntry?.value) && rulesEntry.value.value === 'any';
  const references = isAny ? undefined : textsOf(rulesEntry, reporter);
  if (rulesEntry === undefined || references?.length === 0)
    return reporter.report((rulesEntry ?? section).keyNode, {
      what: 'the filter names no rules',
      expected: "list ids or names under rules, or write 'rules: any' for all of the log source",
    });
  return reporter.problems.length > before
    ? undefined
    : { reporter, section, logsource, references, rulesEntry };
}

/**
 * What the filters add to the rules they name. A filter says what is *not* to be reported: an event that fulfils its
 * condition is suppressed. Filters in circulation also write that as `condition: not selection`; a condition that is negated
 * as a whole therefore means the same as its inside.
 */
export function filterConditions(
  rules: readonly RuleSource[],
  filters: readonly FilterDraft[],
  options: FilterOptions,
): FilterConditions {
  const additions = new Map<string, readonly Condition[]>();
  for (const filter of filters) {
    const kept = conditionBySource(filter, options);
    for (const { id, logsource, condition: own } of targetsOf(filter, rules, options.absent)) {
      const condition = kept(logsource);
      if (condition === undefined) continue;
      const added = [...(additions.get(id) ?? []), condition];
      const large = tooManyParts([own, ...added]);
      if (large === undefined) {
        additions.set(id, added);
        continue;
      }
      filter.reporter.report(filter.rulesEntry.keyNode, { ...large, seen: id });
      break;
    }
  }
  return additions;
}

/** What must hold beside a rule's own condition. Problems of the filter are reported once, for the first log source. */
function conditionBySource({ section, reporter }: FilterDraft, options: FilterOptions) {
  const known = new Map<string, Condition | undefined>();
  let isBroken = false;
  return (logsource: EventRule['logsource']): Condition | undefined => {
    const source = acceptedLogSource(logsource, options.accepted);
    if (source === undefined || isBroken) return undefined;
    if (!known.has(source.title)) {
      const { regex, placeholders } = options;
      const parsed = parseDetection(section, { source, reporter, regex, placeholders }, NOT_SELECTIONS);
      isBroken = parsed === undefined;
      known.set(
        source.title,
        parsed === undefined || parsed.kind === 'not' ? parsed : { kind: 'not', of: parsed },
      );
    }
    return known.get(source.title);
  };
}

/** The rules that a filter is for; a reference without a rule it can be put on is reported. */
function targetsOf(
  { references, reporter, rulesEntry, logsource }: FilterDraft,
  rules: readonly RuleSource[],
  absent: KnownRules['absent'],
): readonly EventRule[] {
  const place = rulesEntry.value ?? rulesEntry.keyNode;
  const fits = (rule: RuleSource): rule is EventRule =>
    rule.kind === 'event' &&
    SELECTORS.every((key) => logsource[key] === undefined || logsource[key] === rule.logsource[key]);
  if (references === undefined) {
    const all = rules.filter(fits);
    if (all.length === 0)
      reporter.report(place, {
        what: 'there is no rule of the log source of this filter',
        seen: logsource,
        expected: 'write the log source as the rules have it',
      });
    return all;
  }
  const find = (reference: string) => rules.find(({ id, name }) => id === reference || name === reference);
  return references.flatMap((reference) => {
    const target = find(reference);
    if (target !== undefined && fits(target)) return [target];
    const names = rules.flatMap(({ id, name }) => [id, ...(name === undefined ? [] : [name])]);
    reporter.report(
      place,
      target === undefined
        ? unansweredReference(reference, { names, absent, expected: NAME_ANOTHER })
        : unfitReference(reference, target, find),
    );
    return [];
  });
}

function unfitReference(
  reference: string,
  target: RuleSource,
  find: (reference: string) => RuleSource | undefined,
): Complaint {
  if (target.kind === 'event')
    return {
      what: `the rule '${reference}' has another log source than this filter`,
      seen: reference,
      expected: NAME_ANOTHER,
    };
  return {
    what: `'${reference}' is a correlation; a filter is for the rules whose events it counts`,
    seen: reference,
    expected: `name ${target.ruleIds.map((id) => find(id)?.name ?? id).join(', ')}`,
  };
}

const NAME_ANOTHER = 'name a rule over events of this log source that is there and has no problem of its own';
