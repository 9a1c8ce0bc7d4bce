import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type ConsumedCapacity,
  DeleteItemCommand,
  type DeleteItemCommandInput,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../../core/fault.js';
import type { Item } from './attributes.js';
import { writeUnits } from './item-size.js';
import { isConditionFailed, toStoreFault } from './store-fault.js';

/**
 * One request's charge, as DynamoDB states it (also the embedded store, by the same rules); for a write that was refused,
 * which it does not state, our estimate.
 */
export interface StoreCharge {
  readonly table: string;
  readonly kind: 'read' | 'write';
  readonly units: number;
}

export interface TableSenderOptions {
  readonly meter?: (charge: StoreCharge) => void;
  /** Requests in flight at once; more wait their turn. */
  readonly maxInFlight?: number;
  /** Cancels everything in flight and to come, which then fails with `Fault('store.failed')`. */
  readonly signal?: AbortSignal;
}

export type UpdateOutcome =
  | { readonly kind: 'written'; readonly item: Item | undefined }
  | { readonly kind: 'refused' };

const MAX_IN_FLIGHT = 32;
const BATCH_WRITE_MAX = 25;
const BATCH_GET_MAX = 100;
const BATCH_ATTEMPTS = 10;

/**
 * The thin half of every store: sends what the `params` half built. A failed condition is an answer (`refused`);
 * everything else that fails is a `Fault`. Throttling is retried by the client (see `createDynamoClient`).
 */
export class TableSender {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(
    private readonly client: DynamoDBClient,
    private readonly options: TableSenderOptions = {},
  ) {
    this.free = options.maxInFlight ?? MAX_IN_FLIGHT;
  }

  async get(input: GetItemCommandInput): Promise<Item | undefined> {
    const answer = await this.run(input.TableName, () =>
      this.client.send(new GetItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }), this.abort()),
    );
    this.charge('read', answer.ConsumedCapacity);
    return answer.Item;
  }

  async put(input: PutItemCommandInput): Promise<'written' | 'refused'> {
    const command = new PutItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const send = () => this.client.send(command, this.abort());
    const answer = await this.write(input.TableName, send, input.Item);
    return answer === undefined ? 'refused' : 'written';
  }

  async update(input: UpdateItemCommandInput): Promise<UpdateOutcome> {
    const command = new UpdateItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const answer = await this.write(input.TableName, () => this.client.send(command, this.abort()));
    return answer === undefined ? { kind: 'refused' } : { kind: 'written', item: answer.Attributes };
  }

  async delete(input: DeleteItemCommandInput): Promise<'written' | 'refused'> {
    const command = new DeleteItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const answer = await this.write(input.TableName, () => this.client.send(command, this.abort()));
    return answer === undefined ? 'refused' : 'written';
  }

  /** The items of these keys in their order, 100 a request, read consistently; a key without an item is passed over. */
  async *getAll(table: string, keys: AsyncIterable<Item> | Iterable<Item>): AsyncGenerator<Item> {
    let batch: Item[] = [];
    for await (const { pk, sk } of keys) {
      batch.push({ ...(pk && { pk }), ...(sk && { sk }) });
      if (batch.length < BATCH_GET_MAX) continue;
      yield* await this.getBatch(table, batch);
      batch = [];
    }
    if (batch.length > 0) yield* await this.getBatch(table, batch);
  }

  /** Page by page, as the caller asks for more. */
  async *query(input: QueryCommandInput): AsyncGenerator<Item> {
    let from: Item | undefined;
    do {
      const start = from;
      const page = await this.run(input.TableName, () =>
        this.client.send(
          new QueryCommand({ ...input, ExclusiveStartKey: start, ReturnConsumedCapacity: 'TOTAL' }),
          this.abort(),
        ),
      );
      this.charge('read', page.ConsumedCapacity);
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Reads a whole table: only for what DynamoDB does itself elsewhere (expiry), never on a hot path. */
  async *scan(input: ScanCommandInput): AsyncGenerator<Item> {
    let from: Item | undefined;
    do {
      const start = from;
      const page = await this.run(input.TableName, () =>
        this.client.send(new ScanCommand({ ...input, ExclusiveStartKey: start }), this.abort()),
      );
      yield* page.Items ?? [];
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  }

  /** Puts or deletes without conditions, 25 a request; what DynamoDB leaves unprocessed is sent again with back-off. */
  async writeAll(table: string, requests: readonly WriteRequest[]): Promise<void> {
    const batches: WriteRequest[][] = [];
    for (let at = 0; at < requests.length; at += BATCH_WRITE_MAX)
      batches.push(requests.slice(at, at + BATCH_WRITE_MAX));
    await Promise.all(batches.map((batch) => this.writeBatch(table, batch)));
  }

  private async writeBatch(table: string, batch: WriteRequest[]): Promise<void> {
    await this.untilProcessed(table, batch, async (requests) => {
      const command = new BatchWriteItemCommand({
        RequestItems: { [table]: requests },
        ReturnConsumedCapacity: 'TOTAL',
      });
      const answer = await this.run(table, () => this.client.send(command, this.abort()));
      for (const capacity of answer.ConsumedCapacity ?? []) this.charge('write', capacity);
      return answer.UnprocessedItems?.[table] ?? [];
    });
  }

  private async getBatch(table: string, keys: Item[]): Promise<readonly Item[]> {
    const found = new Map<string, Item>();
    await this.untilProcessed(table, keys, async (left) => {
      const command = new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: left, ConsistentRead: true } },
        ReturnConsumedCapacity: 'TOTAL',
      });
      const answer = await this.run(table, () => this.client.send(command, this.abort()));
      for (const capacity of answer.ConsumedCapacity ?? []) this.charge('read', capacity);
      for (const item of answer.Responses?.[table] ?? []) found.set(keyText(item), item);
      return answer.UnprocessedKeys?.[table]?.Keys ?? [];
    });
    return keys.map((key) => found.get(keyText(key))).filter((item) => item !== undefined);
  }

  /** Sends what is left again, with back-off where nothing got through; an answer may also just have been full. */
  private async untilProcessed<T>(table: string, all: T[], send: (left: T[]) => Promise<T[]>): Promise<void> {
    let left = all;
    for (let attempt = 0; left.length > 0; ) {
      if (attempt === BATCH_ATTEMPTS) throw new Fault('store.throttled', { table, unprocessed: left.length });
      if (attempt > 0) await pause(Math.random() * Math.min(5_000, 50 * 2 ** attempt));
      const before = left.length;
      left = await send(left);
      attempt = left.length < before ? 0 : attempt + 1;
    }
  }

  /**
   * `undefined` when the condition failed. AWS charges such a write for the item that stands there, one unit at least,
   * and does not say how much: `likeIt` is what is known of that item, for the meter.
   */
  private async write<A extends { readonly ConsumedCapacity?: ConsumedCapacity | undefined }>(
    table: string | undefined,
    send: () => Promise<A>,
    likeIt: Item = {},
  ): Promise<A | undefined> {
    return this.run(table, async () => {
      try {
        const answer = await send();
        this.charge('write', answer.ConsumedCapacity);
        return answer;
      } catch (error) {
        if (!isConditionFailed(error)) throw error;
        this.charge('write', { TableName: table, CapacityUnits: writeUnits(likeIt) });
        return undefined;
      }
    });
  }

  private async run<T>(table: string | undefined, send: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      this.options.signal?.throwIfAborted();
      return await send();
    } catch (error) {
      throw toStoreFault(error, table ?? '');
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> | undefined {
    if (this.free > 0) {
      this.free--;
      return undefined;
    }
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private leave(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.free++;
    else next();
  }

  private abort(): { readonly abortSignal?: AbortSignal } {
    return this.options.signal === undefined ? {} : { abortSignal: this.options.signal };
  }

  private charge(kind: 'read' | 'write', capacity: ConsumedCapacity | undefined): void {
    const units = capacity?.CapacityUnits;
    if (units !== undefined) this.options.meter?.({ table: capacity?.TableName ?? '', kind, units });
  }
}

/** The length keeps two keys from sharing a text. */
function keyText({ pk, sk }: Item): string {
  return `${pk?.S?.length} ${pk?.S} ${sk?.S}`;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
