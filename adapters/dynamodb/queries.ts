import type { QueryCommandInput } from '@aws-sdk/client-dynamodb';

/** Everything in a partition. */
export function queryPartition(table: string, pk: string): QueryCommandInput {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': { S: pk } },
  };
}

/** What in a partition has a sort key from `from` to `to`, both included. */
export function queryRange(table: string, pk: string, from: string, to: string): QueryCommandInput {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':from': { S: from }, ':to': { S: to } },
  };
}

/** What in a partition has a sort key that begins so. */
export function queryPrefix(table: string, pk: string, prefix: string): QueryCommandInput {
  return {
    TableName: table,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
  };
}
