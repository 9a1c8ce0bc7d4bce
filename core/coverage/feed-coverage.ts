import type { ApiType } from '../calls/api-call.js';
import { buildCallPlan } from '../calls/call-plan.js';
import { FIELD_SOURCES, type LoggedField } from '../calls/call-sources.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { FORMAT_BYTES_MAX } from './build-format.js';
import { formatForRules } from './recommended-formats.js';
import { type CoverageState, coverRules, type RuleCoverage } from './rule-coverage.js';
import { type CallTally, supplyOfCalls } from './supply-of-calls.js';
import { supplyOfFormat } from './supply-of-format.js';

/** What the shipped and own rules make of one feed. */
export interface FeedCoverage {
  readonly apiType: ApiType;
  /** What was judged: the variables of a format, or what so many calls had. */
  readonly basis:
    | { readonly kind: 'format'; readonly variables: readonly string[] }
    | { readonly kind: 'calls'; readonly calls: number; readonly shares: Readonly<Record<string, number>> };
  readonly counts: Readonly<Record<CoverageState, number>>;
  readonly rules: readonly RuleCoverage[];
  /** An `accessLogSettings.format` with which every rule that this type of API can have is lit. */
  readonly format: string;
}

export interface FormatToCover {
  readonly rules: readonly RuleSource[];
  readonly apiType: ApiType;
  /** The variables of the compiled format. */
  readonly variables: readonly string[];
  /** Fields that the feed's configuration fills (`accountId`, `region`, `apiId`, `stage`). */
  readonly fromFeed: ReadonlySet<string>;
}

/** Coverage by what the format says: exact. */
export function coverFormat({ rules, apiType, variables, fromFeed }: FormatToCover): FeedCoverage {
  const covered = coverRules({ rules, apiType, supply: supplyOfFormat({ variables, apiType, fromFeed }) });
  const kept = formatForRules(rules, apiType, variables);
  return {
    apiType,
    basis: { kind: 'format', variables },
    counts: countStates(covered),
    rules: covered,
    format: kept.length <= FORMAT_BYTES_MAX ? kept : formatForRules(rules, apiType),
  };
}

/** Coverage by what calls had: as good as the calls are many. */
export function coverCalls(rules: readonly RuleSource[], tally: CallTally, apiType: ApiType): FeedCoverage {
  const covered = coverRules({ rules, apiType, supply: supplyOfCalls(tally, apiType) });
  const fields = Object.keys(FIELD_SOURCES) as readonly LoggedField[];
  const shares = fields.map(
    (field) => [field, (tally.seen.get(field) ?? 0) / Math.max(1, tally.calls)] as const,
  );
  return {
    apiType,
    basis: { kind: 'calls', calls: tally.calls, shares: Object.fromEntries(shares) },
    counts: countStates(covered),
    rules: covered,
    format: formatForRules(rules, apiType),
  };
}

/** The type of API that the variables of a format give away. */
export function typeOfFormat(variables: readonly string[]): ApiType | undefined {
  return buildCallPlan({ id: '', variables }, new Set()).likelyType;
}

function countStates(rules: readonly RuleCoverage[]): FeedCoverage['counts'] {
  const counts: Record<CoverageState, number> = { lit: 0, dim: 0, dark: 0, 'not-applicable': 0 };
  for (const { state } of rules) counts[state] += 1;
  return counts;
}
