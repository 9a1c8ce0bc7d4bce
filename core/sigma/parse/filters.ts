import { isMap, isScalar } from 'yaml';
import type { RegexEngine } from '../../ports/regex-engine.js';
import type { Condition, EventRule } from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import { parseDetection } from './parse-detection.js';
import { type AcceptedLogSources, acceptedLogSource } from './parse-log-source.js';
import type { Entries } from './parse-meta.js';
import type { Placeholders } from './placeholders.js';
import type { ProblemReporter } from './rule-problem.js';
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

/** The part of a rule draft that a filter looks at and changes. */
interface Filterable {
  readonly meta: { readonly id: string; readonly name: string | undefined };
  readonly body:
    | { readonly kind: 'event'; readonly logsource: EventRule['logsource']; readonly condition: Condition }
    | { readonly kind: 'correlation' };
}

export interface FilterOptions {
  readonly accepted: AcceptedLogSources;
  readonly regex: RegexEngine | undefined;
  readonly placeholders: Placeholders;
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
 * The drafts with each filter folded into the rules it names. A filter says what is *not* to be reported: an event that
 * fulfils its condition is suppressed. Filters in circulation also write that as `condition: not selection`; a condition
 * that is negated as a whole therefore means the same as its inside.
 */
export function applyFilters<D extends Filterable>(
  drafts: readonly D[],
  filters: readonly FilterDraft[],
  options: FilterOptions,
): readonly D[] {
  const additions = new Map<D, Condition[]>();
  for (const filter of filters) {
    const kept = conditionBySource(filter, options);
    for (const target of targetsOf(filter, drafts)) {
      const condition = target.body.kind === 'event' ? kept(target.body.logsource) : undefined;
      if (condition !== undefined) additions.set(target, [...(additions.get(target) ?? []), condition]);
    }
  }
  return drafts.map((draft) => {
    const added = additions.get(draft);
    if (added === undefined || draft.body.kind !== 'event') return draft;
    const condition: Condition = { kind: 'and', of: [draft.body.condition, ...added] };
    return { ...draft, body: { ...draft.body, condition } };
  });
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
function targetsOf<D extends Filterable>(filter: FilterDraft, drafts: readonly D[]): readonly D[] {
  const { references, reporter, rulesEntry, logsource } = filter;
  const place = rulesEntry.value ?? rulesEntry.keyNode;
  const fits = ({ body }: D): boolean =>
    body.kind === 'event' &&
    SELECTORS.every((key) => logsource[key] === undefined || logsource[key] === body.logsource[key]);
  if (references === undefined) {
    const all = drafts.filter(fits);
    if (all.length === 0)
      reporter.report(place, {
        what: 'there is no rule of the log source of this filter',
        seen: logsource,
        expected: 'write the log source as the rules have it',
      });
    return all;
  }
  return references.flatMap((reference) => {
    const target = drafts.find(({ meta }) => meta.id === reference || meta.name === reference);
    if (target !== undefined && fits(target)) return [target];
    const near = nearestName(
      reference,
      drafts.flatMap(({ meta }) => [meta.id, ...(meta.name === undefined ? [] : [meta.name])]),
    );
    reporter.report(place, {
      what:
        target === undefined
          ? `no rule has the id or name '${reference}'`
          : `the rule '${reference}' has another log source than this filter`,
      seen: reference,
      expected:
        target === undefined && near !== undefined
          ? `did you mean '${near}'?`
          : 'name a rule over events of this log source that is among the files and has no problem of its own',
    });
    return [];
  });
}
