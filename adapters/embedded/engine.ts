import batchGetItem from 'dynalite/actions/batchGetItem.js';
import batchWriteItem from 'dynalite/actions/batchWriteItem.js';
import createTable from 'dynalite/actions/createTable.js';
import deleteItem from 'dynalite/actions/deleteItem.js';
import describeTable from 'dynalite/actions/describeTable.js';
import getItem from 'dynalite/actions/getItem.js';
import listTables from 'dynalite/actions/listTables.js';
import putItem from 'dynalite/actions/putItem.js';
import query from 'dynalite/actions/query.js';
import scan from 'dynalite/actions/scan.js';
import updateItem from 'dynalite/actions/updateItem.js';
import database, { type DynaliteStore, type GetTableDone, type TableDescription } from 'dynalite/db/index.js';
import batchGetItemRules from 'dynalite/validations/batchGetItem.js';
import batchWriteItemRules from 'dynalite/validations/batchWriteItem.js';
import createTableRules from 'dynalite/validations/createTable.js';
import deleteItemRules from 'dynalite/validations/deleteItem.js';
import describeTableRules from 'dynalite/validations/describeTable.js';
import getItemRules from 'dynalite/validations/getItem.js';
import validations from 'dynalite/validations/index.js';
import listTablesRules from 'dynalite/validations/listTables.js';
import putItemRules from 'dynalite/validations/putItem.js';
import queryRules from 'dynalite/validations/query.js';
import scanRules from 'dynalite/validations/scan.js';
import updateItemRules from 'dynalite/validations/updateItem.js';
import { rememberUpdates } from './remember-updates.js';

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

interface Outcome {
  readonly status: number;
  readonly body: unknown;
}

/** DynamoDB's JSON protocol over a folder: what an HTTP server would answer, without the server. */
export interface Engine {
  /** `target` is the `x-amz-target` header, `body` the request's JSON. Never rejects: a failure is an answer too. */
  answer(target: string, body: string): Promise<EngineAnswer>;
  /**
   * The same for a request as the SDK's types have it, which the engine may alter; the answer's body is not yet text. What
   * those types guarantee is not checked once more: checking every value of it costs as much as the operation.
   */
  run(operation: string, request: object): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * LevelDB maps its files into memory, a thousand of 2 MB by default: a large folder would be resident as a whole. It keeps 64 open at least.
 */
const MAPPED = { maxOpenFiles: 74, maxFileSize: 512 * 1024 };

/**
 * Opens the folder for this process alone. `undefined` when another process has it open: the lock is the kernel's, so
 * it goes with the process that holds it, however that ends.
 */
export async function openEngine(path: string): Promise<Engine | undefined> {
  const store = database.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  try {
    await store.db.open(MAPPED);
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error;
  }

  readInProcess(store);
  writeTogether(store);
  rememberTables(store);
  rememberUpdates();
  const perform = (name: string, typed: (rules: Rules) => unknown): Promise<Outcome> =>
    new Promise((resolve) => {
      const operation = OPERATIONS.get(name);
      if (operation === undefined) return resolve(refusal('UnknownOperationException', name));
      const { action, rules } = operation;
      try {
        const request = typed(rules);
        validations.checkValidations(request, rules.types, rules.custom, store);
        action(store, request, (error, answer) => {
          resolve(error ? failure(error) : { status: 200, body: answer });
        });
      } catch (error) {
        resolve(failure(error));
      }
    });

  async function answer(target: string, text: string): Promise<EngineAnswer> {
    let request: unknown;
    try {
      request = JSON.parse(text);
    } catch (error) {
      return toText(failure(error));
    }
    const operation = target.slice(target.indexOf('.') + 1);
    return toText(await perform(operation, ({ types }) => validations.checkTypes(request, types)));
  }

  return {
    run: (operation, request) => perform(operation, () => request),
    answer,
    close: () => store.db.close(),
  };
}

type Rules = typeof putItemRules;

const OPERATIONS: ReadonlyMap<string, { readonly action: typeof putItem; readonly rules: Rules }> = new Map([
  ['BatchGetItem', { action: batchGetItem, rules: batchGetItemRules }],
  ['BatchWriteItem', { action: batchWriteItem, rules: batchWriteItemRules }],
  ['CreateTable', { action: createTable, rules: createTableRules }],
  ['DeleteItem', { action: deleteItem, rules: deleteItemRules }],
  ['DescribeTable', { action: describeTable, rules: describeTableRules }],
  ['GetItem', { action: getItem, rules: getItemRules }],
  ['ListTables', { action: listTables, rules: listTablesRules }],
  ['PutItem', { action: putItem, rules: putItemRules }],
  ['Query', { action: query, rules: queryRules }],
  ['Scan', { action: scan, rules: scanRules }],
  ['UpdateItem', { action: updateItem, rules: updateItemRules }],
]);

/**
 * LevelDB finds nearly every item in memory, in a tenth of the time that a thread of the pool takes to be asked: so reads
 * of single items do without one. They answer no sooner than their caller has returned, as before.
 */
function readInProcess({ db }: DynaliteStore): void {
  const { getSync } = db;
  // Older builds of LevelDB cannot; then all stays as it is.
  if (getSync === undefined) return;
  const read = db.get.bind(db);
  db.get = (key, done) => {
    if (done === undefined) return read(key);
    let value: unknown;
    try {
      value = getSync.call(db, key);
    } catch (error) {
      queueMicrotask(() => done(error));
      return undefined;
    }
    queueMicrotask(() => done(null, value));
    return undefined;
  };
}

/**
 * Writes that come together go to LevelDB as one batch: each on its own waits for a thread and for the log. None is
 * answered before its batch is written, so whoever was told of a write finds it.
 */
function writeTogether({ db }: DynaliteStore): void {
  type Write = { readonly key: string; readonly value: unknown; readonly done: (error: unknown) => void };
  let waiting: Write[] = [];

  function flush(): void {
    const writes = waiting;
    waiting = [];
    db.batch(
      writes.map(({ key, value }) => ({ type: 'put', key, value })),
      (error) => {
        for (const { done } of writes) done(error);
      },
    );
  }

  const write = db.put.bind(db);
  db.put = (key, value, done) => {
    if (done === undefined) return write(key, value);
    waiting.push({ key, value, done });
    if (waiting.length === 1) setImmediate(flush);
    return undefined;
  };
}

/**
 * Every operation asks for its table's description first, a read and a parse of its own. Ours never change once a table
 * is there, and no operation here deletes one.
 */
function rememberTables(store: DynaliteStore): void {
  const known = new Map<string, TableDescription>();
  const read = store.getTable;
  store.getTable = (name, checkStatus, done) => {
    const answer = typeof checkStatus === 'function' ? checkStatus : done;
    const table = known.get(name);
    if (table !== undefined) {
      // As the store itself: never before the caller has returned.
      queueMicrotask(() => answer?.(null, table));
      return;
    }
    const remember: GetTableDone = (error, found) => {
      if (!error && found?.TableStatus === 'ACTIVE') known.set(name, found);
      answer?.(error, found);
    };
    if (typeof checkStatus === 'function') read(name, remember);
    else read(name, checkStatus, remember);
  };
}

/** dynalite's own refusals carry a status and a body; anything else is its failure, which DynamoDB calls an internal error. */
function failure(error: unknown): Outcome {
  if (error instanceof Error && 'statusCode' in error && 'body' in error)
    return { status: Number(error.statusCode), body: error.body };
  return { status: 500, body: { __type: 'InternalServerError', message: String(error) } };
}

function refusal(type: string, message: string): Outcome {
  return { status: 400, body: { __type: type, message } };
}

function toText({ status, body }: Outcome): EngineAnswer {
  return { status, body: JSON.stringify(body) };
}

function isLocked(error: unknown): boolean {
  return (
    error instanceof Error && (('code' in error && error.code === 'LEVEL_LOCKED') || isLocked(error.cause))
  );
}
