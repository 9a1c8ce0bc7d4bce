import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLES, type TableNames, TTL_ATTRIBUTE } from '../dynamodb/table-schema.js';
import { TableSender } from '../dynamodb/table-sender.js';

/**
 * Deletes what has expired by `nowMs`, as DynamoDB's TTL does by itself; answers how many items, `most` of them. Reads every table
 * whole: once a day (`deleteExpiredDaily`), not on a hot path. An item written again meanwhile keeps its new expiry and stays.
 */
export async function deleteExpired(
  client: DynamoDBClient,
  tables: TableNames,
  nowMs: number,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const sender = new TableSender(client, { maxInFlight: 4 });
  let deleted = 0;
  for (const table of TABLES) {
    const expired = sender.scan({
      TableName: tables[table],
      FilterExpression: '#expires <= :now',
      ProjectionExpression: 'pk, sk',
      ExpressionAttributeNames: { '#expires': TTL_ATTRIBUTE },
      ExpressionAttributeValues: { ':now': { N: String(Math.floor(nowMs / 1000)) } },
    });
    for await (const key of expired) {
      if (deleted >= most) return deleted;
      const outcome = await sender.delete({
        TableName: tables[table],
        Key: key,
        ConditionExpression: '#expires <= :now',
        ExpressionAttributeNames: { '#expires': TTL_ATTRIBUTE },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(nowMs / 1000)) } },
      });
      if (outcome === 'written') deleted++;
    }
  }
  return deleted;
}
