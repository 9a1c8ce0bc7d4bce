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

export const CORRELATION_TYPES = ['event_count', 'value_count'] as const;
export type CorrelationType = (typeof CORRELATION_TYPES)[number];

/** A correlation: how many events, or distinct values of a field, per group within a time span. */
export interface CorrelationRule extends RuleMeta {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids of the call rules whose signals are counted. */
  readonly ruleIds: readonly string[];
  /** Call fields; a call that lacks one of them belongs to no group and is not counted. Empty: one group for all. */
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly operator: ThresholdOperator;
  readonly threshold: number;
  /** `value_count`: the field whose distinct values count. A call without it is not counted. */
  readonly valueField: string | undefined;
  /**
   * `value_count`: only values whose hash falls into 1/N of the hash space are counted, and the threshold is scaled
   * by the evaluator; 1 is exact. Written as `gatewarden: { sample: N }`.
   */
  readonly sampleOneIn: number;
}

/** One parsed rule as the bundle carries it: plain JSON. */
export type RuleSource = EventRule | CorrelationRule;
