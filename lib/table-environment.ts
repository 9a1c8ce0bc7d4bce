import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { TableName } from '../adapters/dynamodb/table-schema.js';
import type { GatewardenData } from './data.js';
import type { GatewardenFunction, Terms } from './gatewarden-function.js';

/** The functions' environment for the tables; `adapters/aws/table-env.ts` reads it. */
export function tableEnvironment(data: GatewardenData): Readonly<Record<string, string>> {
  const { Inventory, Findings, Trail, State } = data.tables;
  return {
    GATEWARDEN_INVENTORY_TABLE: Inventory.tableName,
    GATEWARDEN_FINDINGS_TABLE: Findings.tableName,
    GATEWARDEN_TRAIL_TABLE: Trail.tableName,
    GATEWARDEN_STATE_TABLE: State.tableName,
  };
}

export type TableAction = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'BatchWriteItem';

export interface TableAccess {
  readonly actions: readonly TableAction[];
  /** Indexes that may be queried too, by name. */
  readonly indexes?: readonly string[];
  /** Partition keys the function is kept to; `*` stands for any rest. */
  readonly leadingKeys?: readonly string[];
}

/**
 * Lets a function do exactly this on each table, and use the tables' key through DynamoDB only. No function may delete
 * an item: what has to go expires.
 */
export function allowTables(
  fn: GatewardenFunction,
  data: GatewardenData,
  access: Readonly<Partial<Record<TableName, TableAccess>>>,
): void {
  for (const [name, { actions, indexes = [], leadingKeys }] of Object.entries(access)) {
    const table: Table = data.tables[name as TableName];
    const calls = actions.map((action) => `dynamodb:${action}`);
    if (calls.length > 0)
      fn.allow(`${name}Items`, calls, [table.tableArn], leadingKeys === undefined ? {} : keptTo(leadingKeys));
    const indexArns = indexes.map((index) => `${table.tableArn}/index/${index}`);
    if (indexArns.length > 0) fn.allow(`${name}Indexes`, ['dynamodb:Query'], indexArns);
  }
  // What DynamoDB asks of whoever uses a table under a customer key.
  const keyUse = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];
  fn.allow(
    'TableKey',
    keyUse.map((use) => `kms:${use}`),
    [data.key.keyArn],
    {
      conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${data.key.stack.region}.amazonaws.com` } },
    },
  );
}

/** Lets a function that may do other things on the trail write custom events and transitions, and nothing else. */
export function allowTrailEvents(fn: GatewardenFunction, data: GatewardenData): void {
  fn.allow('TrailEvents', ['dynamodb:PutItem'], [data.tables.Trail.tableArn], keptTo(['LOG#*']));
}

function keptTo(leadingKeys: readonly string[]): Terms {
  return {
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': leadingKeys },
      // Without it a request that names no key at all would pass.
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  };
}
