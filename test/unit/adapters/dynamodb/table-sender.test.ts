import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../../adapters/dynamodb/dynamo-client.js';
import { type StoreCharge, TableSender } from '../../../../adapters/dynamodb/table-sender.js';

type Answer = Record<string, unknown> | Error;

/** A client whose wire is replaced: each request takes the next answer as DynamoDB would put it into HTTP. */
function clientAnswering(
  answers: readonly Answer[],
  maxAttempts = 1,
): { client: DynamoDBClient; sent: string[] } {
  const sent: string[] = [];
  let next = 0;
  const client = createDynamoClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts,
    requestHandler: {
      handle: async (request: { readonly headers: Readonly<Record<string, string>> }) => {
        sent.push(String(request.headers['x-amz-target']).split('.')[1] ?? '');
        const answer = answers[Math.min(next++, answers.length - 1)];
        const failed = answer instanceof Error;
        const body = Buffer.from(JSON.stringify(failed ? { __type: `x#${answer.message}` } : answer));
        return { response: { statusCode: failed ? 400 : 200, headers: {}, body } };
      },
    },
  });
  return { client, sent };
}

const KEY = { pk: { S: 'a' }, sk: { S: 'b' } };

describe('the sender', () => {
  it.each([
    ['ProvisionedThroughputExceededException', 'store.throttled'],
    ['ThrottlingException', 'store.throttled'],
    ['AccessDeniedException', 'store.denied'],
    ['UnrecognizedClientException', 'store.denied'],
    ['ResourceNotFoundException', 'store.failed'],
  ])('turns %s into the fault %s, never into an absent item', async (name, code) => {
    const sender = new TableSender(clientAnswering([new Error(name)]).client);
    await expect(sender.get({ TableName: 'T', Key: KEY })).rejects.toMatchObject({ name: 'Fault', code });
  });

  it('answers undefined for an item that there is not', async () => {
    const sender = new TableSender(clientAnswering([{}]).client);
    expect(await sender.get({ TableName: 'T', Key: KEY })).toBeUndefined();
  });

  it('takes a failed condition for an answer', async () => {
    const sender = new TableSender(clientAnswering([new Error('ConditionalCheckFailedException')]).client);
    expect(await sender.put({ TableName: 'T', Item: KEY })).toBe('refused');
  });

  it('sends again what a batch left unprocessed', async () => {
    const request = { PutRequest: { Item: KEY } };
    const { client, sent } = clientAnswering([{ UnprocessedItems: { T: [request] } }, {}]);
    await new TableSender(client).writeAll('T', [request]);
    expect(sent).toEqual(['BatchWriteItem', 'BatchWriteItem']);
  });

  it('cuts batches at 25 items', async () => {
    const { client, sent } = clientAnswering([{}]);
    await new TableSender(client).writeAll(
      'T',
      Array.from({ length: 51 }, () => ({ PutRequest: { Item: KEY } })),
    );
    expect(sent).toHaveLength(3);
  });

  it('keeps no more requests in flight than it may', async () => {
    let inFlight = 0;
    let most = 0;
    const client = createDynamoClient({
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      requestHandler: {
        handle: async () => {
          most = Math.max(most, ++inFlight);
          await new Promise((resolve) => setImmediate(resolve));
          inFlight--;
          return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } };
        },
      },
    });
    const sender = new TableSender(client, { maxInFlight: 3 });
    await Promise.all(Array.from({ length: 20 }, () => sender.get({ TableName: 'T', Key: KEY })));
    expect(most).toBe(3);
  });

  it('tells the meter what each request was charged', async () => {
    const charges: StoreCharge[] = [];
    const { client } = clientAnswering([{ ConsumedCapacity: { TableName: 'T', CapacityUnits: 7 } }]);
    await new TableSender(client, { meter: (charge) => charges.push(charge) }).put({
      TableName: 'T',
      Item: KEY,
    });
    expect(charges).toEqual([{ table: 'T', kind: 'write', units: 7 }]);
  });

  it('tells the meter what a refused write costs: at least a unit, and where the item is known, its size', async () => {
    const charges: StoreCharge[] = [];
    const { client } = clientAnswering([new Error('ConditionalCheckFailedException')]);
    const sender = new TableSender(client, { meter: (charge) => charges.push(charge) });
    await sender.put({ TableName: 'T', Item: { ...KEY, bytes: { B: new Uint8Array(3000) } } });
    await sender.update({ TableName: 'T', Key: KEY });
    await sender.delete({ TableName: 'T', Key: KEY });
    expect(charges.map(({ units }) => units)).toEqual([3, 1, 1]);
  });

  it('reads many items a hundred a request, in the order of their keys, and asks again for what was left out', async () => {
    const key = (n: number) => ({ pk: { S: 'a' }, sk: { S: String(n) } });
    const { client, sent } = clientAnswering([
      { Responses: { T: [key(1), key(0)] }, UnprocessedKeys: { T: { Keys: [key(2)] } } },
      { Responses: { T: [key(2)] } },
      { Responses: { T: [] } },
    ]);
    async function* keys() {
      for (let n = 0; n < 101; n++) yield { ...key(n), projected: { S: 'else' } };
    }
    const items: unknown[] = [];
    for await (const item of new TableSender(client).getAll('T', keys())) items.push(item);
    expect(items).toEqual([key(0), key(1), key(2)]);
    expect(sent).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
  });

  it('fails what is cancelled', async () => {
    const sender = new TableSender(clientAnswering([{}]).client, { signal: AbortSignal.abort() });
    await expect(sender.get({ TableName: 'T', Key: KEY })).rejects.toMatchObject({ code: 'store.failed' });
  });

  it('tries throttled requests again before it gives up', async () => {
    const throttled = new Error('ThrottlingException');
    const { client, sent } = clientAnswering([throttled, throttled, { Item: KEY }], 5);
    expect(await new TableSender(client).get({ TableName: 'T', Key: KEY })).toBeDefined();
    expect(sent).toHaveLength(3);
  });
});
