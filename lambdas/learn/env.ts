import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface LearnEnv {
  readonly tables: TableNames;
}

const ENV = v.object(TABLE_ENV);

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseLearnEnv(env: Readonly<Record<string, string | undefined>>): LearnEnv {
  return { tables: toTableNames(parseFunctionEnv('learn', ENV, env)) };
}
