import type { ValueShape } from './value-pattern.js';

/** Modifiers this engine runs. */
export const MODIFIERS = [
  'contains',
  'startswith',
  'endswith',
  're',
  'i',
  'm',
  's',
  'cidr',
  'all',
  'gt',
  'gte',
  'lt',
  'lte',
  'exists',
  'cased',
  'neq',
] as const;

/** Modifiers of the specification that this version refuses, rather than run them wrongly. */
export const REFUSED_MODIFIERS = [
  'base64',
  'base64offset',
  'utf16le',
  'utf16be',
  'utf16',
  'wide',
  'windash',
  'minute',
  'hour',
  'day',
  'week',
  'month',
  'year',
  'fieldref',
  'expand',
] as const;

export type NumericOperator = 'gt' | 'gte' | 'lt' | 'lte';

/** How one value is compared, before `all` and `neq` combine the answers. */
export type Comparison =
  | { readonly kind: 'pattern'; readonly shape: ValueShape; readonly cased: boolean }
  | {
      readonly kind: 'regex';
      readonly flags: { readonly ignoreCase: boolean; readonly multiline: boolean; readonly dotAll: boolean };
    }
  | { readonly kind: 'cidr' }
  | { readonly kind: 'number'; readonly operator: NumericOperator }
  | { readonly kind: 'exists' };

export interface ModifierPlan {
  readonly comparison: Comparison;
  /** Values are joined with `and` rather than `or`. */
  readonly all: boolean;
  /** The answer is turned round. */
  readonly negated: boolean;
}

const SHAPES: ReadonlySet<string> = new Set(['contains', 'startswith', 'endswith']);
const OPERATORS: ReadonlySet<string> = new Set(['gt', 'gte', 'lt', 'lte']);
const KINDS = new Set([...SHAPES, ...OPERATORS, 're', 'cidr', 'exists']);

/** The meaning of a list of modifiers, or what is wrong with it in words. */
export function planModifiers(modifiers: readonly string[]): ModifierPlan | { readonly wrong: string } {
  const repeated = modifiers.find((name, at) => modifiers.indexOf(name) !== at);
  if (repeated !== undefined) return { wrong: `the modifier '${repeated}' is written twice` };
  const kinds = modifiers.filter((name) => KINDS.has(name));
  const [kind, second] = kinds;
  if (second !== undefined) return { wrong: `the modifiers '${kind}' and '${second}' exclude each other` };
  const has = (name: string): boolean => modifiers.includes(name);

  const flag = ['i', 'm', 's'].find(has);
  if (flag !== undefined && !has('re')) return { wrong: `the modifier '${flag}' belongs after 're'` };
  if (
    flag !== undefined &&
    ['i', 'm', 's'].some((name) => has(name) && modifiers.indexOf(name) < modifiers.indexOf('re'))
  )
    return { wrong: `the modifier '${flag}' belongs after 're'` };
  if (has('cased') && kind !== undefined && !SHAPES.has(kind))
    return {
      wrong:
        kind === 're'
          ? "'re' is case-sensitive already; leave 'cased' out"
          : `'cased' has no meaning with '${kind}'`,
    };
  if (has('all') && kind !== undefined && !SHAPES.has(kind) && kind !== 're')
    return { wrong: `'all' has no meaning with '${kind}'` };
  if (has('neq') && kind === 'exists')
    return { wrong: "'neq' has no meaning with 'exists'; turn the boolean round" };

  return { comparison: comparisonOf(kind, has), all: has('all'), negated: has('neq') };
}

function comparisonOf(kind: string | undefined, has: (name: string) => boolean): Comparison {
  switch (kind) {
    case 're':
      return { kind: 'regex', flags: { ignoreCase: has('i'), multiline: has('m'), dotAll: has('s') } };
    case 'cidr':
      return { kind: 'cidr' };
    case 'exists':
      return { kind: 'exists' };
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { kind: 'number', operator: kind };
    case 'contains':
    case 'startswith':
    case 'endswith':
      return { kind: 'pattern', shape: kind, cased: has('cased') };
    default:
      return { kind: 'pattern', shape: 'whole', cased: has('cased') };
  }
}
