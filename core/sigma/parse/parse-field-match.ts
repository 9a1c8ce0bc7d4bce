import { isScalar, isSeq, type Node } from 'yaml';
import { assertNever } from '../../assert-never.js';
import { Fault } from '../../fault.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { parseIpRange } from '../ip-range.js';
import { fieldNames, type LogSource, resolveField } from '../log-sources.js';
import {
  type Comparison,
  MODIFIERS,
  type ModifierPlan,
  planModifiers,
  REFUSED_MODIFIERS,
} from '../modifiers.js';
import type { FieldMatch, RuleValue } from '../rule-source.js';
import type { FieldType } from '../taxonomy.js';
import { nearestName } from './nearest-name.js';
import type { ProblemReporter } from './rule-problem.js';
import { type MapEntry, nodeOf, scalarValue } from './yaml-map.js';

export interface DetectionContext {
  readonly source: LogSource;
  readonly reporter: ProblemReporter;
  /** With an engine, patterns are tried at parse time, so that a wrong one is reported with its place. */
  readonly regex: RegexEngine | undefined;
}

interface PlacedValue {
  readonly value: RuleValue;
  readonly node: Node;
}

/** Parses `field|modifier|…: value or list`; problems are reported and answered with `undefined`. */
export function parseFieldMatch(entry: MapEntry, context: DetectionContext): FieldMatch | undefined {
  const [name = '', ...modifiers] = entry.key.split('|').map((part) => part.trim());
  const field = parseFieldName(name, entry, context);
  const plan = parseModifiers(modifiers, entry, context);
  const values = parseValues(entry, context);
  if (field === undefined || plan === undefined || values === undefined) return undefined;
  if (name === '' && (plan.negated || plan.comparison.kind === 'exists'))
    return context.reporter.report(entry.keyNode, {
      what: 'a keyword search takes no such modifier',
      seen: entry.key,
      expected: "negate it in the condition: 'not keywords'",
    });
  if (plan.all && values.length < 2)
    return context.reporter.report(entry.keyNode, {
      what: "'all' needs a list of at least two values",
      seen: entry.key,
      expected: "leave 'all' out, or list the values that must all be there",
    });
  const sound = values.map((value) => checkValue(value, plan, field.type, values.length, context));
  if (sound.includes(false)) return undefined;
  return { field: field.name, modifiers, values: values.map(({ value }) => value) };
}

interface FieldName {
  readonly name: string | undefined;
  readonly type: FieldType | undefined;
}

function parseFieldName(name: string, entry: MapEntry, context: DetectionContext): FieldName | undefined {
  if (name === '') return { name: undefined, type: undefined };
  const resolved = resolveField(context.source, name);
  if (resolved.kind === 'field') return { name: resolved.field.name, type: resolved.field.type };
  if (resolved.kind === 'never') return { name, type: undefined };
  const near = nearestName(name, fieldNames(context.source));
  return context.reporter.report(entry.keyNode, {
    what: `${context.source.title} have no field '${name}'`,
    seen: entry.key,
    expected: near === undefined ? 'docs/taxonomy.md lists the fields' : `did you mean '${near}'?`,
  });
}

function parseModifiers(
  modifiers: readonly string[],
  entry: MapEntry,
  { reporter }: DetectionContext,
): ModifierPlan | undefined {
  for (const modifier of modifiers) {
    if ((MODIFIERS as readonly string[]).includes(modifier)) continue;
    const refused = (REFUSED_MODIFIERS as readonly string[]).includes(modifier);
    const near = nearestName(modifier, MODIFIERS);
    return reporter.report(entry.keyNode, {
      what: refused
        ? `the modifier '${modifier}' is not supported by this version`
        : `there is no modifier '${modifier}'`,
      seen: entry.key,
      expected:
        !refused && near !== undefined ? `did you mean '${near}'?` : `supported are ${MODIFIERS.join(', ')}`,
    });
  }
  const plan = planModifiers(modifiers);
  if (!('wrong' in plan)) return plan;
  return reporter.report(entry.keyNode, {
    what: plan.wrong,
    seen: entry.key,
    expected: 'use one kind of comparison a field',
  });
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

/** True when the value suits the comparison; otherwise a problem has been reported. */
function checkValue(
  { value, node }: PlacedValue,
  plan: ModifierPlan,
  type: FieldType | undefined,
  count: number,
  context: DetectionContext,
): boolean {
  const wrong = valueProblem(value, plan.comparison, type, count, context.regex);
  if (wrong === undefined) return true;
  context.reporter.report(node, { ...wrong, seen: value });
  return false;
}

function valueProblem(
  value: RuleValue,
  comparison: Comparison,
  type: FieldType | undefined,
  count: number,
  regex: RegexEngine | undefined,
): { readonly what: string; readonly expected: string } | undefined {
  const numeric = type === 'number' || type === 'time';
  switch (comparison.kind) {
    case 'pattern':
      if (value === null && (comparison.shape !== 'whole' || comparison.cased))
        return { what: 'null takes no modifier', expected: 'write the field without modifiers' };
      return undefined;
    case 'regex':
      if (typeof value !== 'string')
        return { what: 'a pattern is text', expected: 'put the pattern in quotes' };
      return regexProblem(value, comparison.flags, regex);
    case 'cidr': {
      if (numeric || type === 'boolean')
        return { what: 'the field holds no address', expected: 'use cidr on sourceIp' };
      const range = parseIpRange(String(value));
      return range.kind === 'wrong' ? { what: 'this is no network', expected: range.expected } : undefined;
    }
    case 'number':
      if (count > 1) return { what: 'a numeric comparison takes one number', expected: 'write one number' };
      if (typeof value !== 'number')
        return { what: 'this is no number', expected: 'write a number without quotes' };
      if (type !== undefined && !numeric)
        return { what: 'the field holds no number', expected: 'compare it as text' };
      return undefined;
    case 'exists':
      return typeof value === 'boolean' && count === 1
        ? undefined
        : { what: "'exists' takes true or false", expected: 'write true or false' };
    default:
      return assertNever(comparison);
  }
}

function regexProblem(
  pattern: string,
  flags: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean },
  regex: RegexEngine | undefined,
): { readonly what: string; readonly expected: string } | undefined {
  try {
    regex?.compile(pattern, flags);
    return undefined;
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'rule.invalid') throw error;
    return {
      what: `RE2 cannot run this pattern (${String(error.details['reason'] ?? 'invalid')})`,
      expected: 'write it without look-around and back references, which need unbounded time',
    };
  }
}
