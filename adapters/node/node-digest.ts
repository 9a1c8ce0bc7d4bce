import { createHash } from 'node:crypto';
import type { Digest } from '../../core/ports/digest.js';

function sha256(parts: readonly string[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${Buffer.byteLength(part)}:`).update(part);
  return hash.digest();
}

/** `Digest` on node:crypto. */
export const nodeDigest: Digest = {
  sha256,
  hex: (parts, bytes) => Buffer.from(sha256(parts)).subarray(0, bytes).toString('hex'),
};
