import { isMap, isScalar } from 'yaml';
import { logSourceOf, resolveField } from '../log-sources.js';
import {
  CORRELATION_TYPES,
  type CorrelationRule,
  type CorrelationType,
  type EventRule,
  THRESHOLD_OPERATORS,
  type ThresholdOperator,
} from '../rule-source.js';
import { CALL_FIELDS, callField } from '../taxonomy.js';
import { nearestName } from './nearest-name.js';
import { type Entries, guidanceOf } from './parse-meta.js';
import type { ProblemReporter } from './rule-problem.js';
import { type MapEntry, mapEntries, scalarValue, textOf, textsOf } from './yaml-map.js';

/** A correlation before its rules are known: references are names or ids, fields are as written. */
export interface CorrelationDraft {
  readonly type: CorrelationType;
  readonly references: readonly string[];
  readonly groupBy: readonly string[];
  readonly timespanMs: number;
  readonly operator: ThresholdOperator;
  readonly threshold: number;
  readonly valueField: string | undefined;
  readonly sampleOneIn: number;
  readonly generate: boolean;
  readonly places: {
    readonly rules: MapEntry;
    readonly groupBy: MapEntry | undefined;
    readonly field: MapEntry | undefined;
  };
}

const KEYS = ['type', 'rules', 'group-by', 'timespan', 'condition', 'generate'] as const;
const OTHER_TYPES = ['value_sum', 'value_avg', 'value_percentile', 'temporal', 'temporal_ordered'];
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIMESPAN = /^([1-9]\d{0,5})([smhd])$/;
const MAX_TIMESPAN_MS = 7 * 86_400_000;

/** Parses a `correlation` section; `undefined` when any part of it was reported as wrong. */
export function parseCorrelation(
  section: MapEntry,
  document: Entries,
  reporter: ProblemReporter,
): CorrelationDraft | undefined {
  if (!isMap(section.value))
    return reporter.report(section.value ?? section.keyNode, {
      what: "'correlation' is not a map",
      expected: `write ${KEYS.join(', ')} under it`,
    });
  const before = reporter.problems.length;
  const entries = new Map(mapEntries(section.value, reporter).map((entry) => [entry.key, entry] as const));
  for (const entry of entries.values()) {
    if ((KEYS as readonly string[]).includes(entry.key)) continue;
    const near = nearestName(entry.key, KEYS);
    const expected = near === undefined ? `supported are ${KEYS.join(', ')}` : `did you mean '${near}'?`;
    reporter.report(entry.keyNode, {
      what: `'${entry.key}' in a correlation is not supported`,
      seen: entry.key,
      expected,
    });
  }
  const type = parseType(entries.get('type'), section, reporter);
  const rules = entries.get('rules');
  const references = textsOf(rules, reporter);
  if (rules === undefined || references.length === 0)
    reporter.report((rules ?? section).keyNode, {
      what: 'the correlation names no rules',
      expected: 'list ids or names under rules',
    });
  const timespanMs = parseTimespan(entries.get('timespan'), section, reporter);
  const condition = parseThreshold(entries.get('condition'), section, type, reporter);
  // `generate` stands inside the section in the schema, at top level in older public files: both are read.
  const generate = parseFlag(entries.get('generate') ?? document.get('generate'), reporter);
  const sampleOneIn = parseSample(guidanceOf(document, reporter).get('sample'), type, reporter);
  if (
    reporter.problems.length > before ||
    type === undefined ||
    rules === undefined ||
    timespanMs === undefined ||
    condition === undefined
  )
    return undefined;
  const groupBy = entries.get('group-by');
  return {
    type,
    references,
    groupBy: textsOf(groupBy, reporter),
    timespanMs,
    ...condition.threshold,
    valueField: condition.valueField,
    sampleOneIn,
    generate,
    places: { rules, groupBy, field: condition.field },
  };
}

/**
 * The call fields a correlation names, seen through the log sources of the rules it counts; each must mean the same
 * field for every one of them and be part of every call. Problems are reported and answered with `undefined`.
 */
export function resolveCorrelationFields(
  draft: CorrelationDraft,
  rules: readonly EventRule[],
  reporter: ProblemReporter,
): Pick<CorrelationRule, 'groupBy' | 'valueField'> | undefined {
  const groupBy = draft.groupBy.map((name) => resolveGroupField(name, rules, draft.places.groupBy, reporter));
  const valueField =
    draft.valueField === undefined
      ? undefined
      : resolveGroupField(draft.valueField, rules, draft.places.field, reporter);
  const known = groupBy.filter((name) => name !== undefined);
  if (known.length < groupBy.length || (draft.valueField !== undefined && valueField === undefined))
    return undefined;
  return { groupBy: known, valueField };
}

function resolveGroupField(
  name: string,
  rules: readonly EventRule[],
  place: MapEntry | undefined,
  reporter: ProblemReporter,
): string | undefined {
  const meant = new Set(
    rules.map((rule) => {
      const source = logSourceOf(rule.logsource);
      const resolved = source === undefined ? undefined : resolveField(source, name);
      return resolved?.kind === 'field' ? resolved.field.name : undefined;
    }),
  );
  const [only] = meant;
  if (meant.size === 1 && only !== undefined && callField(only)?.groupable === true) return only;
  const groupable = CALL_FIELDS.filter((field) => field.groupable).map((field) => field.name);
  const near = nearestName(name, groupable);
  return reporter.report(place?.value ?? place?.keyNode, {
    what:
      only === undefined
        ? `calls have no field '${name}'`
        : `calls cannot be grouped or counted by '${name}'`,
    seen: name,
    expected:
      near === undefined || near === name ? 'docs/taxonomy.md lists the fields' : `did you mean '${near}'?`,
  });
}

function parseType(
  entry: MapEntry | undefined,
  section: MapEntry,
  reporter: ProblemReporter,
): CorrelationType | undefined {
  const text = textOf(entry, reporter);
  const type = CORRELATION_TYPES.find((name) => name === text);
  if (type !== undefined) return type;
  const near = text === undefined ? undefined : nearestName(text, CORRELATION_TYPES);
  const later = text !== undefined && OTHER_TYPES.includes(text);
  return reporter.report(entry?.value ?? section.keyNode, {
    what: later
      ? `correlations of type '${text}' are not supported by this version`
      : 'the correlation has no known type',
    seen: text,
    expected:
      !later && near !== undefined
        ? `did you mean '${near}'?`
        : `supported are ${CORRELATION_TYPES.join(', ')}`,
  });
}

function parseTimespan(
  entry: MapEntry | undefined,
  section: MapEntry,
  reporter: ProblemReporter,
): number | undefined {
  const text = textOf(entry, reporter);
  const [, count, unit = ''] = TIMESPAN.exec(text ?? '') ?? [];
  const spanMs = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (spanMs <= MAX_TIMESPAN_MS) return spanMs;
  return reporter.report(entry?.value ?? section.keyNode, {
    what: Number.isNaN(spanMs)
      ? 'the timespan is missing or not a number with a unit'
      : 'the timespan is longer than 7 days',
    seen: text,
    expected: 'write a number and s, m, h or d, such as 5m (90m for an hour and a half), at most 7d',
  });
}

interface Threshold {
  readonly threshold: Pick<CorrelationRule, 'operator' | 'threshold'>;
  readonly valueField: string | undefined;
  readonly field: MapEntry | undefined;
}

function parseThreshold(
  entry: MapEntry | undefined,
  section: MapEntry,
  type: CorrelationType | undefined,
  reporter: ProblemReporter,
): Threshold | undefined {
  if (entry === undefined || !isMap(entry.value))
    return reporter.report(entry?.value ?? section.keyNode, {
      what: "the correlation has no 'condition' map",
      expected: "write condition: with one of 'gte', 'gt', 'lte', 'lt', 'eq', 'neq'",
    });
  const entries = mapEntries(entry.value, reporter);
  const field = entries.find(({ key }) => key === 'field');
  const comparisons = entries.filter(({ key }) => key !== 'field');
  const valueField = textOf(field, reporter);
  if (type === 'value_count' && valueField === undefined)
    reporter.report(entry.keyNode, {
      what: 'value_count counts the values of one field, and none is named',
      expected: 'add field: to the condition',
    });
  if (type === 'event_count' && field !== undefined)
    reporter.report(field.keyNode, {
      what: 'event_count takes no field',
      seen: valueField,
      expected: 'use type: value_count, or leave the field out',
    });
  const [comparison, second] = comparisons;
  if (comparison === undefined || second !== undefined)
    return reporter.report((second ?? entry).keyNode, {
      what:
        second === undefined
          ? 'the condition compares nothing'
          : 'a range of two comparisons is not supported by this version',
      seen: second?.key,
      expected: 'write one comparison, such as gte: 10',
    });
  const operator = THRESHOLD_OPERATORS.find((name) => name === comparison.key);
  if (operator === undefined)
    return reporter.report(comparison.keyNode, {
      what: `there is no comparison '${comparison.key}'`,
      seen: comparison.key,
      expected: `write one of ${THRESHOLD_OPERATORS.join(', ')}`,
    });
  const value = isScalar(comparison.value) ? scalarValue(comparison.value) : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    return reporter.report(comparison.value ?? comparison.keyNode, {
      what: 'the threshold is not a whole number',
      seen: value,
      expected: 'write a number from 0, without quotes',
    });
  return { threshold: { operator, threshold: value }, valueField, field };
}

function parseFlag(entry: MapEntry | undefined, reporter: ProblemReporter): boolean {
  if (entry === undefined) return false;
  const value = isScalar(entry.value) ? entry.value.value : undefined;
  if (typeof value === 'boolean') return value;
  reporter.report(entry.value ?? entry.keyNode, {
    what: `'${entry.key}' is neither true nor false`,
    seen: value,
    expected: 'write true or false',
  });
  return false;
}

function parseSample(
  entry: MapEntry | undefined,
  type: CorrelationType | undefined,
  reporter: ProblemReporter,
): number {
  if (entry === undefined) return 1;
  const value = isScalar(entry.value) ? entry.value.value : undefined;
  if (type !== 'value_count')
    reporter.report(entry.keyNode, {
      what: 'only value_count can be sampled',
      expected: "leave 'sample' out",
    });
  else if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > 1024)
    reporter.report(entry.value ?? entry.keyNode, {
      what: "'sample' is not a whole number from 1 to 1024",
      seen: value,
      expected: 'sample: 64 counts one value in 64',
    });
  else return value;
  return 1;
}
