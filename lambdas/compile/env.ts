import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface CompileEnv {
  readonly tables: TableNames;
  /** Begins with `/`, ends without one. */
  readonly parameterPrefix: string;
  readonly guardBucket: string;
}

const ENV = v.object({
  ...TABLE_ENV,
  GATEWARDEN_PARAMETER_PREFIX: v.pipe(v.string(), v.regex(/^(\/[A-Za-z0-9_.-]+)+$/)),
  GATEWARDEN_GUARD_BUCKET: v.pipe(v.string(), v.minLength(3)),
});

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseCompileEnv(env: Readonly<Record<string, string | undefined>>): CompileEnv {
  const parsed = parseFunctionEnv('compile', ENV, env);
  return {
    tables: toTableNames(parsed),
    parameterPrefix: parsed.GATEWARDEN_PARAMETER_PREFIX,
    guardBucket: parsed.GATEWARDEN_GUARD_BUCKET,
  };
}
