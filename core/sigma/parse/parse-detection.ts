import { isMap, isScalar, isSeq, type Node } from 'yaml';
import type { Condition, RuleValue } from '../rule-source.js';
import { tooManyParts } from './condition-size.js';
import { parseCondition } from './parse-condition.js';
import { type DetectionContext, parseFieldMatch } from './parse-field-match.js';
import { type MapEntry, mapEntries, nodeOf, numberAsWritten, scalarValue } from './yaml-map.js';

const NOTHING: ReadonlySet<string> = new Set();

/**
 * Parses a `detection` section, or one like it, into one condition tree; `undefined` when any part of it was reported as
 * wrong. `others` are keys of the section that are no selections.
 */
export function parseDetection(
  section: MapEntry,
  context: DetectionContext,
  others: ReadonlySet<string> = NOTHING,
): Condition | undefined {
  const { reporter } = context;
  if (!isMap(section.value))
    return reporter.report(section.value ?? section.keyNode, {
      what: `'${section.key}' is not a map`,
      expected: "write selections and a 'condition' under it",
    });
  const entries = mapEntries(section.value, reporter);
  const selections = new Map<string, Condition>();
  let failed = false;
  for (const entry of entries) {
    if (entry.key === 'condition' || others.has(entry.key)) continue;
    if (entry.key === 'timeframe') {
      failed = true;
      reporter.report(entry.keyNode, {
        what: "'timeframe' in a detection is obsolete",
        seen: entry.value?.toJSON(),
        expected: "write a correlation rule with 'timespan'",
      });
      continue;
    }
    const selection = parseSelection(entry, context);
    if (selection === undefined) failed = true;
    // A selection with a problem still has its name: the condition's own problems are told at the same time.
    selections.set(entry.key, selection ?? { kind: 'or', of: [] });
  }
  const condition = entries.find(({ key }) => key === 'condition');
  if (condition === undefined)
    return reporter.report(section.keyNode, {
      what: `the ${section.key} has no 'condition'`,
      expected: `add condition: ${[...selections.keys()][0] ?? 'selection'}`,
    });
  const parsed = parseConditions(condition, selections, context);
  const large = parsed && tooManyParts([parsed]);
  if (large !== undefined) return reporter.report(condition.value ?? condition.keyNode, large);
  return failed ? undefined : parsed;
}

/** A list of conditions is joined with `or` (specification 2.1, "Condition"). */
function parseConditions(
  entry: MapEntry,
  selections: ReadonlyMap<string, Condition>,
  { reporter }: DetectionContext,
): Condition | undefined {
  const items: readonly unknown[] = isSeq(entry.value) ? entry.value.items : [entry.value];
  const conditions: Condition[] = [];
  for (const item of items) {
    const value = isScalar(item) ? scalarValue(item) : undefined;
    const node = nodeOf(item) ?? entry.keyNode;
    if (typeof value !== 'string' && typeof value !== 'number') {
      reporter.report(node, {
        what: 'the condition is not text',
        expected: `such as condition: ${[...selections.keys()][0] ?? 'selection'}`,
      });
      continue;
    }
    const result = parseCondition(String(value), selections);
    if (result.ok) conditions.push(result.condition);
    else reporter.report(offsetIn(node, result.problem.at), result.problem);
  }
  const [only] = conditions;
  if (conditions.length !== items.length || only === undefined) return undefined;
  return conditions.length === 1 ? only : { kind: 'or', of: conditions };
}

function offsetIn(node: Node, at: number): number {
  const start = node.range?.[0] ?? 0;
  const quoted = isScalar(node) && (node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE');
  // In block scalars the text does not stand at a fixed distance from the node: point at its start.
  const block = isScalar(node) && (node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL');
  return block ? start : start + at + (quoted ? 1 : 0);
}

function parseSelection(entry: MapEntry, context: DetectionContext): Condition | undefined {
  const { value } = entry;
  if (isMap(value)) return parseMap(entry, context);
  if (isSeq(value)) return parseList(entry, value.items, context);
  if (isScalar(value)) {
    const keyword = scalarValue(value);
    if (keyword !== undefined && keyword !== null && keyword !== '')
      return keywords([numberAsWritten(value) ?? keyword]);
  }
  return context.reporter.report(value ?? entry.keyNode, {
    what: `the selection '${entry.key}' is empty`,
    expected: 'give it a map of fields, a list of maps, or keywords',
  });
}

/** All entries of a map must hold. */
function parseMap(entry: MapEntry, context: DetectionContext): Condition | undefined {
  if (!isMap(entry.value)) return undefined;
  const entries = mapEntries(entry.value, context.reporter);
  if (entries.length === 0)
    return context.reporter.report(entry.value, {
      what: `the selection '${entry.key}' is empty`,
      expected: 'give it at least one field',
    });
  const matches = entries.map((item) => parseFieldMatch(item, context));
  const of = matches.flatMap((match) => (match === undefined ? [] : [{ kind: 'match', match } as const]));
  if (of.length !== entry.value.items.length) return undefined;
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'and', of };
}

/** Any item of a list suffices: maps, and values that are searched for as keywords. */
function parseList(
  entry: MapEntry,
  items: readonly unknown[],
  context: DetectionContext,
): Condition | undefined {
  const of: Condition[] = [];
  const words: RuleValue[] = [];
  let failed = items.length === 0;
  if (failed)
    context.reporter.report(entry.value, {
      what: `the selection '${entry.key}' is empty`,
      expected: 'give it at least one item',
    });
  for (const item of items) {
    const node = nodeOf(item);
    if (isMap(node)) {
      const condition = parseMap({ ...entry, value: node }, context);
      if (condition === undefined) failed = true;
      else of.push(condition);
      continue;
    }
    const value = isScalar(node) ? scalarValue(node) : undefined;
    if (value === undefined || value === null || value === '') {
      failed = true;
      context.reporter.report(node ?? entry.keyNode, {
        what: 'a list item is neither a map of fields nor a keyword',
        expected: 'write a map of fields, or text to search for',
      });
    } else words.push((node && numberAsWritten(node)) ?? value);
  }
  if (failed) return undefined;
  if (words.length > 0) of.push(keywords(words));
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'or', of };
}

function keywords(values: readonly RuleValue[]): Condition {
  return { kind: 'match', match: { field: undefined, modifiers: [], values } };
}
