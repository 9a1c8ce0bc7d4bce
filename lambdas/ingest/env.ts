import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface IngestEnv {
  readonly tables: TableNames;
}

const ENV = v.object(TABLE_ENV);

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseIngestEnv(env: Readonly<Record<string, string | undefined>>): IngestEnv {
  return { tables: toTableNames(parseFunctionEnv('ingest', ENV, env)) };
}
