import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** `<table> <first part of the partition key>`, such as `Trail SEG`. */
export type ItemKind = string;

export interface Units {
  writes: number;
}

interface Request {
  readonly input: {
    readonly TableName?: string;
    readonly Key?: Keyed;
    readonly Item?: Keyed;
    readonly RequestItems?: Readonly<
      Record<string, readonly { readonly PutRequest?: { readonly Item?: Keyed } }[]>
    >;
  };
}

type Keyed = Readonly<Record<string, { readonly S?: string }>>;

const WRITES = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'BatchWriteItemCommand']);

/** The client, but every write's charge is added to the kind of item that it wrote. */
export function meteredClient(client: DynamoDBClient, units: Map<ItemKind, Units>): DynamoDBClient {
  const send = client.send.bind(client) as (command: object, ...rest: unknown[]) => Promise<Answer>;
  return Object.create(client, {
    send: {
      value: async (command: object & Request, ...rest: unknown[]) => {
        const isWrite = WRITES.has(command.constructor.name);
        try {
          const answer = await send(command, ...rest);
          if (isWrite) charge(units, kindOf(command), chargedIn(answer));
          return answer;
        } catch (error) {
          // A write whose condition failed is charged as well, a unit a kilobyte; the answer does not say how much.
          if (isWrite && error instanceof Error && error.name === 'ConditionalCheckFailedException')
            charge(units, kindOf(command), 1);
          throw error;
        }
      },
    },
  }) as DynamoDBClient;
}

interface Answer {
  readonly ConsumedCapacity?: ConsumedCapacity | readonly ConsumedCapacity[];
}

function charge(units: Map<ItemKind, Units>, kind: ItemKind, writes: number): void {
  const known = units.get(kind);
  if (known === undefined) units.set(kind, { writes });
  else known.writes += writes;
}

function chargedIn({ ConsumedCapacity: capacity }: Answer): number {
  const all = capacity === undefined ? [] : 'length' in capacity ? capacity : [capacity];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

function kindOf({ input }: Request): ItemKind {
  const [batchTable, batch] = Object.entries(input.RequestItems ?? {})[0] ?? [];
  const keyed = input.Key ?? input.Item ?? batch?.[0]?.PutRequest?.Item;
  return `${input.TableName ?? batchTable ?? '?'} ${keyed?.['pk']?.S?.split('#')[0] ?? '?'}`;
}
