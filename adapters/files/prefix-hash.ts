import { createHash, type Hash } from 'node:crypto';

/**
 * SHA-256 of everything before a place in a file: two files that agree in it are one file, however they are called,
 * packed or continued. A copy can be taken at any place, and costs nothing.
 */
export class PrefixHash {
  private constructor(private readonly hash: Hash) {}

  static ofNothing(): PrefixHash {
    return new PrefixHash(createHash('sha256'));
  }

  /** This prefix and the bytes behind it. */
  and(bytes: Uint8Array): PrefixHash {
    return new PrefixHash(this.hash.copy().update(bytes));
  }

  /** 16 bytes, hexadecimal. */
  hex(): string {
    return this.hash.copy().digest('hex').slice(0, 32);
  }
}

/**
 * The hashes of the prefixes that end at the given offsets; those beyond the end of the data are left out. Reads no
 * further than the last of them.
 */
export async function prefixHashes(
  chunks: AsyncIterable<Uint8Array>,
  offsets: Iterable<number>,
): Promise<ReadonlyMap<number, PrefixHash>> {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const hashes = new Map<number, PrefixHash>();
  let read = 0;
  let hash = PrefixHash.ofNothing();
  let next = wanted.shift();
  for (; next === 0; next = wanted.shift()) hashes.set(0, hash);
  if (next === undefined) return hashes;
  for await (const chunk of chunks) {
    while (next !== undefined && next <= read + chunk.byteLength) {
      hashes.set(next, hash.and(chunk.subarray(0, next - read)));
      next = wanted.shift();
    }
    if (next === undefined) break;
    hash = hash.and(chunk);
    read += chunk.byteLength;
  }
  return hashes;
}
