import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Resident bytes past which garbage is collected before the next payload. */
const CEILING_BYTES = 240 * 1024 * 1024;

/**
 * Keeps a long import small: the calls of a payload outlive the young generation, and V8, which sizes its heap by what
 * the machine has, would let hundreds of megabytes of them gather before it looks. Call the answer between payloads.
 */
export function memoryCeiling(): () => void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (!isCollector(collect)) return () => undefined;
  return () => {
    if (process.memoryUsage.rss() > CEILING_BYTES) collect();
  };
}

function isCollector(value: unknown): value is () => void {
  return typeof value === 'function';
}
