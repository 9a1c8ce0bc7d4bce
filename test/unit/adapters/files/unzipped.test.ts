import { deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unzipped } from '../../../../adapters/files/unzipped.js';

async function* pieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += size) yield bytes.subarray(at, at + size);
}

/** What came out, and the code of the fault that ended it. */
async function read(bytes: Uint8Array, size = 70_000) {
  const out: Uint8Array[] = [];
  try {
    for await (const chunk of unzipped(pieces(bytes, size))) out.push(chunk);
  } catch (error) {
    return { text: Buffer.concat(out).toString(), fault: (error as { readonly code?: string }).code };
  }
  return { text: Buffer.concat(out).toString(), fault: undefined };
}

/** Random enough that gzip cannot make it small. */
const TEXT = Array.from(
  { length: 40_000 },
  (_, n) => `${((n * 2_654_435_761) % 4_294_967_296).toString(36)}\n`,
).join('');

describe('unzipped', () => {
  it.each([
    ['gzip', gzipSync(TEXT)],
    ['zlib', deflateSync(TEXT)],
    ['gzip in several members', Buffer.concat([gzipSync(TEXT.slice(0, 1_000)), gzipSync(TEXT.slice(1_000))])],
  ])('reads %s, however it comes in pieces', async (_, packed) => {
    for (const size of [packed.byteLength, 1_000, 70_000])
      expect(await read(packed, size)).toEqual({ text: TEXT, fault: undefined });
  });

  it('hands out all that can be read of what is cut short, wherever it is cut', async () => {
    const packed = gzipSync(TEXT);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 2, max: packed.byteLength - 1 }), async (end) => {
        const { text, fault } = await read(packed.subarray(0, end));
        expect(fault).toBe('payload.unreadable');
        expect(TEXT.startsWith(text)).toBe(true);
        // All but what the last, half block holds.
        if (end > packed.byteLength / 2) expect(text.length).toBeGreaterThan(TEXT.length / 4);
        expect(await read(packed.subarray(0, end), 5_000)).toEqual({ text, fault });
      }),
      { numRuns: 25 },
    );
  });

  it('ends with a fault, and does not wait for ever, on damaged data', async () => {
    expect(await read(Buffer.from([0x1f, 0x8b, 1, 2, 3, 4]))).toEqual({
      text: '',
      fault: 'payload.unreadable',
    });
    const damaged = gzipSync(TEXT);
    damaged.fill(0xff, 100_000, 100_100);
    const { text, fault } = await read(damaged);
    expect(fault).toBe('payload.unreadable');
    expect(TEXT.startsWith(text)).toBe(true);
    expect(text.length).toBeGreaterThan(1_000);
  });
});
