import { createDynamoClient } from '../dynamodb/dynamo-client.js';
import { dynamoStores, type Stores } from '../dynamodb/stores.js';
import type { TableNames } from '../dynamodb/table-schema.js';
import { type AwsAccess, toClientConfig } from './aws-access.js';
import { readStackNames } from './read-stack-names.js';
import type { StackNames } from './stack-parameter.js';

/** The stores of a stack, as its functions use them, with the credentials of whoever looks. */
export interface DeployedStores {
  readonly stores: Stores;
  close(): Promise<void>;
}

/** `undefined` when there is no such stack in the account and region in use. Throws `Fault('installation.failed')`. */
export async function openDeployedStores(
  { stack, ...access }: { readonly stack: string } & AwsAccess,
  nowMs: () => number,
): Promise<DeployedStores | undefined> {
  const names = await readStackNames(stack, access);
  if (names === undefined) return undefined;
  const client = createDynamoClient(toClientConfig(access));
  return {
    stores: dynamoStores({ client, tables: toTables(names), nowMs }),
    close: async () => client.destroy(),
  };
}

function toTables({ inventory, findings, trail, state }: StackNames): TableNames {
  return { Inventory: inventory, Findings: findings, Trail: trail, State: state };
}
