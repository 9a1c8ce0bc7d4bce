import { hash } from 'node:crypto';
import type { Digest } from '../../core/ports/digest.js';

/** One string and one call: an incremental hash object costs three times as much, on a path taken for every signal. */
function lengthPrefixed(parts: readonly string[]): string {
  let text = '';
  for (const part of parts) text += `${Buffer.byteLength(part)}:${part}`;
  return text;
}

/** `Digest` on node:crypto. */
export const nodeDigest: Digest = {
  sha256: (parts) => hash('sha256', lengthPrefixed(parts), 'buffer'),
  hex: (parts, bytes) => hash('sha256', lengthPrefixed(parts), 'hex').slice(0, bytes * 2),
};
