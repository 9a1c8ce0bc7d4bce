import { isMap, isScalar } from 'yaml';
import { meetsCondition } from '../meets-condition.js';
import {
  type Comparison,
  type CorrelationRule,
  type CorrelationType,
  THRESHOLD_OPERATORS,
} from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import type { ProblemReporter } from './rule-problem.js';
import { type MapEntry, mapEntries, scalarValue, textsOf } from './yaml-map.js';

/** What a correlation's `condition` says; fields are as written. */
export interface CorrelationCondition
  extends Pick<CorrelationRule, 'operator' | 'threshold' | 'also' | 'percentile'> {
  readonly fields: readonly string[];
  readonly field: MapEntry | undefined;
}

const WANTED = `one of ${THRESHOLD_OPERATORS.map((name) => `'${name}'`).join(', ')}`;
const KEYS = [...THRESHOLD_OPERATORS, 'field', 'percentile'];

/**
 * Parses the condition of a correlation of this type; `temporal` and `temporal_ordered` may leave it out, and then want
 * every one of their rules. All problems are reported, and answered with `undefined`.
 */
export function parseCorrelationCondition(
  entry: MapEntry | undefined,
  correlation: { readonly section: MapEntry; readonly type: CorrelationType; readonly rules: number },
  reporter: ProblemReporter,
): CorrelationCondition | undefined {
  const { section, type, rules } = correlation;
  const isTemporal = type === 'temporal' || type === 'temporal_ordered';
  if (entry === undefined && isTemporal)
    return { operator: 'gte', threshold: rules, fields: [], field: undefined };
  if (entry === undefined || !isMap(entry.value))
    return reporter.report(entry?.value ?? section.keyNode, {
      what: "the correlation has no 'condition' map",
      seen: entry?.value?.toJSON(),
      expected: isTemporal
        ? `leave 'condition' out to want every rule, or write a map with ${WANTED}`
        : `write condition: with ${WANTED}`,
    });
  const before = reporter.problems.length;
  const entries = mapEntries(entry.value, reporter);
  const field = entries.find(({ key }) => key === 'field');
  const fields = parseFields(field, entry, type, reporter);
  const percentile = parsePercentile(
    entries.find(({ key }) => key === 'percentile'),
    type,
    reporter,
  );
  const comparisons = entries
    .filter(({ key }) => key !== 'field' && key !== 'percentile')
    .flatMap((comparison) => parseComparison(comparison, type, reporter) ?? []);
  const [first, ...also] = comparisons;
  if (reporter.problems.length > before) return undefined;
  if (first === undefined)
    return reporter.report(entry.keyNode, {
      what: 'the condition compares nothing',
      expected: `write ${WANTED}, such as gte: 10`,
    });
  const impossible = whyImpossible(comparisons, type, rules);
  if (impossible !== undefined)
    return reporter.report(entry.value, { ...impossible, seen: entry.value.toJSON() });
  return {
    ...first,
    ...(also.length > 0 && { also }),
    ...(percentile !== undefined && { percentile }),
    fields,
    field,
  };
}

function parseFields(
  field: MapEntry | undefined,
  condition: MapEntry,
  type: CorrelationType,
  reporter: ProblemReporter,
): readonly string[] {
  const fields = textsOf(field, reporter);
  if (type.startsWith('value_')) {
    if (fields.length === 0)
      reporter.report(condition.keyNode, {
        what: `${type} looks at the values of a field, and none is named`,
        expected: 'add field: to the condition',
      });
    else if (fields.length > 1 && type !== 'value_count')
      reporter.report(field?.value, {
        what: `${type} takes one field`,
        seen: fields,
        expected: 'write a correlation for each field',
      });
  } else if (field !== undefined)
    reporter.report(field.keyNode, {
      what: `${type} takes no field`,
      seen: fields.join(', '),
      expected: 'use type: value_count, or leave the field out',
    });
  return fields;
}

function parsePercentile(
  entry: MapEntry | undefined,
  type: CorrelationType,
  reporter: ProblemReporter,
): number | undefined {
  if (entry === undefined) return undefined;
  const value = isScalar(entry.value) ? scalarValue(entry.value) : undefined;
  if (type !== 'value_percentile')
    return reporter.report(entry.keyNode, {
      what: 'only value_percentile takes a percentile',
      expected: "leave 'percentile' out",
    });
  if (typeof value === 'number' && value >= 0 && value <= 100) return value;
  return reporter.report(entry.value ?? entry.keyNode, {
    what: 'the percentile is not a number from 0 to 100',
    seen: value,
    expected: 'percentile: 95 is the value that 95 in 100 do not exceed; 50 is the median',
  });
}

function parseComparison(
  comparison: MapEntry,
  type: CorrelationType,
  reporter: ProblemReporter,
): Comparison | undefined {
  const operator = THRESHOLD_OPERATORS.find((name) => name === comparison.key);
  if (operator === undefined) {
    const near = nearestName(comparison.key, KEYS);
    return reporter.report(comparison.keyNode, {
      what: `there is no comparison '${comparison.key}'`,
      seen: comparison.key,
      expected: near === undefined ? `write ${WANTED}` : `did you mean '${near}'?`,
    });
  }
  const threshold = isScalar(comparison.value) ? scalarValue(comparison.value) : undefined;
  const isCount = !(type === 'value_sum' || type === 'value_avg' || type === 'value_percentile');
  if (typeof threshold !== 'number' || (isCount && (!Number.isInteger(threshold) || threshold < 0)))
    return reporter.report(comparison.value ?? comparison.keyNode, {
      what: isCount ? 'the threshold is not a whole number' : 'the threshold is not a number',
      seen: threshold,
      expected: `write a number${isCount ? ' from 0' : ''}, without quotes`,
    });
  return { operator, threshold };
}

/** Counts that no window can have, and a condition that every window meets: each would be a rule that does not do what it says. */
function whyImpossible(comparisons: readonly Comparison[], type: CorrelationType, rules: number) {
  if (type === 'value_sum' || type === 'value_avg' || type === 'value_percentile') return undefined;
  const isLowerBound = comparisons.every(({ operator }) => operator === 'gt' || operator === 'gte');
  if (isLowerBound && meetsCondition(comparisons, 0))
    return { what: 'the condition holds without a single event', expected: 'ask for at least one: gte: 1' };
  const most = type.startsWith('temporal') ? rules : Number.POSITIVE_INFINITY;
  const candidates = comparisons.flatMap(({ threshold }) => [threshold - 1, threshold, threshold + 1]);
  if (candidates.some((count) => count >= 1 && count <= most && meetsCondition(comparisons, count)))
    return undefined;
  return {
    what: Number.isFinite(most)
      ? `no number of the ${most} rules meets the condition`
      : 'no number of events meets the condition',
    expected: meetsCondition(comparisons, 0)
      ? 'a window begins with an event, so there is at least one; silence shows in the rows of service: apigateway-minute'
      : 'mend the bounds, or leave one out',
  };
}
