import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { writeUnits } from '../../../../adapters/dynamodb/item-size.js';

describe('write units of an item', () => {
  it('are one at least', () => {
    expect(writeUnits({})).toBe(1);
  });

  it('grow by one a kilobyte of UTF-8, names included', () => {
    expect(writeUnits({ name: { S: 'x'.repeat(1020) } })).toBe(1);
    expect(writeUnits({ name: { S: 'x'.repeat(1021) } })).toBe(2);
    expect(writeUnits({ name: { S: 'ä'.repeat(511) } })).toBe(2);
  });

  it.each<[string, AttributeValue]>([
    ['bytes', { B: new Uint8Array(2048) }],
    ['a set of bytes', { BS: Array.from({ length: 256 }, () => new Uint8Array(8)) }],
    ['a set of texts', { SS: Array.from({ length: 512 }, (_, n) => String(1000 + n)) }],
    ['a set of numbers', { NS: Array.from({ length: 683 }, (_, n) => String(1000 + n)) }],
    ['a list', { L: Array.from({ length: 512 }, () => ({ N: '1234' })) }],
    [
      'a map',
      { M: Object.fromEntries(Array.from({ length: 256 }, (_, n) => [String(1000 + n), { N: '1234' }])) },
    ],
  ])('count %s', (_what, value) => {
    expect(writeUnits({ a: value })).toBe(3);
  });

  it('count a truth value and a null as a byte', () => {
    expect(writeUnits({ a: { S: 'x'.repeat(1020) }, b: { BOOL: true }, c: { NULL: true } })).toBe(2);
    expect(writeUnits({ a: { S: 'x'.repeat(1019) }, b: { BOOL: true }, c: { NULL: true } })).toBe(1);
  });
});
