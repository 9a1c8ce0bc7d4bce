import * as v from 'valibot';
import { TABLE_ENV, toTableNames } from '../../adapters/aws/table-env.js';
import type { TableNames } from '../../adapters/dynamodb/table-schema.js';
import { Fault } from '../../core/fault.js';

export interface IngestEnv {
  readonly tables: TableNames;
}

const ENV = v.object(TABLE_ENV);

/** Throws `Fault('environment.invalid')` that names every variable at fault. */
export function parseIngestEnv(env: Readonly<Record<string, string | undefined>>): IngestEnv {
  const parsed = v.safeParse(ENV, env);
  if (parsed.success) return { tables: toTableNames(parsed.output) };
  const variables = parsed.issues.map((issue) => v.getDotPath(issue) ?? 'environment').join(', ');
  throw new Fault('environment.invalid', { function: 'ingest', variables });
}
