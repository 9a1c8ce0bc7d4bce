import * as v from 'valibot';
import { parseFunctionEnv } from '../../adapters/aws/function-env.js';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';

export interface IngestEnv {
  readonly tables: TableNames;
  /** Where the function runs; Lambda sets it. */
  readonly region: string | undefined;
}

const ENV = v.object({ ...TABLE_ENV, AWS_REGION: v.optional(v.string()) });

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseIngestEnv(env: Readonly<Record<string, string | undefined>>): IngestEnv {
  const parsed = parseFunctionEnv('ingest', ENV, env);
  return { tables: toTableNames(parsed), region: parsed.AWS_REGION };
}
