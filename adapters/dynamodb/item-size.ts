import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.js';

const WRITE_UNIT_BYTES = 1024;

/** Write units of an item of this content, at least one. */
export function writeUnits(item: Readonly<Item>): number {
  return Math.max(1, Math.ceil(itemBytes(item) / WRITE_UNIT_BYTES));
}

/**
 * Sizes as AWS documents them ("DynamoDB item sizes and formats"): UTF-8 of names and texts, a number half a byte a
 * digit and one, 3 bytes for a list or map and 1 for each member.
 */
export function itemBytes(members: Readonly<Item>): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(members)) bytes += Buffer.byteLength(name) + valueBytes(value);
  return bytes;
}

function valueBytes(value: AttributeValue): number {
  if (value.S !== undefined) return Buffer.byteLength(value.S);
  if (value.N !== undefined) return numberBytes(value.N);
  if (value.B !== undefined) return value.B.byteLength;
  if (value.SS !== undefined) return sum(value.SS, (text) => Buffer.byteLength(text));
  if (value.NS !== undefined) return sum(value.NS, numberBytes);
  if (value.BS !== undefined) return sum(value.BS, (member) => member.byteLength);
  if (value.L !== undefined) return 3 + sum(value.L, (member) => 1 + valueBytes(member));
  if (value.M !== undefined) return 3 + Object.keys(value.M).length + itemBytes(value.M);
  return 1;
}

function numberBytes(digits: string): number {
  return Math.ceil(digits.length / 2) + 1;
}

function sum<T>(values: readonly T[], bytesOf: (value: T) => number): number {
  return values.reduce((total, value) => total + bytesOf(value), 0);
}
