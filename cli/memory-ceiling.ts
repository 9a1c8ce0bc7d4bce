import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of the heap, garbage included, past which it is collected before the next payload. Not resident bytes: those hold files, too. */
const CEILING_BYTES = 100 * 1024 * 1024;

/**
 * Keeps a long import small: the calls of a payload outlive the young generation, and V8, which sizes its heap by what
 * the machine has, would let hundreds of megabytes of them gather before it looks. Call the answer between payloads.
 */
export function memoryCeiling(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (!isCollector(collect)) return () => undefined;
  return () => {
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > CEILING_BYTES) collect();
  };
}

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}
