import { isScalar, isSeq, type Node } from 'yaml';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { fieldNames, type LogSource, resolveField } from '../log-sources.js';
import { MODIFIERS, type ModifierPlan, planModifiers } from '../modifiers.js';
import type { FieldMatch, RuleValue } from '../rule-source.js';
import type { FieldType } from '../taxonomy.js';
import { nearestName } from './nearest-name.js';
import { fillPlaceholders, type Placeholders } from './placeholders.js';
import type { ProblemReporter } from './rule-problem.js';
import { valueProblem } from './value-problem.js';
import { type MapEntry, nodeOf, numberAsWritten, scalarValue } from './yaml-map.js';

export interface DetectionContext {
  readonly source: LogSource;
  readonly reporter: ProblemReporter;
  /** With an engine, patterns are tried at parse time, so that a wrong one is reported with its place. */
  readonly regex: RegexEngine | undefined;
  readonly placeholders: Placeholders;
}

interface PlacedValue {
  readonly value: RuleValue;
  readonly node: Node;
}

/** Parses `field|modifier|…: value or list`; problems are reported and answered with `undefined`. */
export function parseFieldMatch(entry: MapEntry, context: DetectionContext): FieldMatch | undefined {
  const [name = '', ...modifiers] = entry.key.split('|').map((part) => part.trim());
  const field = parseFieldName(name, entry.keyNode, context);
  const plan = parseModifiers(modifiers, entry, context);
  const written = parseValues(entry, context);
  if (field === undefined || plan === undefined || written === undefined) return undefined;
  if (!isSound(name, plan, written, entry, context)) return undefined;

  const values = written.map((value) => comparedValues(value, plan, field, context));
  if (values.includes(undefined)) return undefined;
  return {
    field: field.name,
    modifiers: modifiers.filter((modifier) => modifier !== 'expand'),
    values: values.flatMap((value) => value ?? []),
  };
}

interface FieldName {
  readonly name: string | undefined;
  readonly type: FieldType | undefined;
}

function parseFieldName(name: string, node: Node, context: DetectionContext): FieldName | undefined {
  if (name === '') return { name: undefined, type: undefined };
  const resolved = resolveField(context.source, name);
  if (resolved.kind === 'field') return { name: resolved.field.name, type: resolved.field.type };
  if (resolved.kind === 'plain') return { name, type: resolved.type };
  if (resolved.kind === 'never') return { name, type: undefined };
  const near = nearestName(name, fieldNames(context.source));
  return context.reporter.report(node, {
    what: `${context.source.title} have no field '${name}'`,
    seen: name,
    expected: near === undefined ? 'docs/taxonomy.md lists the fields' : `did you mean '${near}'?`,
  });
}

/** What other tools call modifiers of the specification. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['ignorecase', 'i'],
  ['multiline', 'm'],
  ['dotall', 's'],
  ['equalsfield', 'fieldref'],
  ['not', 'neq'],
]);

function parseModifiers(
  modifiers: readonly string[],
  entry: MapEntry,
  { reporter }: DetectionContext,
): ModifierPlan | undefined {
  for (const modifier of modifiers) {
    if ((MODIFIERS as readonly string[]).includes(modifier)) continue;
    const near = OTHER_NAMES.get(modifier) ?? nearestName(modifier, MODIFIERS);
    return reporter.report(entry.keyNode, {
      what: `there is no modifier '${modifier}'`,
      seen: entry.key,
      expected: near === undefined ? `supported are ${MODIFIERS.join(', ')}` : `did you mean '${near}'?`,
    });
  }
  const plan = planModifiers(modifiers);
  if (!('wrong' in plan)) return plan;
  return reporter.report(entry.keyNode, { what: plan.wrong, seen: entry.key, expected: plan.expected });
}

function parseValues(entry: MapEntry, { reporter }: DetectionContext): readonly PlacedValue[] | undefined {
  if (entry.value === null) return [{ value: null, node: entry.keyNode }];
  const isList = isSeq(entry.value);
  const items: readonly unknown[] = isSeq(entry.value) ? entry.value.items : [entry.value];
  if (items.length === 0)
    return reporter.report(entry.value, {
      what: 'the list of values is empty',
      expected: 'give at least one value',
    });
  const values: PlacedValue[] = [];
  for (const item of items) {
    const node = nodeOf(item) ?? entry.value;
    const value = isScalar(item) ? scalarValue(item) : undefined;
    if (value === undefined)
      reporter.report(node, {
        what: 'a value is neither text, number, boolean nor null',
        expected: 'list plain values',
      });
    else if (value === null && isList)
      reporter.report(node, {
        what: 'null is a list item',
        seen: 'null',
        expected: 'put null in a selection of its own and join the two in the condition',
      });
    else values.push({ value, node });
  }
  return values.length === items.length ? values : undefined;
}

/** Whether name, modifiers and number of values go together; otherwise a problem has been reported. */
function isSound(
  name: string,
  { comparison, all, negated }: ModifierPlan,
  values: readonly PlacedValue[],
  entry: MapEntry,
  { reporter }: DetectionContext,
): boolean {
  const { kind } = comparison;
  const before = reporter.problems.length;
  if (name === '' && (negated || (kind !== 'pattern' && kind !== 'regex')))
    reporter.report(entry.keyNode, {
      what: 'a keyword search takes no such modifier',
      seen: entry.key,
      expected: negated ? "negate it in the condition: 'not keywords'" : 'name the field to compare',
    });
  if (all && values.length < 2)
    reporter.report(entry.keyNode, {
      what: "'all' needs a list of at least two values",
      seen: entry.key,
      expected: "leave 'all' out, or list the values that must all be there",
    });
  if (kind === 'exists' && values.length > 1)
    reporter.report(entry.keyNode, {
      what: "'exists' takes one value",
      seen: entry.key,
      expected: 'write true or false',
    });
  return reporter.problems.length === before;
}

/** What a written value is compared as: placeholders filled in, references resolved. A problem has been reported if not. */
function comparedValues(
  written: PlacedValue,
  { comparison, all, expands }: ModifierPlan,
  { name, type }: FieldName,
  context: DetectionContext,
): readonly RuleValue[] | undefined {
  const number = numberAsWritten(written.node);
  if (comparison.kind === 'pattern' && number !== undefined) {
    const { shape, encodings } = comparison;
    // A part of a text, or one of values that must all be there, can only be the text itself.
    const isWhole = name !== undefined && shape === 'whole' && encodings.length === 0 && !all;
    return isWhole ? [written.value, number] : [number];
  }
  const values = expands ? filled(written, context) : [written.value];
  if (values === undefined) return undefined;
  for (const value of values) {
    const wrong = valueProblem(value, comparison, type, context.regex);
    if (wrong !== undefined) return context.reporter.report(written.node, { ...wrong, seen: value });
  }
  if (comparison.kind !== 'reference') return values;
  const field = parseFieldName(String(written.value), written.node, context);
  return field?.name === undefined ? undefined : [field.name];
}

function filled({ value, node }: PlacedValue, context: DetectionContext): readonly RuleValue[] | undefined {
  const result = fillPlaceholders(value, context.placeholders);
  if (result.ok) return result.values;
  if ('tooMany' in result)
    return context.reporter.report(node, {
      what: `the placeholders stand for more than ${result.tooMany} values together`,
      seen: value,
      expected: 'use one placeholder a value',
    });
  const known = Object.keys(context.placeholders);
  const near = nearestName(result.unknown, known);
  const others = known.length === 0 ? 'none is set' : `set are ${known.join(', ')}`;
  return context.reporter.report(node, {
    what: `the placeholder %${result.unknown}% has no values`,
    seen: value,
    expected: near === undefined ? others : `did you mean '%${near}%'?`,
  });
}
