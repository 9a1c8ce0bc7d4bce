/** SHA-256, supplied from outside: the core has no crypto of its own. Strings are hashed as UTF-8. */
export interface Digest {
  /** The full 32 bytes of SHA-256 over the length-prefixed parts, so that no two lists of parts collide. */
  sha256(parts: readonly string[]): Uint8Array;
  /** Lower-case hexadecimal of the first `bytes` bytes of the same hash. */
  hex(parts: readonly string[], bytes: number): string;
}
