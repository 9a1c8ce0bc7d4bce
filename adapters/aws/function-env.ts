import * as v from 'valibot';
import { Fault } from '../../core/fault.js';

/** A function's environment as its schema says. Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseFunctionEnv<Schema extends v.GenericSchema>(
  name: string,
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, env);
  if (parsed.success) return parsed.output;
  const variables = parsed.issues.map((problem) => v.getDotPath(problem) ?? 'environment').join(', ');
  throw new Fault('environment.invalid', { function: name, variables });
}
