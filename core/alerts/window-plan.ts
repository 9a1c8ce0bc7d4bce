import type { CorrelationRule, EventRule, RuleSource } from '../sigma/rule-source.js';

/** How one rule counts: worked out once a rule, so that every container and every retry counts alike. */
export interface WindowPlan {
  readonly rule: RuleSource;
  /** Titles of the call rules whose signals are counted. */
  readonly signals: readonly string[];
  readonly groupBy: readonly string[];
  /** A group field that a call may lack; it then counts as `-`. Only call rules that alert by themselves. */
  readonly groupMayLack: boolean;
  /** What is told apart: calls, or values of this field. */
  readonly valueField: string | undefined;
  /** Length of the sliding window, and of a span: spans are aligned to it in event time. */
  readonly timespanMs: number;
  readonly bucketMs: number;
  /** Members in a window at which the rule fires: after sampling, and one more than written for `gt`. */
  readonly firesAt: number;
  /** Members at which a bucket is saturated: nothing more is added to it. Never below `firesAt`. */
  readonly capacity: number;
  /** Only members whose hash is a multiple of this are counted; 1 counts all. */
  readonly sampleOneIn: number;
}

/** Thresholds above it are counted by sampling (a set of 1,000 members of 12 bytes is the most an item should hold). */
const EXACT_THRESHOLD_MAX = 1000;
/** Below it more is kept than the threshold asks for, so that counts and times of small thresholds mean something. */
const CAPACITY_MIN = 16;
/** Members a span may hold when every bucket is full: 512 of 12 bytes are 6 write units an update at worst. */
const SPAN_MEMBERS = 512;
const BUCKETS_MAX = 30;
const BUCKET_MS_MIN = 1000;
/** Window of a call rule that alerts by itself: one alert per caller and hour. */
const CALL_RULE_TIMESPAN_MS = 3_600_000;

/** The window of a correlation. `eventRules` gives the titles of what it counts. */
export function planCorrelation(
  rule: CorrelationRule,
  eventRules: ReadonlyMap<string, EventRule>,
): WindowPlan {
  const wanted = rule.operator === 'gt' ? Math.floor(rule.threshold) + 1 : Math.ceil(rule.threshold);
  const sampleOneIn = Math.max(rule.sampleOneIn ?? 1, Math.ceil(wanted / EXACT_THRESHOLD_MAX));
  return {
    rule,
    signals: rule.ruleIds.map((id) => eventRules.get(id)?.title ?? id),
    groupBy: rule.groupBy,
    groupMayLack: false,
    valueField: rule.type === 'value_count' ? rule.valueField : undefined,
    ...sizes(rule.timespanMs, Math.ceil(wanted / sampleOneIn)),
    sampleOneIn,
  };
}

/** The window of a call rule that alerts by itself: one matching call is enough. */
export function planEventRule(rule: EventRule): WindowPlan {
  return {
    rule,
    signals: [rule.title],
    groupBy: ['apiId', 'principalKind', 'principal'],
    groupMayLack: true,
    valueField: undefined,
    ...sizes(CALL_RULE_TIMESPAN_MS, 1),
    sampleOneIn: 1,
  };
}

function sizes(timespanMs: number, firesAt: number) {
  const capacity = Math.max(firesAt, CAPACITY_MIN);
  const buckets = Math.min(BUCKETS_MAX, Math.max(1, Math.floor(SPAN_MEMBERS / capacity)));
  const bucketMs = Math.min(timespanMs, Math.max(BUCKET_MS_MIN, Math.ceil(timespanMs / buckets)));
  return { timespanMs, bucketMs, firesAt, capacity };
}
