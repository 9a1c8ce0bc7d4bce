import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { offsetLines } from '../../../../adapters/files/offset-lines.js';
import { PrefixHash, prefixHashes } from '../../../../adapters/files/prefix-hash.js';

async function* pieces(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Uint8Array> {
  const places = [0, ...[...cuts].sort((a, b) => a - b), bytes.byteLength];
  for (let at = 1; at < places.length; at++) yield bytes.subarray(places[at - 1], places[at]);
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 32);

const content = () =>
  fc
    .array(fc.constantFrom('a', 'é', '\n', '\n\n', '\r\n', '\u{1f600}', 'line of a log\n', '\u0000'), {
      maxLength: 40,
    })
    .map((parts) => Buffer.from(parts.join('')));

describe('offsetLines', () => {
  it('cuts the same lines, ends and prefixes whatever the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(content(), fc.array(fc.nat(200), { maxLength: 6 }), async (bytes, cuts) => {
        const lines: string[] = [];
        let before = 0;
        for await (const piece of offsetLines(
          pieces(
            bytes,
            cuts.map((cut) => Math.min(cut, bytes.byteLength)),
          ),
        )) {
          for (const [at, line] of piece.lines.entries()) {
            const end = piece.ends[at] ?? 0;
            expect(piece.prefixHash(at).hex()).toBe(hashOf(bytes.subarray(0, end)));
            expect(bytes.subarray(before, end).toString()).toBe(piece.complete ? `${line}\n` : line);
            lines.push(line);
            before = end;
          }
        }
        const text = bytes.toString();
        expect(lines).toEqual(text === '' ? [] : text.replace(/\n$/, '').split('\n'));
      }),
    );
  });

  it('goes on from a place as if it had read all before', async () => {
    const bytes = Buffer.from('one\ntwo\nthree');
    const start = { bytes: 4, hash: PrefixHash.ofNothing().and(bytes.subarray(0, 4)) };
    const found = [];
    for await (const piece of offsetLines(pieces(bytes.subarray(4), []), start)) found.push(piece);
    expect(found.map(({ lines, ends, complete }) => ({ lines, ends, complete }))).toEqual([
      { lines: ['two'], ends: [8], complete: true },
      { lines: ['three'], ends: [13], complete: false },
    ]);
    expect(found[1]?.prefixHash(0).hex()).toBe(hashOf(bytes));
  });

  it('keeps the beginning of a line longer than any log line, and no more of it', async () => {
    const bytes = Buffer.concat([Buffer.alloc(12_000_000, 120), Buffer.from('\nnext\n')]);
    const found = [];
    for await (const piece of offsetLines(pieces(bytes, [5_000_000, 9_000_000]))) found.push(piece);
    expect(found.flatMap(({ lines }) => lines.map(({ length }) => length))).toEqual([5 * 1024 * 1024, 4]);
    expect(found.flatMap(({ ends }) => ends)).toEqual([12_000_001, 12_000_006]);
    expect(found.at(-1)?.prefixHash(1).hex()).toBe(hashOf(bytes));
  });
});

describe('prefixHashes', () => {
  it('are those of the prefixes that there are, whatever the chunks', async () => {
    const bytes = Buffer.from('0123456789');
    for (const cuts of [[], [1, 2, 3], [5], [10]]) {
      const hashes = await prefixHashes(pieces(bytes, cuts), [0, 3, 3, 10, 11]);
      expect([...hashes].map(([at, hash]) => [at, hash.hex()])).toEqual(
        [0, 3, 10].map((at) => [at, hashOf(bytes.subarray(0, at))]),
      );
    }
  });
});
