import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../../adapters/dynamodb/attributes.js';
import { itemBytes } from '../../../adapters/dynamodb/item-size.js';

export interface RoundTrips {
  requests: number;
  /** How often the process, all its requests answered, had to wait for another. */
  waits: number;
  /** Of the trail: segments with their heads. */
  trailBytes: number;
}

/** The client, with its requests counted. */
export function countingClient(client: DynamoDBClient, counts: RoundTrips): DynamoDBClient {
  const send = client.send.bind(client) as (command: object, ...rest: unknown[]) => Promise<unknown>;
  let inFlight = 0;
  return Object.create(client, {
    send: {
      value: async (command: { readonly input: { readonly Item?: Item } }, ...rest: unknown[]) => {
        const { Item: item } = command.input;
        if (item !== undefined && /^(SEG|HEAD)#/.test(item['pk']?.S ?? ''))
          counts.trailBytes += itemBytes(item);
        counts.requests += 1;
        if (inFlight === 0) counts.waits += 1;
        inFlight += 1;
        try {
          return await send(command, ...rest);
        } finally {
          inFlight -= 1;
        }
      },
    },
  }) as DynamoDBClient;
}
