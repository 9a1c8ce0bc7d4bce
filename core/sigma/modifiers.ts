import type { ValueShape } from './value-pattern.js';

/** All modifiers of the specification (appendix 2.1). */
export const MODIFIERS = [
  'contains',
  'startswith',
  'endswith',
  'all',
  'exists',
  'cased',
  'neq',
  're',
  'i',
  'm',
  's',
  'cidr',
  'gt',
  'gte',
  'lt',
  'lte',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'windash',
  'base64',
  'base64offset',
  'utf16le',
  'utf16be',
  'utf16',
  'wide',
  'fieldref',
  'expand',
] as const;

export type NumericOperator = 'gt' | 'gte' | 'lt' | 'lte';
export type TimePart = 'minute' | 'hour' | 'day' | 'week' | 'month' | 'year';
/** How a value is rewritten before it is looked for; `wide` is `utf16le`. */
export type Encoding = 'windash' | 'base64' | 'base64offset' | 'utf16le' | 'utf16be' | 'utf16';

/** How one value is compared, before `all` and `neq` combine the answers. */
export type Comparison =
  | {
      readonly kind: 'pattern';
      readonly shape: ValueShape;
      readonly cased: boolean;
      /** In the order written. */
      readonly encodings: readonly Encoding[];
    }
  | {
      readonly kind: 'regex';
      readonly flags: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean };
    }
  | { readonly kind: 'cidr' }
  | { readonly kind: 'number'; readonly operator: NumericOperator }
  | { readonly kind: 'time'; readonly part: TimePart; readonly operator: NumericOperator | 'eq' }
  | { readonly kind: 'exists' }
  /** The value names another field of the same event. */
  | { readonly kind: 'reference'; readonly shape: ValueShape; readonly cased: boolean };

export interface ModifierPlan {
  readonly comparison: Comparison;
  /** Values are joined with `and` rather than `or`. */
  readonly all: boolean;
  /** The answer is turned round. */
  readonly negated: boolean;
  /** `%name%` in values is a placeholder. Parsing fills it in and leaves the modifier out of what it answers. */
  readonly expands: boolean;
}

export interface WrongModifiers {
  readonly wrong: string;
  readonly expected: string;
}

const SHAPES = new Set<string>(['contains', 'startswith', 'endswith']);
const OPERATORS = new Set<string>(['gt', 'gte', 'lt', 'lte']);
const PARTS = new Set<string>(['minute', 'hour', 'day', 'week', 'month', 'year']);
const ENCODINGS = new Set<string>([
  'windash',
  'base64',
  'base64offset',
  'utf16le',
  'utf16be',
  'utf16',
  'wide',
]);
const FLAGS = ['i', 'm', 's'];

/** The meaning of a list of modifiers, or what is wrong with it in words. */
export function planModifiers(modifiers: readonly string[]): ModifierPlan | WrongModifiers {
  const has = (name: string): boolean => modifiers.includes(name);
  const wrong = wrongOrder(modifiers) ?? wrongCombination(modifiers);
  if (wrong !== undefined) return wrong;
  return {
    comparison: comparisonOf(modifiers),
    all: has('all'),
    negated: has('neq'),
    expands: has('expand'),
  };
}

function wrongOrder(modifiers: readonly string[]): WrongModifiers | undefined {
  const at = (name: string): number => modifiers.indexOf(name);
  const repeated = modifiers.find((name, position) => at(name) !== position);
  if (repeated !== undefined)
    return { wrong: `the modifier '${repeated}' is written twice`, expected: 'write it once' };
  const flag = FLAGS.find((name) => at(name) >= 0 && (at('re') < 0 || at(name) < at('re')));
  if (flag !== undefined)
    return { wrong: `the modifier '${flag}' belongs after 're'`, expected: `write re|${flag}` };
  const encoding = modifiers.find((name) => ENCODINGS.has(name) && name !== 'windash');
  const early = modifiers.find(
    (name) =>
      (SHAPES.has(name) || name === 'windash' || name === 'expand') && isAfter(modifiers, encoding, name),
  );
  if (encoding === undefined || early === undefined) return undefined;
  return SHAPES.has(early)
    ? {
        wrong: `'${early}' puts wildcards around the value, which cannot be encoded`,
        expected: `write ${encoding}|${early}`,
      }
    : {
        wrong: `'${early}' has no meaning in a value that is encoded already`,
        expected: `write ${early}|${encoding}`,
      };
}

/** Shapes must not stand before an encoding, the rest not behind it. */
function isAfter(modifiers: readonly string[], encoding: string | undefined, name: string): boolean {
  if (encoding === undefined) return false;
  const last = modifiers.findLastIndex((other) => ENCODINGS.has(other) && other !== 'windash');
  const position = modifiers.indexOf(name);
  return SHAPES.has(name) ? position < last : position > modifiers.indexOf(encoding);
}

function wrongCombination(modifiers: readonly string[]): WrongModifiers | undefined {
  const kinds = modifiers.filter((name) => kindOf(name) !== undefined);
  for (const [position, left] of kinds.entries())
    for (const right of kinds.slice(position + 1))
      if (!go(kindOf(left), kindOf(right)))
        return {
          wrong: `the modifiers '${left}' and '${right}' exclude each other`,
          expected: 'use one kind of comparison a field',
        };
  const [kind] = kinds;
  const isPattern = kinds.every((name) => SHAPES.has(name) || ENCODINGS.has(name) || name === 'fieldref');
  if (modifiers.includes('cased') && !isPattern)
    return kind === 're'
      ? { wrong: "'re' is case-sensitive already", expected: "leave 'cased' out" }
      : { wrong: `'cased' has no meaning with '${kind}'`, expected: "leave 'cased' out" };
  if (modifiers.includes('all') && !isPattern && kind !== 're')
    return { wrong: `'all' has no meaning with '${kind}'`, expected: "leave 'all' out" };
  if (modifiers.includes('neq') && kind === 'exists')
    return { wrong: "'neq' has no meaning with 'exists'", expected: 'turn the boolean round' };
  if (modifiers.includes('expand') && kinds.some((name) => REFUSE_PLACEHOLDERS.has(kindOf(name) ?? '')))
    return { wrong: `'expand' has no meaning with '${kind}'`, expected: 'write the value out' };
  return undefined;
}

const REFUSE_PLACEHOLDERS = new Set(['operator', 'part', 'exists', 'fieldref']);

function kindOf(modifier: string): string | undefined {
  if (SHAPES.has(modifier)) return 'shape';
  if (OPERATORS.has(modifier)) return 'operator';
  if (PARTS.has(modifier)) return 'part';
  if (ENCODINGS.has(modifier)) return 'encoding';
  return ['re', 'cidr', 'exists', 'fieldref'].includes(modifier) ? modifier : undefined;
}

/** Which kinds of comparison may stand side by side. */
function go(left: string | undefined, right: string | undefined): boolean {
  const pair = new Set([left, right]);
  if (pair.has('shape') && pair.size === 2) return pair.has('encoding') || pair.has('fieldref');
  if (pair.has('part') && pair.size === 2) return pair.has('operator');
  return pair.size === 1 && pair.has('encoding');
}

function comparisonOf(modifiers: readonly string[]): Comparison {
  const has = (name: string): boolean => modifiers.includes(name);
  const cased = has('cased');
  const operator = modifiers.find(isOperator);
  const part = modifiers.find(isPart);
  const shape = modifiers.find(isShape) ?? 'whole';
  if (has('re'))
    return { kind: 'regex', flags: { ignoreCase: has('i'), multiline: has('m'), dotAll: has('s') } };
  if (has('cidr')) return { kind: 'cidr' };
  if (has('exists')) return { kind: 'exists' };
  if (has('fieldref')) return { kind: 'reference', shape, cased };
  if (part !== undefined) return { kind: 'time', part, operator: operator ?? 'eq' };
  if (operator !== undefined) return { kind: 'number', operator };
  return { kind: 'pattern', shape, cased, encodings: modifiers.flatMap(encodingOf) };
}

function isOperator(name: string): name is NumericOperator {
  return OPERATORS.has(name);
}

function isPart(name: string): name is TimePart {
  return PARTS.has(name);
}

function isShape(name: string): name is Exclude<ValueShape, 'whole'> {
  return SHAPES.has(name);
}

function encodingOf(name: string): readonly Encoding[] {
  if (name === 'wide') return ['utf16le'];
  return isEncoding(name) ? [name] : [];
}

function isEncoding(name: string): name is Encoding {
  return ENCODINGS.has(name) && name !== 'wide';
}
