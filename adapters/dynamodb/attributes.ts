import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { Fault } from '../../core/fault.js';
import { toWellFormed } from './keys.js';

export type Item = Record<string, AttributeValue>;

/** What an attribute is made of; `undefined` is left out of the item. */
export type Attribute =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly string[]
  | AttributeValue
  | undefined;

/** Plain named attributes from plain values. Numbers that DynamoDB cannot hold (NaN, infinities) are left out. */
export function toItem(attributes: Readonly<Record<string, Attribute>>): Item {
  const item: Item = {};
  for (const [name, value] of Object.entries(attributes)) {
    const attribute = toAttribute(value);
    if (attribute !== undefined) item[name] = attribute;
  }
  return item;
}

/** A map attribute; the names inside may be anything, `__proto__` too. */
export function toMap(entries: Iterable<readonly [string, Attribute]>): AttributeValue {
  const attributes: [string, AttributeValue][] = [];
  for (const [name, value] of entries) {
    const attribute = toAttribute(value);
    if (attribute !== undefined) attributes.push([name, attribute]);
  }
  return { M: Object.fromEntries(attributes) };
}

function toAttribute(value: Attribute): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return { S: toWellFormed(value) };
  if (typeof value === 'number') return Number.isFinite(value) ? { N: String(value) } : undefined;
  if (typeof value === 'boolean') return { BOOL: value };
  if (value instanceof Uint8Array) return { B: value };
  return isTextList(value) ? { L: value.map((text) => ({ S: toWellFormed(text) })) } : value;
}

function isTextList(value: readonly string[] | AttributeValue): value is readonly string[] {
  return Array.isArray(value);
}

/** Reads an item and trusts none of it: an attribute of the wrong type is `Fault('store.corrupt')`, never a guess. */
export class ItemReader {
  constructor(
    private readonly table: string,
    private readonly item: Readonly<Item>,
  ) {}

  text(name: string): string {
    return this.required(name, this.optionalText(name));
  }

  optionalText(name: string): string | undefined {
    const value = this.own(name);
    return value === undefined ? undefined : this.required(name, value.S);
  }

  number(name: string): number {
    return this.required(name, this.optionalNumber(name));
  }

  optionalNumber(name: string): number | undefined {
    const value = this.own(name);
    if (value === undefined) return undefined;
    const number = Number(this.required(name, value.N));
    return Number.isFinite(number) ? number : this.corrupt(name);
  }

  /** Absent means `false`. */
  flag(name: string): boolean {
    return this.optionalFlag(name) ?? false;
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.own(name);
    return value === undefined ? undefined : this.required(name, value.BOOL);
  }

  scalar(name: string): string | number | boolean {
    const value = this.own(name);
    return value?.BOOL ?? (value?.N === undefined ? this.text(name) : this.number(name));
  }

  bytes(name: string): Uint8Array {
    return this.required(name, this.own(name)?.B);
  }

  /** Absent means empty: DynamoDB has no empty sets. */
  byteSet(name: string): readonly Uint8Array[] {
    const value = this.own(name);
    return value === undefined ? [] : this.required(name, value.BS);
  }

  texts(name: string): readonly string[] {
    const list = this.required(name, this.own(name)?.L);
    return list.map((value) => this.required(name, value.S));
  }

  /** A map of maps or of values, as a reader of its own. */
  map(name: string): ItemReader {
    return new ItemReader(this.table, this.required(name, this.own(name)?.M));
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    return this.required(name, this.optionalOneOf(name, allowed));
  }

  optionalOneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const text = this.optionalText(name);
    if (text === undefined) return undefined;
    return allowed.find((value) => value === text) ?? this.corrupt(name);
  }

  names(): readonly string[] {
    return Object.keys(this.item);
  }

  /** All values of a map of texts. */
  textRecord(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.names().map((name) => [name, this.text(name)]));
  }

  numberRecord(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.names().map((name) => [name, this.number(name)]));
  }

  /** `name` is ours: never a value a caller wrote. */
  corrupt(name: string, cause?: unknown): never {
    throw new Fault('store.corrupt', { table: this.table, attribute: name }, { cause });
  }

  private own(name: string): AttributeValue | undefined {
    return Object.hasOwn(this.item, name) ? this.item[name] : undefined;
  }

  private required<T>(name: string, value: T | undefined): T {
    return value === undefined ? this.corrupt(name) : value;
  }
}
