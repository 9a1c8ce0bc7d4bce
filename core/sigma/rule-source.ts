/** Sigma severity levels, lowest first. */
export const LEVELS = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Level = (typeof LEVELS)[number];

export interface RuleMeta {
  /** The Sigma `id` (UUID), else the file's name. */
  readonly id: string;
  readonly name: string | undefined;
  readonly title: string;
  readonly description: string | undefined;
  readonly level: Level;
  readonly tags: readonly string[];
  readonly falsePositives: readonly string[];
  readonly references: readonly string[];
  /** What the rule cannot see (`gatewarden: blind-spots`). */
  readonly blindSpots: readonly string[];
  /** What to do when it fires, step by step (`gatewarden: runbook`). */
  readonly runbook: readonly string[];
  /** Hex SHA-256 prefix (16 bytes) of what decides the rule's behaviour: a changed rule starts new windows. */
  readonly contentHash: string;
}

export type RuleValue = string | number | boolean | null;

/**
 * How a value of the call is compared. `modifiers` are in the order written; `values` are as written, wildcards and
 * escapes included, for only the modifiers tell whether `*` is one.
 */
export interface FieldMatch {
  /** A call field (taxonomy name), or `undefined` for a keyword search over all text fields. */
  readonly field: string | undefined;
  readonly modifiers: readonly string[];
  readonly values: readonly RuleValue[];
}

export type Condition =
  | { readonly kind: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | { readonly kind: 'match'; readonly match: FieldMatch };

/** A rule over one call, parsed and validated; selections and the condition are folded into one tree. */
export interface EventRule extends RuleMeta {
  readonly kind: 'event';
  readonly logsource: Readonly<Record<string, string>>;
  readonly condition: Condition;
  /** False where a correlation refers to the rule without `generate: true`: it then feeds only the correlation. */
  readonly alerts: boolean;
}

export const THRESHOLD_OPERATORS = ['gt', 'gte', 'lt', 'lte', 'eq', 'neq'] as const;
export type ThresholdOperator = (typeof THRESHOLD_OPERATORS)[number];

/** One comparison of a correlation's condition; several must all hold. */
export interface Comparison {
  readonly operator: ThresholdOperator;
  readonly threshold: number;
}

export const CORRELATION_TYPES = [
  'event_count',
  'value_count',
  'value_sum',
  'value_avg',
  'value_percentile',
  'temporal',
  'temporal_ordered',
] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/**
 * The time span of a correlation, with those of the correlations it refers to: state of a window lives as long as that and
 * the lateness horizon; beyond this it is a job for the trail.
 */
export const TIMESPAN_MS_MAX = 30 * 86_400_000;

/**
 * A correlation: what the signals of some rules, or the firings of other correlations, amount to per group within a time
 * span (specification 2.1). What is optional here is absent from bundles of the first format, and where it is not needed.
 */
export interface CorrelationRule extends RuleMeta {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids of the rules and correlations it is about, in the order written. */
  readonly ruleIds: readonly string[];
  /** Event fields, or names in `aliases`; an event that lacks one of them belongs to no group and is not counted. Empty: one group for all. */
  readonly groupBy: readonly string[];
  /** For a name in `groupBy` or of a value field that does not mean the same field everywhere: rule id → its field. */
  readonly aliases?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly timespanMs: number;
  readonly operator: ThresholdOperator;
  readonly threshold: number;
  /** Comparisons beside `operator` and `threshold`: the other end of a range. */
  readonly also?: readonly Comparison[];
  /** `value_…`: the field whose values are looked at. An event without it is not counted. */
  readonly valueField: string | undefined;
  /** `value_count` over several fields: all of them, whose combinations are counted. */
  readonly valueFields?: readonly string[];
  /** `value_percentile`: which percentile of the values is compared; absent, the share (in percent) that a single value has. */
  readonly percentile?: number;
  /**
   * `value_count`: only values whose hash falls into 1/N of the hash space are counted, and the threshold is scaled
   * by the evaluator; 1 is exact. Written as `gatewarden: { sample: N }`.
   */
  readonly sampleOneIn: number;
  /** `false` where only other correlations that refer to this one, without `generate: true`, hear of it. */
  readonly alerts?: boolean;
}

/** One parsed rule as the bundle carries it: plain JSON. */
export type RuleSource = EventRule | CorrelationRule;
