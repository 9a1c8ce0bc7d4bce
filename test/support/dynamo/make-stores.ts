import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { dynamoStores } from '../../../adapters/dynamodb/stores.js';
import { TABLES, type TableNames } from '../../../adapters/dynamodb/table-schema.js';
import { type StoreCharge, TableSender } from '../../../adapters/dynamodb/table-sender.js';
import { START_MS, type StoresUnderTest } from '../../contract/stores-under-test.js';

export interface MakeStoresOptions {
  /**
   * For an emulator that is not atomic (moto checks a condition and writes in two steps, on threads): requests of
   * parallel operations still interleave, but never overlap.
   */
  readonly oneRequestAtATime?: boolean;
}

/** Stores for the contract over tables that exist already, on whatever answers the client. */
export function storesUnderTest(
  client: DynamoDBClient,
  tables: TableNames,
  close: () => Promise<void>,
  options: MakeStoresOptions = {},
): StoresUnderTest {
  if (options.oneRequestAtATime === true) sendOneByOne(client);
  let now = START_MS;
  const charges: StoreCharge[] = [];
  const make = () =>
    dynamoStores({ client, tables, nowMs: () => now, meter: (charge) => charges.push(charge) });
  return {
    stores: make(),
    reopen: make,
    setNow(nowMs) {
      now = nowMs;
    },
    putItem: (table, item) => new TableSender(client).put({ TableName: tables[table], Item: item }),
    charges,
    async allKeys() {
      const sender = new TableSender(client);
      const keys: string[] = [];
      for (const table of TABLES) {
        for await (const item of sender.scan({ TableName: tables[table], ProjectionExpression: 'pk, sk' }))
          keys.push(item['pk']?.S ?? '', item['sk']?.S ?? '');
      }
      return keys;
    },
    close,
  };
}

function sendOneByOne(client: DynamoDBClient): void {
  let last: Promise<unknown> = Promise.resolve();
  client.middlewareStack.add(
    (next) => (args) => {
      const answer = last.then(() => next(args));
      last = answer.catch(() => undefined);
      return answer;
    },
    { step: 'deserialize', name: 'oneRequestAtATime', priority: 'high' },
  );
}
