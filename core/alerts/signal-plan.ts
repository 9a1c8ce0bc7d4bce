import { comparisonsOf } from '../sigma/meets-condition.js';
import type { Comparison, CorrelationRule, CorrelationType, RuleSource } from '../sigma/rule-source.js';
import { type FieldsOfLeaf, fieldsOfLeaf } from './fields-of-leaf.js';
import type { PlanOptions } from './window-plan.js';

/**
 * How a correlation is judged whose windows need more than the number of their members: values, order, other correlations,
 * or a condition that more events can turn false again. The signals of the rules at the ends of its chains are
 * kept per group of the outermost correlation, and the whole tree is worked out from them; so a chain has no state
 * between its links, and a correlation that is referred to is judged within the group of the one that refers to it.
 */
export interface SignalPlan {
  readonly kind: 'signals';
  readonly rule: CorrelationRule;
  /** Titles of what the outermost correlation refers to, in its order. */
  readonly signals: readonly string[];
  readonly groupBy: readonly string[];
  readonly groupMayLack: false;
  readonly root: SignalNode;
  readonly leaves: readonly SignalLeaf[];
  /** What a window reaches back, with the windows of everything it refers to: the length of a span, and of a slot. */
  readonly spanMs: number;
  /** Each span has so many buckets for each leaf, all of the same length. */
  readonly bucketsPerLeaf: number;
  readonly bucketMs: number;
  /** Signals kept in a bucket; more are represented by a sample. */
  readonly keepEach: number;
  /** At once, where windows that are complete stay so; else when the watermark has passed all that a window could hold. */
  readonly judged: 'at-once' | 'when-closed';
}

/** A correlation of the tree. */
export interface SignalNode {
  readonly kind: 'node';
  readonly type: CorrelationType;
  readonly timespanMs: number;
  readonly comparisons: readonly Comparison[];
  readonly percentile: number | undefined;
  /** Links between this and the outermost correlation. */
  readonly depth: number;
  /** Any window counts that holds, or only those that no other of the same length holds as a part. */
  readonly windows: 'all' | 'longest';
  readonly inputs: readonly (SignalNode | SignalLeaf)[];
  /** Indexes of all leaves below. */
  readonly leaves: ReadonlySet<number>;
}

/** An event rule at the end of a chain; one that is referred to twice stands for two. */
export interface SignalLeaf {
  readonly kind: 'leaf';
  readonly index: number;
  readonly ruleId: string;
  /** What each correlation on the way from the outermost down to the leaf reads of its events. */
  readonly path: readonly LeafWord[];
  /** What decides which events stay when there are too many. */
  readonly sampledBy: 'event' | 'value' | 'size';
}

export interface LeafWord extends FieldsOfLeaf {
  /** How the value is kept: as a hash, as a number, or not at all. */
  readonly value: 'hash' | 'number' | undefined;
}

/** What the members of a span take at most; while they are written, an item may hold twice as much for a moment (see docs/decisions/0007). */
const SPAN_BYTES_MAX = 24_000;
/** Rank, offset and hash. */
export const MEMBER_HEAD_BYTES = 16;
export const MEMBER_WORD_BYTES = 8;
const KEEP_EACH_MIN = 4;

/** The plan of a correlation; `rules` holds all that it refers to, over any number of links, and no cycle. */
export function planSignals(
  rule: CorrelationRule,
  rules: ReadonlyMap<string, RuleSource>,
  { exact = false }: PlanOptions = {},
): SignalPlan {
  const leaves: SignalLeaf[] = [];
  const root = toNode(rule, { rules, above: [], leaves });
  const spanMs = reachOf(root);
  const bucketsPerLeaf = leaves.length <= 4 ? 8 : 2;
  const bytes = leaves.reduce((sum, leaf) => sum + memberBytes(leaf), 0);
  const keepEach = Math.max(KEEP_EACH_MIN, Math.floor(SPAN_BYTES_MAX / (bytes * bucketsPerLeaf)));
  return {
    kind: 'signals',
    rule,
    signals: rule.ruleIds.map((id) => rules.get(id)?.title ?? id),
    groupBy: rule.groupBy,
    groupMayLack: false,
    root,
    leaves,
    spanMs,
    bucketsPerLeaf,
    bucketMs: Math.ceil(spanMs / bucketsPerLeaf),
    keepEach: exact ? Number.POSITIVE_INFINITY : keepEach,
    judged: isMonotone(root) ? 'at-once' : 'when-closed',
  };
}

function memberBytes(leaf: SignalLeaf): number {
  const words = leaf.path.reduce((sum, { value }, depth) => sum + Number(depth > 0) + Number(!!value), 0);
  return MEMBER_HEAD_BYTES + words * MEMBER_WORD_BYTES;
}

interface Branch {
  readonly rules: ReadonlyMap<string, RuleSource>;
  /** From the outermost correlation down. */
  readonly above: readonly CorrelationRule[];
  readonly leaves: SignalLeaf[];
}

function toNode(rule: CorrelationRule, branch: Branch): SignalNode {
  const above = [...branch.above, rule];
  const first = branch.leaves.length;
  const inputs = rule.ruleIds.map((id) => {
    const child = branch.rules.get(id);
    return child?.kind === 'correlation'
      ? toNode(child, { ...branch, above })
      : toLeaf(id, above, branch.leaves);
  });
  return {
    kind: 'node',
    type: rule.type,
    timespanMs: rule.timespanMs,
    comparisons: comparisonsOf(rule),
    percentile: rule.percentile,
    depth: branch.above.length,
    windows: isLowerBound(rule) ? 'all' : 'longest',
    inputs,
    leaves: new Set(branch.leaves.slice(first).map(({ index }) => index)),
  };
}

function toLeaf(ruleId: string, above: readonly CorrelationRule[], leaves: SignalLeaf[]): SignalLeaf {
  const parent = above.at(-1);
  const leaf: SignalLeaf = {
    kind: 'leaf',
    index: leaves.length,
    ruleId,
    path: above.map((rule) => ({ ...fieldsOfLeaf(rule, ruleId), value: keptValue(rule) })),
    sampledBy: parent?.type === 'value_sum' ? 'size' : parent?.type === 'value_count' ? 'value' : 'event',
  };
  leaves.push(leaf);
  return leaf;
}

function keptValue({ type, percentile }: CorrelationRule): LeafWord['value'] {
  if (type === 'value_sum' || type === 'value_avg') return 'number';
  if (type === 'value_percentile') return percentile === undefined ? 'hash' : 'number';
  return type === 'value_count' ? 'hash' : undefined;
}

/** Counts, order and sums that are compared from below: what has arrived in order keeps such a window as it is. */
function isLowerBound(rule: CorrelationRule): boolean {
  const isMeasured = rule.type === 'value_avg' || rule.type === 'value_percentile';
  return !isMeasured && comparisonsOf(rule).every(({ operator }) => operator === 'gt' || operator === 'gte');
}

function isMonotone(node: SignalNode): boolean {
  return node.windows === 'all' && node.inputs.every((input) => input.kind === 'leaf' || isMonotone(input));
}

function reachOf(node: SignalNode): number {
  const below = node.inputs.map((input) => (input.kind === 'leaf' ? 0 : reachOf(input)));
  return node.timespanMs + Math.max(0, ...below);
}
