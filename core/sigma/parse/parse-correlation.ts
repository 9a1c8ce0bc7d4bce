import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { CORRELATION_TYPES, type CorrelationType, TIMESPAN_MS_MAX } from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import { type CorrelationCondition, parseCorrelationCondition } from './parse-correlation-condition.js';
import type { AcceptedLogSources } from './parse-log-source.js';
import { type Entries, guidanceOf } from './parse-meta.js';
import type { ProblemReporter } from './rule-problem.js';
import { type MapEntry, mapEntries, nodeOf, textOf, textsOf } from './yaml-map.js';

/** A correlation before its rules are known: references are names or ids, fields are as written. */
export interface CorrelationDraft extends Omit<CorrelationCondition, 'field'> {
  readonly type: CorrelationType;
  readonly references: readonly Reference[];
  readonly groupBy: readonly string[];
  /** Alias → reference of a rule → field of that rule's events. */
  readonly aliases: ReadonlyMap<string, readonly AliasTarget[]>;
  readonly timespanMs: number;
  readonly sampleOneIn: number;
  readonly generate: boolean;
  readonly places: {
    readonly rules: MapEntry;
    readonly groupBy: MapEntry | undefined;
    readonly field: MapEntry | undefined;
    readonly timespan: MapEntry | undefined;
  };
}

/** The id or name of a rule, and where it stands. */
export interface Reference {
  readonly name: string;
  readonly place: Node;
}

export interface AliasTarget {
  readonly rule: string;
  readonly field: string;
  readonly place: MapEntry;
}

const KEYS = ['type', 'rules', 'group-by', 'aliases', 'timespan', 'condition', 'generate'] as const;
const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const TIMESPAN = /^([1-9]\d{0,5})([smhd])$/;

/** Parses a `correlation` section; `undefined` when any part of it was reported as wrong. */
export function parseCorrelation(
  section: MapEntry,
  document: Entries,
  accepted: AcceptedLogSources,
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
  const references = parseReferences(rules, section, reporter);
  const aliases = parseAliases(entries.get('aliases'), references, reporter);
  const timespanMs = parseTimespan(entries.get('timespan'), section, accepted, reporter);
  const condition =
    type === undefined
      ? undefined
      : parseCorrelationCondition(
          entries.get('condition'),
          { section, type, rules: references.length },
          reporter,
        );
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
  const { field, ...compared } = condition;
  return {
    type,
    references,
    groupBy: textsOf(groupBy, reporter),
    aliases,
    timespanMs,
    ...compared,
    sampleOneIn,
    generate,
    places: { rules, groupBy, field, timespan: entries.get('timespan') },
  };
}

function parseReferences(
  rules: MapEntry | undefined,
  section: MapEntry,
  reporter: ProblemReporter,
): readonly Reference[] {
  const names = textsOf(rules, reporter);
  if (rules === undefined || names.length === 0) {
    reporter.report((rules ?? section).keyNode, {
      what: 'the correlation names no rules',
      expected: 'list ids or names under rules',
    });
    return [];
  }
  const items = isSeq(rules.value) ? rules.value.items : [rules.value];
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name))
      reporter.report(rules.value, {
        what: `the rule '${name}' is listed twice`,
        seen: name,
        expected: 'list each rule once',
      });
    seen.add(name);
  }
  return names.map((name, at) => ({ name, place: nodeOf(items[at]) ?? rules.keyNode }));
}

function parseAliases(
  entry: MapEntry | undefined,
  references: readonly Reference[],
  reporter: ProblemReporter,
): CorrelationDraft['aliases'] {
  const aliases = new Map<string, readonly AliasTarget[]>();
  if (entry === undefined || entry.value === null) return aliases;
  const form = 'write aliases: { alias: { rule name: field } }';
  if (!isMap(entry.value)) {
    reporter.report(entry.value, {
      what: "'aliases' is not a map",
      seen: entry.value.toJSON(),
      expected: form,
    });
    return aliases;
  }
  const names = references.map(({ name }) => name);
  for (const alias of mapEntries(entry.value, reporter)) {
    if (!isMap(alias.value)) {
      reporter.report(alias.value ?? alias.keyNode, {
        what: `the alias '${alias.key}' is not a map of rules`,
        seen: alias.value?.toJSON(),
        expected: form,
      });
      continue;
    }
    const targets = mapEntries(alias.value, reporter).flatMap((target) => {
      const field = textOf(target, reporter);
      if (names.includes(target.key) && field !== undefined)
        return [{ rule: target.key, field, place: target }];
      const near = nearestName(target.key, names);
      reporter.report(names.includes(target.key) ? (target.value ?? target.keyNode) : target.keyNode, {
        what: names.includes(target.key)
          ? `the alias '${alias.key}' names no field of '${target.key}'`
          : `the alias '${alias.key}' is about '${target.key}', which is not among the correlation's rules`,
        seen: target.key,
        expected:
          near === undefined || near === target.key
            ? `${form}, with rules as they are written under rules`
            : `did you mean '${near}'?`,
      });
      return [];
    });
    aliases.set(alias.key, targets);
  }
  return aliases;
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
  return reporter.report(entry?.value ?? section.keyNode, {
    what: 'the correlation has no known type',
    seen: text,
    expected: near === undefined ? `known are ${CORRELATION_TYPES.join(', ')}` : `did you mean '${near}'?`,
  });
}

function parseTimespan(
  entry: MapEntry | undefined,
  section: MapEntry,
  accepted: AcceptedLogSources,
  reporter: ProblemReporter,
): number | undefined {
  const text = textOf(entry, reporter);
  const [, count, unit = ''] = TIMESPAN.exec(text ?? '') ?? [];
  const spanMs = Number(count) * (UNITS[unit] ?? Number.NaN);
  if (spanMs <= longestSpanMs(accepted)) return spanMs;
  return reporter.report(entry?.value ?? section.keyNode, {
    what: Number.isNaN(spanMs)
      ? 'the timespan is missing or not a number with a unit'
      : 'the timespan is longer than 30 days',
    seen: text,
    expected: 'write a number and s, m, h or d, such as 5m (90m for an hour and a half), at most 30d',
  });
}

/** Live windows are kept for so long; over events that someone hands in there is no such limit. */
export function longestSpanMs(accepted: AcceptedLogSources): number {
  return accepted === 'any' ? Number.POSITIVE_INFINITY : TIMESPAN_MS_MAX;
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
