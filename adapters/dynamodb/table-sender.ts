import {
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
import { isConditionFailed, toStoreFault } from './store-fault.js';

/** One request's charge, as DynamoDB states it (also the embedded store, by the same rules). */
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
    const written = await this.conditional(input.TableName, async () => {
      const answer = await this.client.send(
        new PutItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
        this.abort(),
      );
      this.charge('write', answer.ConsumedCapacity);
      return 'written' as const;
    });
    return written ?? 'refused';
  }

  async update(input: UpdateItemCommandInput): Promise<UpdateOutcome> {
    const written = await this.conditional(input.TableName, async () => {
      const answer = await this.client.send(
        new UpdateItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
        this.abort(),
      );
      this.charge('write', answer.ConsumedCapacity);
      return { kind: 'written' as const, item: answer.Attributes };
    });
    return written ?? { kind: 'refused' };
  }

  async delete(input: DeleteItemCommandInput): Promise<'written' | 'refused'> {
    const written = await this.conditional(input.TableName, async () => {
      const answer = await this.client.send(
        new DeleteItemCommand({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
        this.abort(),
      );
      this.charge('write', answer.ConsumedCapacity);
      return 'written' as const;
    });
    return written ?? 'refused';
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
    let left = batch;
    for (let attempt = 0; left.length > 0; attempt++) {
      if (attempt === BATCH_ATTEMPTS) throw new Fault('store.throttled', { table, unprocessed: left.length });
      if (attempt > 0) await pause(Math.random() * Math.min(5_000, 50 * 2 ** attempt));
      const requests = left;
      const answer = await this.run(table, () =>
        this.client.send(
          new BatchWriteItemCommand({
            RequestItems: { [table]: requests },
            ReturnConsumedCapacity: 'TOTAL',
          }),
          this.abort(),
        ),
      );
      for (const capacity of answer.ConsumedCapacity ?? []) this.charge('write', capacity);
      left = answer.UnprocessedItems?.[table] ?? [];
    }
  }

  private async conditional<T>(table: string | undefined, send: () => Promise<T>): Promise<T | undefined> {
    return this.run(table, async () => {
      try {
        return await send();
      } catch (error) {
        if (isConditionFailed(error)) return undefined;
        throw error;
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

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
