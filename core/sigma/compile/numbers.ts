import { assertNever } from '../../assert-never.js';
import type { NumericOperator } from '../modifiers.js';
import type { FieldValue } from '../taxonomy.js';

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A number, also where the event carries it as text; `undefined` when it is none. */
export function numberOf(value: FieldValue): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && DECIMAL.test(value) ? Number(value) : undefined;
}

/** What is absent compares with nothing. */
export function compareNumbers(
  operator: NumericOperator | 'eq',
  limit: number,
): (value: number | undefined) => boolean {
  switch (operator) {
    case 'gt':
      return (value) => value !== undefined && value > limit;
    case 'gte':
      return (value) => value !== undefined && value >= limit;
    case 'lt':
      return (value) => value !== undefined && value < limit;
    case 'lte':
      return (value) => value !== undefined && value <= limit;
    case 'eq':
      return (value) => value === limit;
    default:
      return assertNever(operator);
  }
}
