import * as v from 'valibot';
import { parse as parseYaml } from 'yaml';
import type { ApiCall } from '../calls/api-call.js';
import { type CallPattern, expandCalls } from './case-calls.js';
import { checkRecordCases, missingRoles, type RecordCaseInput, recordFeedOf } from './record-cases.js';
import type { RuleSet } from './rule-set.js';
import type { CorrelationRule, EventRule, RuleSource } from './rule-source.js';

/** A rule must fire on `match`, and stay silent on `ordinary` calls and on `look-alike`s that trip naive rules. */
const ROLES = ['match', 'ordinary', 'look-alike'] as const;

const callPattern = v.strictObject({
  repeat: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000)), 1),
  every: v.optional(v.string(), '1s'),
  start: v.optional(v.string(), '0s'),
  call: v.record(v.string(), v.unknown()),
});

const caseFile = v.strictObject({
  calls: v.optional(
    v.array(
      v.strictObject({
        about: v.string(),
        as: v.picklist(ROLES),
        rule: v.optional(v.string()),
        call: v.record(v.string(), v.unknown()),
      }),
    ),
    [],
  ),
  sequences: v.optional(
    v.array(
      v.strictObject({
        about: v.string(),
        as: v.picklist(ROLES),
        rule: v.optional(v.string()),
        calls: v.array(callPattern),
      }),
    ),
    [],
  ),
});

export interface RuleCaseInput {
  /** For messages, such as `rules/baseline/scanner-user-agent.calls.yml`. */
  readonly name: string;
  readonly text: string;
  /** The rules of the file beside it. */
  readonly rules: readonly RuleSource[];
  /** Rules of elsewhere that filters of the file change, as they are changed: cases may name them. */
  readonly tuned?: readonly RuleSource[];
  /** Rules of elsewhere that correlations of the file count by. */
  readonly counted?: readonly RuleSource[];
  /** Compiled from at least all of these. */
  readonly ruleSet: RuleSet;
  /**
   * Whether the correlation fires on these calls, in order of time, each of which matches some rule that it rests on:
   * the evaluator under test. `rulesOf` names the rules that one of the calls matches.
   */
  readonly fires: (
    rule: CorrelationRule,
    signals: readonly ApiCall[],
    rulesOf: (call: ApiCall) => readonly string[],
  ) => boolean;
  /** The same for rules over plain JSON events; without it their correlations cannot be tried. */
  readonly firesOnRecords?: RecordCaseInput['fires'];
}

export interface RuleCaseReport {
  readonly cases: number;
  /** In words, one a failed case; empty when every rule does what its cases say. */
  readonly failures: readonly string[];
}

/** Runs the calls that stand beside a rule file: what must match, what must not, and sequences for its correlations. */
export function checkRuleCases(input: RuleCaseInput): RuleCaseReport {
  const { rules, tuned = [], counted = [] } = input;
  const feed = recordFeedOf([...rules, ...tuned, ...counted]);
  if (feed !== undefined) {
    const { ruleSet, firesOnRecords: fires = () => false } = input;
    const report = checkRecordCases({ cases: readYaml(input.text), rules, tuned, ruleSet, feed, fires });
    return { ...report, failures: report.failures.map((text) => `${input.name}: ${text}`) };
  }
  const decoded = v.safeParse(caseFile, readYaml(input.text));
  if (!decoded.success) {
    const failures = decoded.issues.map(
      (issue) => `${input.name}: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`,
    );
    return { cases: 0, failures };
  }
  const { calls, sequences } = decoded.output;
  const eventRules = [...rules, ...tuned].filter((rule) => rule.kind === 'event');
  const failures = [
    ...calls.flatMap((entry) => checkCall(entry, eventRules, input)),
    ...sequences.flatMap((entry) => checkSequence(entry, input)),
    ...missingCases(decoded.output, input),
  ];
  return {
    cases: calls.length + sequences.length,
    failures: failures.map((text) => `${input.name}: ${text}`),
  };
}

type CaseFile = v.InferOutput<typeof caseFile>;

function checkCall(
  entry: CaseFile['calls'][number],
  rules: readonly EventRule[],
  { ruleSet }: RuleCaseInput,
): readonly string[] {
  const rule = pick(entry.rule, rules);
  if (rule === undefined) return [`"${entry.about}" does not say which rule it is for`];
  const expanded = expandCalls([{ repeat: 1, every: '1s', start: '0s', call: entry.call }]);
  if (!expanded.ok) return [`"${entry.about}": ${expanded.problem}`];
  const matched = expanded.calls.some((call) => matches(ruleSet, rule, call));
  return verdict(rule.title, entry, matched);
}

function checkSequence(entry: CaseFile['sequences'][number], input: RuleCaseInput): readonly string[] {
  const named = [...input.rules, ...(input.tuned ?? [])];
  const correlations = named.filter((rule) => rule.kind === 'correlation');
  const rule = pick<RuleSource>(entry.rule, correlations.length > 0 ? correlations : named);
  if (rule === undefined) return [`"${entry.about}" does not say which rule it is for`];
  const patterns: readonly CallPattern[] = entry.calls;
  const expanded = expandCalls(patterns);
  if (!expanded.ok) return [`"${entry.about}": ${expanded.problem}`];
  if (rule.kind === 'event')
    return verdict(
      rule.title,
      entry,
      expanded.calls.some((call) => matches(input.ruleSet, rule, call)),
    );
  const leaves = leavesOf(rule, [...named, ...(input.counted ?? [])]);
  const rulesOf = (call: ApiCall): readonly string[] =>
    input.ruleSet.match(call).flatMap(({ id }) => (leaves.has(id) ? [id] : []));
  const signals = expanded.calls.filter((call) => rulesOf(call).length > 0);
  return verdict(rule.title, entry, input.fires(rule, signals, rulesOf));
}

/** Ids of the event rules that a correlation rests on, through the correlations it refers to. */
function leavesOf(correlation: CorrelationRule, rules: readonly RuleSource[]): ReadonlySet<string> {
  const leaves = new Set<string>();
  const seen = new Set<string>();
  const left: string[] = [...correlation.ruleIds];
  for (let id = left.pop(); id !== undefined; id = left.pop()) {
    const rule = seen.has(id) ? undefined : rules.find((one) => one.id === id);
    seen.add(id);
    if (rule?.kind === 'correlation') left.push(...rule.ruleIds);
    else leaves.add(id);
  }
  return leaves;
}

function matches(ruleSet: RuleSet, rule: EventRule, call: ApiCall): boolean {
  return ruleSet.match(call).some(({ id }) => id === rule.id);
}

/** By id or name; without either, the only one there is. */
function pick<R extends RuleSource>(reference: string | undefined, rules: readonly R[]): R | undefined {
  if (reference !== undefined) return rules.find(({ id, name }) => id === reference || name === reference);
  return rules.length === 1 ? rules[0] : undefined;
}

function verdict(
  title: string,
  entry: { readonly about: string; readonly as: (typeof ROLES)[number] },
  fired: boolean,
): readonly string[] {
  if (fired === (entry.as === 'match')) return [];
  return [`"${title}" ${fired ? 'fires on' : 'misses'} the ${entry.as} "${entry.about}"`];
}

/**
 * Each rule needs a match and a look-alike: a rule without them is not known to work. So do the filters of a file, over all
 * rules that they change.
 */
function missingCases(
  { calls, sequences }: CaseFile,
  { rules, tuned = [] }: RuleCaseInput,
): readonly string[] {
  if (tuned.length > 0) return missingRoles('the filter', [...calls, ...sequences]);
  const correlations = rules.filter((rule) => rule.kind === 'correlation' && rule.alerts !== false);
  const shown = correlations.length > 0 ? correlations : rules;
  return shown.flatMap((rule) => {
    const entries = rule.kind === 'correlation' ? sequences : [...calls, ...sequences];
    return missingRoles(
      `"${rule.title}"`,
      entries.filter((entry) => pick<RuleSource>(entry.rule, shown) === rule),
    );
  });
}

function readYaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    // Not valid YAML: the decoder reports it as a file that is not a map of cases.
    return error instanceof Error ? error.message : undefined;
  }
}
