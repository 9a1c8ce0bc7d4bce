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
import database from 'dynalite/db/index.js';
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

export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** DynamoDB's JSON protocol over a folder: what an HTTP server would answer, without the server. */
export interface Engine {
  /** `target` is the `x-amz-target` header, `body` the request's JSON. Never rejects: a failure is an answer too. */
  answer(target: string, body: string): Promise<EngineAnswer>;
  close(): Promise<void>;
}

/**
 * Opens the folder for this process alone. `undefined` when another process has it open: the lock is the kernel's, so
 * it goes with the process that holds it, however that ends.
 */
export async function openEngine(path: string): Promise<Engine | undefined> {
  const store = database.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  try {
    await store.db.open();
  } catch (error) {
    if (isLocked(error)) return undefined;
    throw error;
  }
  return {
    answer: (target, body) =>
      new Promise((resolve) => {
        const operation = OPERATIONS.get(target.slice(target.indexOf('.') + 1));
        if (operation === undefined) return resolve(refusal('UnknownOperationException', target));
        const { action, rules } = operation;
        try {
          const request = validations.checkTypes(JSON.parse(body), rules.types);
          validations.checkValidations(request, rules.types, rules.custom, store);
          action(store, request, (error, answer) => {
            resolve(error ? failure(error) : { status: 200, body: JSON.stringify(answer) });
          });
        } catch (error) {
          resolve(failure(error));
        }
      }),
    close: () => store.db.close(),
  };
}

const OPERATIONS: ReadonlyMap<
  string,
  { readonly action: typeof putItem; readonly rules: typeof putItemRules }
> = new Map([
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

/** dynalite's own refusals carry a status and a body; anything else is its failure, which DynamoDB calls an internal error. */
function failure(error: unknown): EngineAnswer {
  if (error instanceof Error && 'statusCode' in error && 'body' in error)
    return { status: Number(error.statusCode), body: JSON.stringify(error.body) };
  return {
    status: 500,
    body: JSON.stringify({ __type: 'InternalServerError', message: String(error) }),
  };
}

function refusal(type: string, message: string): EngineAnswer {
  return { status: 400, body: JSON.stringify({ __type: type, message }) };
}

function isLocked(error: unknown): boolean {
  return (
    error instanceof Error && (('code' in error && error.code === 'LEVEL_LOCKED') || isLocked(error.cause))
  );
}
