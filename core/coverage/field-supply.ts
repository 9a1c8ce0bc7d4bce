/**
 * How a feed fills one field of its calls. `missing`: the format could, and does not; `foreign`: APIs of this type
 * have no such thing; `unlogged`: no access log carries it, whatever its format.
 */
export type SupplyState = 'full' | 'weak' | 'missing' | 'foreign' | 'unlogged';

export interface FieldSupply {
  readonly state: SupplyState;
  /** What is wrong, in words; empty when `full`. */
  readonly how: string;
  /** `$context` variables of which any one would fill the field, or fill it better. Best first. */
  readonly anyOf: readonly string[];
  /** Fields with few values: which of them can occur, and what would bring the others. */
  readonly values?: PossibleValues;
}

export interface PossibleValues {
  readonly now: ReadonlySet<string>;
  /** Value → variables of which any one would bring it. Values in neither never occur on APIs of this type. */
  readonly with: ReadonlyMap<string, readonly string[]>;
  /** Whether every call has this one value. */
  readonly constant: boolean;
}

/** What a feed supplies, by call field (taxonomy name, derived and nested ones included). */
export type Supply = (field: string) => FieldSupply;

export const FULL: FieldSupply = { state: 'full', how: '', anyOf: [] };
