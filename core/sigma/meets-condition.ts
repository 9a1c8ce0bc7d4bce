import { assertNever } from '../assert-never.js';
import type { Comparison, CorrelationRule } from './rule-source.js';

/** Whether the value meets every comparison. */
export function meetsCondition(comparisons: readonly Comparison[], value: number): boolean {
  return comparisons.every((comparison) => meets(comparison, value));
}

function meets({ operator, threshold }: Comparison, value: number): boolean {
  switch (operator) {
    case 'gt':
      return value > threshold;
    case 'gte':
      return value >= threshold;
    case 'lt':
      return value < threshold;
    case 'lte':
      return value <= threshold;
    case 'eq':
      return value === threshold;
    case 'neq':
      return value !== threshold;
    default:
      return assertNever(operator);
  }
}

/** All comparisons of a correlation's condition. */
export function comparisonsOf(
  rule: Pick<CorrelationRule, 'operator' | 'threshold' | 'also'>,
): readonly Comparison[] {
  const { operator, threshold, also = [] } = rule;
  return [{ operator, threshold }, ...also];
}
