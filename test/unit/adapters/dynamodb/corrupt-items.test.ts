import { describe, expect, it } from 'vitest';
import { type Item, ItemReader, toItem, toMap } from '../../../../adapters/dynamodb/attributes.js';
import { unpackBundle } from '../../../../adapters/dynamodb/bundle-params.js';
import { decodeAlert } from '../../../../adapters/dynamodb/finding-params.js';
import { decodeEndpoint } from '../../../../adapters/dynamodb/inventory-params.js';
import { packJson, unpackCounts, unpackText } from '../../../../adapters/dynamodb/packed-json.js';
import { decodePoison } from '../../../../adapters/dynamodb/state-params.js';
import { decodeEvidence, decodeHead, decodeSegmentItem } from '../../../../adapters/dynamodb/trail-params.js';
import { decodeSpan } from '../../../../adapters/dynamodb/window-params.js';

const PARTITION = { apiId: 'a', stage: 'b', hourMs: 0, shard: 0 };

describe('an item that is not what it should be', () => {
  const corrupt = { name: 'Fault', code: 'store.corrupt' };
  const decoders: readonly (readonly [string, (item: Item) => unknown])[] = [
    ['alert', (item) => decodeAlert('Findings', item)],
    ['endpoint', (item) => decodeEndpoint('Inventory', item)],
    ['head', (item) => decodeHead('Trail', PARTITION, item)],
    ['segment', (item) => decodeSegmentItem('Trail', item)],
    ['evidence', (item) => decodeEvidence('Trail', item)],
    ['poison', (item) => decodePoison('State', item)],
  ];

  it.each(decoders)('is a fault when an %s has nothing in it', (_, decode) => {
    expect(() => decode({})).toThrow(expect.objectContaining(corrupt));
  });

  it.each(decoders)('is a fault when an %s has a format of the future', (_, decode) => {
    expect(() => decode({ v: { N: '99' } })).toThrow(expect.objectContaining(corrupt));
  });

  it('is a fault when a window holds something else than sets', () => {
    expect(() => decodeSpan('State', { b0: { S: 'x' } })).toThrow(expect.objectContaining(corrupt));
  });

  it('is a fault when packed JSON is damaged', () => {
    for (const bytes of [
      Uint8Array.of(1, 2, 3),
      Uint8Array.of(7),
      Uint8Array.of(0, 0x7b),
      packJson({ a: 1 }),
    ]) {
      const reader = new ItemReader('Trail', { counts: { B: bytes } });
      expect(() => unpackCounts(reader, 'counts')).toThrow(expect.objectContaining(corrupt));
    }
  });

  it('is no bundle when a part is missing or altered', () => {
    const pointer = { version: 'v', parts: 1, sha256: '00'.repeat(32) };
    expect(unpackBundle('State', pointer, [])).toBeUndefined();
    expect(unpackBundle('State', pointer, [{ bytes: { B: Uint8Array.of(1) } }])).toBeUndefined();
  });
});

describe('attributes', () => {
  it('leave out what is absent and what DynamoDB cannot hold', () => {
    expect(toItem({ a: undefined, b: Number.NaN, c: 0, d: '' })).toEqual({ c: { N: '0' }, d: { S: '' } });
  });

  it('are well-formed, though a caller wrote half a character', () => {
    expect(toItem({ a: 'x\ud800' })).toEqual({ a: { S: 'x\ufffd' } });
  });

  it('take any name within a map', () => {
    expect(Object.keys(toMap([['__proto__', 'x']]).M ?? {})).toEqual(['__proto__']);
  });

  it('pack JSON small and long alike', () => {
    for (const text of ['{}', `"${'ab'.repeat(5000)}"`]) {
      expect(unpackText(new ItemReader('T', { x: { B: packJson(text) } }), 'x')).toBe(text);
    }
    expect(packJson('ab'.repeat(5000), 10)).toBeUndefined();
  });
});
