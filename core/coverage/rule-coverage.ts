import type { ApiType } from '../calls/api-call.js';
import type { CorrelationRule, EventRule, Level, RuleSource } from '../sigma/rule-source.js';
import type { Supply } from './field-supply.js';
import { type ConditionJudgement, judgeCondition, type Shortfall } from './judge-condition.js';
import { TYPE_NAMES } from './supply-of-format.js';
import { supplyOfMinutes } from './supply-of-minutes.js';

/**
 * `lit`: works as written. `dim`: works partly, and says how. `dark`: cannot fire. `not-applicable`: about another
 * type of API, or about something other than calls.
 */
export type CoverageState = 'lit' | 'dim' | 'dark' | 'not-applicable';

export interface RuleCoverage {
  readonly ruleId: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly level: Level;
  readonly state: CoverageState;
  /** Why it is not lit, in words; empty when it is. */
  readonly reasons: readonly string[];
  /** What would light it: of each group of `$context` variables any one. */
  readonly missing: readonly (readonly string[])[];
}

export interface CoverageInput {
  readonly rules: readonly RuleSource[];
  readonly apiType: ApiType;
  readonly supply: Supply;
}

/** The rules that alert, each judged by what the feed supplies; rules that only feed a correlation count in that. */
export function coverRules({ rules, apiType, supply }: CoverageInput): readonly RuleCoverage[] {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const ofMinutes = supplyOfMinutes(supply);
  const judge = (rule: RuleSource, path: readonly string[]): Verdict => {
    if (rule.kind === 'event')
      return judgeEventRule(rule, isAboutMinutes(rule) ? ofMinutes : supply, apiType);
    const sources = rule.ruleIds.flatMap((id) => (path.includes(id) ? [] : (byId.get(id) ?? [])));
    const fed = sources.map((source) => judge(source, [...path, source.id]));
    const overMinutes = sources.some((source) => source.kind === 'event' && isAboutMinutes(source));
    return judgeCorrelation(rule, fed, overMinutes ? ofMinutes : supply);
  };
  return rules
    .filter((rule) => rule.alerts !== false)
    .map((rule) => toCoverage(rule, judge(rule, [rule.id])));
}

interface Verdict {
  readonly state: CoverageState;
  readonly reasons: readonly string[];
  readonly missing: readonly (readonly string[])[];
}

const LIT: Verdict = { state: 'lit', reasons: [], missing: [] };

function judgeEventRule(rule: EventRule, supply: Supply, apiType: ApiType): Verdict {
  if (!isAboutCalls(rule) && !isAboutMinutes(rule))
    return { state: 'not-applicable', reasons: ['it is about something else than calls'], missing: [] };
  const judged = judgeCondition(rule.condition, supply);
  if (judged.beyondRepair === 'foreign' && judged.outcome === 'never')
    return {
      state: 'not-applicable',
      reasons: [`it is about other APIs than ${TYPE_NAMES[apiType]} APIs`],
      missing: [],
    };
  const state = stateOf(judged);
  return state === 'lit' ? LIT : { state, ...explain(judged.shortfalls) };
}

/** The two public log sources whose rules run over calls, beside our own. */
function isAboutCalls({ logsource }: EventRule): boolean {
  if (logsource['service'] === 'apigateway' && logsource['product'] === 'aws') return true;
  return logsource['category'] === 'webserver' || logsource['category'] === 'proxy';
}

/** Rows that are counted from calls. */
function isAboutMinutes({ logsource }: EventRule): boolean {
  return logsource['service'] === 'apigateway-minute';
}

function stateOf({ outcome, shortfalls }: ConditionJudgement): CoverageState {
  if (outcome === 'never') return 'dark';
  return shortfalls.length === 0 ? 'lit' : 'dim';
}

function judgeCorrelation(rule: CorrelationRule, fed: readonly Verdict[], supply: Supply): Verdict {
  const applicable = fed.filter(({ state }) => state !== 'not-applicable');
  if (applicable.length === 0)
    return fed[0] ?? { state: 'dark', reasons: ['it refers to no rule'], missing: [] };
  const needsAll = rule.type.startsWith('temporal');
  const dark = applicable.filter(({ state }) => state === 'dark');
  const grouping = [...rule.groupBy, ...(rule.valueField === undefined ? [] : [rule.valueField])].map(
    (field) => judgeGrouping(field, supply, rule.groupBy.includes(field)),
  );
  if (grouping.some(({ state }) => state === 'not-applicable'))
    return grouping.find(({ state }) => state === 'not-applicable') ?? LIT;
  const parts = [...applicable, ...grouping];
  const isDark =
    (needsAll ? dark.length > 0 : dark.length === applicable.length) ||
    grouping.some(({ state }) => state === 'dark');
  const isDim = parts.some(({ state }) => state !== 'lit');
  return {
    state: isDark ? 'dark' : isDim ? 'dim' : 'lit',
    reasons: unique(parts.flatMap(({ reasons }) => reasons)),
    missing: parts.flatMap(({ missing }) => missing),
  };
}

function judgeGrouping(field: string, supply: Supply, isGroup: boolean): Verdict {
  const { state, how, anyOf } = supply(field);
  switch (state) {
    case 'full':
      return LIT;
    case 'weak':
      return { state: 'dim', reasons: [how], missing: anyOf.length === 0 ? [] : [anyOf] };
    case 'foreign':
      return { state: 'not-applicable', reasons: [how], missing: [] };
    case 'missing':
    case 'unlogged': {
      const effect = isGroup ? 'calls belong to no group' : 'there is nothing to count';
      return {
        state: 'dark',
        reasons: [`${how}: ${effect}`],
        missing: anyOf.length === 0 ? [] : [anyOf],
      };
    }
  }
}

function explain(shortfalls: readonly Shortfall[]): Omit<Verdict, 'state'> {
  return {
    reasons: unique(shortfalls.map(({ how }) => how)),
    missing: shortfalls.map(({ anyOf }) => anyOf).filter((anyOf) => anyOf.length > 0),
  };
}

function toCoverage(rule: RuleSource, { state, reasons, missing }: Verdict): RuleCoverage {
  const { id, name, title, level } = rule;
  const groups = [...new Map(missing.map((anyOf) => [anyOf.join(' '), anyOf])).values()];
  // Whoever adds one of fewer variables has added one of more.
  const needed = groups.filter(
    (group) =>
      !groups.some((other) => other.length < group.length && other.every((name) => group.includes(name))),
  );
  return { ruleId: id, name, title, level, state, reasons, missing: needed };
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
