/** What a figure should be: the value itself, or its ratio to what was measured beside it in the same run. */
export interface Target {
  readonly of: 'value' | 'ratio';
  readonly is: 'at-least' | 'at-most';
  readonly limit: number;
}

/** One measured figure. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What it was held against in the same run, and how many times as good it is: above 1 is better. */
  readonly beside?: { readonly name: string; readonly value: number; readonly ratio: number };
  readonly target?: Target;
  /** A remark for the reader. */
  readonly note?: string;
}

export interface Section {
  readonly title: string;
  readonly figures: readonly Figure[];
}

/** `undefined`: the figure has no target. */
export function isMet({ value, beside, target }: Figure): boolean | undefined {
  if (target === undefined) return undefined;
  const measured = target.of === 'value' ? value : beside?.ratio;
  if (measured === undefined) return undefined;
  return target.is === 'at-least' ? measured >= target.limit : measured <= target.limit;
}

/** Ratios move by a few percent on a busy machine; this much below its target is no noise. */
const BADLY = 0.7;

/** A ratio inside one run that misses its target by far. Absolute figures depend on the machine, and never fail. */
export function failsBadly({ beside, target }: Figure): boolean {
  if (target?.of !== 'ratio' || beside === undefined) return false;
  return target.is === 'at-least' && beside.ratio < target.limit * BADLY;
}
