import { UsageError } from './cli-io.js';

/** Reads each option, and throws one `UsageError` with everything that is wrong with them. */
export function checked<T>(read: { readonly [K in keyof T]: () => T[K] }): T {
  const problems: string[] = [];
  const values: Partial<T> = {};
  for (const name of Object.keys(read) as (keyof T)[])
    try {
      values[name] = read[name]();
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      problems.push(error.message);
    }
  if (problems.length > 0) throw new UsageError(problems.join('\n  '));
  return values as T;
}
