import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createTableParams } from '../../../adapters/dynamodb/create-table-params.js';
import { TABLES, type TableNames, tableNames } from '../../../adapters/dynamodb/table-schema.js';

/** What `tools/run-emulators.ts` says of the emulator; without it these tests have nothing to run against. */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run npm run test:emulators`);
  return value;
}

export const motoEndpoint = (): string => required('GATEWARDEN_MOTO');

export function motoDynamo(): DynamoDBClient {
  return new DynamoDBClient({ endpoint: motoEndpoint(), region: 'us-east-1' });
}

/** What a function on the emulator has in its environment. */
export function functionEnvironment(tables: TableNames): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: motoEndpoint(),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    GATEWARDEN_INVENTORY_TABLE: tables.Inventory,
    GATEWARDEN_FINDINGS_TABLE: tables.Findings,
    GATEWARDEN_TRAIL_TABLE: tables.Trail,
    GATEWARDEN_STATE_TABLE: tables.State,
  };
}

/** The four tables under a prefix of their own, so that tests do not see each other. */
export async function createMotoTables(client: DynamoDBClient, prefix: string): Promise<TableNames> {
  const tables = tableNames(prefix);
  for (const table of TABLES)
    await client.send(new CreateTableCommand(createTableParams(table, tables[table])));
  return tables;
}
