import { Fault } from '../../core/fault.js';

/** Sends a request that a command makes in the user's name; what goes wrong is `Fault('installation.failed')`. */
export async function sendOrFault<T>(
  operation: string,
  resource: string,
  send: () => Promise<T>,
): Promise<T> {
  try {
    return await send();
  } catch (cause) {
    const error = cause instanceof Error ? cause.name : 'unknown';
    throw new Fault('installation.failed', { operation, resource, error }, { cause });
  }
}
