import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutUtf8, hashKey, hourOf, keyPart, readable, timeKey } from '../../../../adapters/dynamodb/keys.js';
import { hostileText } from '../../../support/dynamo/arbitrary-call.js';

describe('keys', () => {
  it('leave plain names readable and hash everything else', () => {
    expect(keyPart('a1b2c3d4e5')).toBe('a1b2c3d4e5');
    expect(keyPart('$default')).toBe('$default');
    for (const text of ['', 'a#b', 'a b', 'ä', 'x'.repeat(129), '~a'])
      expect(keyPart(text)).toMatch(/^~[0-9a-f]{32}$/);
  });

  it('tell any two lists of parts apart', () => {
    expect(hashKey('a', 'bc')).not.toBe(hashKey('ab', 'c'));
    expect(hashKey('a')).not.toBe(hashKey('a', ''));
  });

  it('put an endless time last, not first', () => {
    expect(timeKey(Number.POSITIVE_INFINITY)).toBe('9999-12-31T23:59:59.999Z');
    expect(timeKey(Number.NEGATIVE_INFINITY)).toBe('1970-01-01T00:00:00.000Z');
  });

  it('sort as their times do, whatever time a line claims', () => {
    fc.assert(
      fc.property(fc.double(), fc.double(), (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map(timeKey);
        if (!Number.isNaN(a) && !Number.isNaN(b)) expect((low ?? '') <= (high ?? '')).toBe(true);
        expect(timeKey(a)).toHaveLength(24);
      }),
    );
    expect(hourOf(-1)).toBe(0);
  });
});

describe('readable values', () => {
  it('stay as they are up to 512 bytes', () => {
    expect(readable('ü'.repeat(256))).toBe('ü'.repeat(256));
  });

  it('are at most 512 bytes, well-formed, and still tell long values apart', () => {
    fc.assert(
      fc.property(hostileText(), fc.nat(2000), (text, repeats) => {
        const value = readable(text.repeat(repeats));
        expect(Buffer.byteLength(value)).toBeLessThanOrEqual(512);
        expect(Buffer.from(value).toString()).toBe(value);
        expect(readable(value)).toBe(value);
      }),
    );
    expect(readable(`${'x'.repeat(600)}a`)).not.toBe(readable(`${'x'.repeat(600)}b`));
  });

  it('are never cut within a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat(60), (text, most) => {
        const cut = cutUtf8(text, most);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(most);
        expect(text.startsWith(cut)).toBe(true);
      }),
    );
  });
});
