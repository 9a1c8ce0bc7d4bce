import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface ControlPlaneEnv {
  readonly tables: TableNames;
}

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseControlPlaneEnv(env: Readonly<Record<string, string | undefined>>): ControlPlaneEnv {
  return { tables: toTableNames(parseFunctionEnv('control-plane', v.object(TABLE_ENV), env)) };
}
