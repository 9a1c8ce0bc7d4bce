import { type Feed, logSourceOf } from '../sigma/log-sources.js';
import { comparisonsOf } from '../sigma/meets-condition.js';
import type { CorrelationRule, EventRule, RuleSource } from '../sigma/rule-source.js';
import { type FieldsOfLeaf, fieldsOfLeaf } from './fields-of-leaf.js';

/** How one rule counts: worked out once a rule, so that every container and every retry counts alike. */
export interface WindowPlan {
  readonly kind: 'members';
  readonly rule: RuleSource;
  /** Titles of the event rules whose signals are counted. */
  readonly signals: readonly string[];
  readonly groupBy: readonly string[];
  /** A group field that an event may lack; it then counts as `-`. Only event rules that alert by themselves. */
  readonly groupMayLack: boolean;
  /** What is told apart: events, values of `valueField`, or the rules that matched. */
  readonly counts: 'events' | 'values' | 'rules';
  /** As the alert names it. */
  readonly valueField: string | undefined;
  /** What the rule reads of the events of each event rule it counts. */
  readonly leaves: readonly FieldsOfLeaf[];
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

export interface PlanOptions {
  /** Nothing is sampled or saturated: for a run in memory over a bounded input, which need not match what a live window keeps. */
  readonly exact?: boolean;
}

/** Thresholds above it are counted by sampling (a set of 1,000 members of 12 bytes is the most an item should hold). */
const EXACT_THRESHOLD_MAX = 1000;
/** Below it more is kept than the threshold asks for, so that counts and times of small thresholds mean something. */
const CAPACITY_MIN = 16;
/** Members a span may hold when every bucket is full: 512 of 12 bytes are 6 write units an update at worst. */
const SPAN_MEMBERS = 512;
const BUCKETS_MAX = 30;
const BUCKET_MS_MIN = 1000;
/** Window of an event rule that alerts by itself: one alert per caller and hour. */
const EVENT_RULE_TIMESPAN_MS = 3_600_000;

/** Whether more events can never turn the condition false again, and it counts what a set of members can hold. */
export function isCountedByMembers(
  rule: CorrelationRule,
  eventRules: ReadonlyMap<string, EventRule>,
): boolean {
  const isCount = rule.type === 'event_count' || rule.type === 'value_count' || rule.type === 'temporal';
  return (
    isCount &&
    comparisonsOf(rule).every(({ operator }) => operator === 'gt' || operator === 'gte') &&
    rule.ruleIds.every((id) => eventRules.has(id))
  );
}

/** The window of a correlation that `isCountedByMembers`. `eventRules` gives the titles of what it counts. */
export function planCorrelation(
  rule: CorrelationRule,
  eventRules: ReadonlyMap<string, EventRule>,
  { exact = false }: PlanOptions = {},
): WindowPlan {
  const wanted = Math.max(
    ...comparisonsOf(rule).map(({ operator, threshold }) =>
      operator === 'gt' ? Math.floor(threshold) + 1 : Math.ceil(threshold),
    ),
  );
  const sampleOneIn = exact ? 1 : Math.max(rule.sampleOneIn ?? 1, Math.ceil(wanted / EXACT_THRESHOLD_MAX));
  return {
    kind: 'members',
    rule,
    signals: rule.ruleIds.map((id) => eventRules.get(id)?.title ?? id),
    groupBy: rule.groupBy,
    groupMayLack: false,
    counts: COUNTS[rule.type] ?? 'events',
    valueField:
      rule.type === 'value_count' ? (rule.valueFields?.join(' and ') ?? rule.valueField) : undefined,
    leaves: rule.ruleIds.map((id) => fieldsOfLeaf(rule, id)),
    ...sizes(rule.timespanMs, Math.ceil(wanted / sampleOneIn)),
    ...(exact && { capacity: Number.POSITIVE_INFINITY }),
    sampleOneIn,
  };
}

const COUNTS: Readonly<Partial<Record<CorrelationRule['type'], WindowPlan['counts']>>> = {
  event_count: 'events',
  value_count: 'values',
  temporal: 'rules',
};

/** What an event rule that alerts by itself alerts about, by feed: the caller of an API, else what the event is about. */
const GROUPS: Readonly<Record<Feed, readonly string[]>> = {
  calls: ['apiId', 'principalKind', 'principal'],
  minutes: ['apiId', 'stage', 'dimension', 'method', 'route', 'principalKind', 'principal'],
  inventory: ['apiId', 'stage', 'change', 'method', 'route'],
  cloudtrail: ['eventName', 'userIdentity.arn'],
};

/** The window of an event rule that alerts by itself: one matching event is enough. */
export function planEventRule(rule: EventRule, { exact = false }: PlanOptions = {}): WindowPlan {
  const groupBy = GROUPS[logSourceOf(rule.logsource)?.feed ?? 'calls'];
  return {
    kind: 'members',
    rule,
    signals: [rule.title],
    groupBy,
    groupMayLack: true,
    counts: 'events',
    valueField: undefined,
    leaves: [{ ruleId: rule.id, group: groupBy, values: [] }],
    ...sizes(EVENT_RULE_TIMESPAN_MS, 1),
    ...(exact && { capacity: Number.POSITIVE_INFINITY }),
    sampleOneIn: 1,
  };
}

function sizes(timespanMs: number, firesAt: number) {
  const capacity = Math.max(firesAt, CAPACITY_MIN);
  const buckets = Math.min(BUCKETS_MAX, Math.max(1, Math.floor(SPAN_MEMBERS / capacity)));
  const bucketMs = Math.min(timespanMs, Math.max(BUCKET_MS_MIN, Math.ceil(timespanMs / buckets)));
  return { timespanMs, bucketMs, firesAt, capacity };
}
