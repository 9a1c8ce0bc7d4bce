import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../../core/fault.js';
import { quietSdk } from '../aws/quiet-sdk.js';
import { createTableParams } from '../dynamodb/create-table-params.js';
import { sendLightly } from '../dynamodb/light-send.js';
import { TABLES, type TableNames, tableNames } from '../dynamodb/table-schema.js';
import { sendDirectly } from './direct-send.js';
import { engineTransport, socketTransport, type Transport } from './embedded-transport.js';
import { type Engine, openEngine } from './engine.js';
import { takeFolder } from './own-folder.js';
import { socketPath } from './socket-path.js';
import { listenOnSocket } from './socket-server.js';

export interface EmbeddedStore {
  readonly client: DynamoDBClient;
  readonly tables: TableNames;
  /** Whether this process holds the folder (and serves it to others) or uses another's hold on it; may change when the holder goes. */
  role(): 'holder' | 'guest';
  readonly socketPath: string;
  /** Ends the client and, in the holder, the socket and the database. */
  close(): Promise<void>;
}

export interface EmbeddedStoreOptions {
  /** How long to wait for a holder that has the folder open but does not answer yet. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 10_000;
const RETRY_MS = 50;

/** Whether there is a store in the folder; looks, and leaves nothing behind. */
export function hasEmbeddedStore(dataDir: string): boolean {
  return existsSync(join(dataDir, STORE, DATABASE));
}

/** Folders of ours within the user's: theirs may be open to others, and is not ours to close. */
const STORE = 'store';
const DATABASE = 'tables';

/**
 * DynamoDB in a folder, for this user alone. The first process to come holds the folder and listens on a Unix socket;
 * others find the socket and use it, and when the holder goes, the next that needs the folder takes it. A socket left
 * behind by a killed process is replaced.
 *
 * Throws `Fault('store.locked')` when the folder is held by a process that does not answer, `Fault('store.untrusted')`
 * when somebody else has prepared it, and `Fault('store.failed')`, with the system's code as `error`, when the folder cannot be used at all.
 */
export async function openEmbeddedStore(
  dataDir: string,
  options: EmbeddedStoreOptions = {},
): Promise<EmbeddedStore> {
  let hold: FolderHold | undefined;
  try {
    hold = new FolderHold(dataDir, options.patienceMs ?? PATIENCE_MS);
    return await openThrough(hold);
  } catch (error) {
    await hold?.close();
    if (error instanceof Fault) throw error;
    throw new Fault('store.failed', { dataDir, error: errorName(error) }, { cause: error });
  }
}

async function openThrough(hold: FolderHold): Promise<EmbeddedStore> {
  await hold.open();
  const client = embeddedClient(hold);
  sendLightly(client);
  sendDirectly(client, () => hold.ownEngine);
  const tables = tableNames('');
  await createTables(client, tables);
  return {
    client,
    tables,
    role: () => hold.role(),
    socketPath: hold.socketPath,
    async close() {
      client.destroy();
      await hold.close();
    },
  };
}

/** This process's way to the folder: its own engine, or the socket of whoever has it. */
class FolderHold implements Transport {
  readonly socketPath: string;
  private readonly databasePath: string;
  private transport: Transport | undefined;
  private engine: Engine | undefined;
  private server: Server | undefined;
  private opening: Promise<Transport> | undefined;

  constructor(
    private readonly dataDir: string,
    private readonly patienceMs: number,
  ) {
    const folder = join(dataDir, STORE);
    takeFolder(folder, [DATABASE, 'socket']);
    this.socketPath = socketPath(folder);
    this.databasePath = join(folder, DATABASE);
  }

  get ownEngine(): Engine | undefined {
    return this.engine;
  }

  role(): 'holder' | 'guest' {
    return this.engine === undefined ? 'guest' : 'holder';
  }

  handle(...request: Parameters<Transport['handle']>): ReturnType<Transport['handle']> {
    return this.through((transport) => transport.handle(...request));
  }

  post(...request: Parameters<Transport['post']>): ReturnType<Transport['post']> {
    return this.through((transport) => transport.post(...request));
  }

  private async through<A>(send: (transport: Transport) => Promise<A>): Promise<A> {
    const transport = this.transport ?? (await this.open());
    try {
      return await send(transport);
    } catch (error) {
      if (!isGone(error)) throw error;
      // The holder has gone before it took the request: find the next one, or become it.
      if (this.transport === transport) this.transport = undefined;
      return send(await this.open());
    }
  }

  open(): Promise<Transport> {
    if (this.transport !== undefined) return Promise.resolve(this.transport);
    this.opening ??= this.find().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  destroy(): void {
    this.transport?.destroy();
  }

  async close(): Promise<void> {
    this.transport?.destroy();
    this.transport = undefined;
    const { server, engine } = this;
    this.server = undefined;
    this.engine = undefined;
    if (server !== undefined) {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
    }
    await engine?.close();
  }

  private async find(): Promise<Transport> {
    for (let waitedMs = 0; waitedMs <= this.patienceMs; waitedMs += RETRY_MS) {
      if (await answers(this.socketPath)) {
        this.transport = socketTransport(this.socketPath);
        return this.transport;
      }
      this.engine = await openEngine(this.databasePath);
      if (this.engine !== undefined) {
        this.server = await listenOnSocket(this.engine, this.socketPath);
        // The socket serves others; it must not keep a finished command alive.
        this.server.unref();
        this.transport = engineTransport(this.engine);
        return this.transport;
      }
      // Held, but no socket yet: its holder is just starting, or ending.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Fault('store.locked', { dataDir: this.dataDir, waitedMs: this.patienceMs });
  }
}

function embeddedClient(transport: Transport): DynamoDBClient {
  quietSdk();
  return new DynamoDBClient({
    endpoint: 'http://embedded',
    region: 'us-east-1',
    // Nobody checks them: the socket's folder is the user's own. They keep the SDK from looking for real ones.
    credentials: { accessKeyId: 'embedded', secretAccessKey: 'embedded' },
    signer: { sign: async (request) => request },
    maxAttempts: 3,
    requestHandler: transport,
  });
}

async function createTables(client: DynamoDBClient, tables: TableNames): Promise<void> {
  const { TableNames: present = [] } = await client.send(new ListTablesCommand({}));
  for (const table of TABLES) {
    if (present.includes(tables[table])) continue;
    try {
      await client.send(new CreateTableCommand(createTableParams(table, tables[table])));
    } catch (error) {
      // Another process was faster.
      if (!(error instanceof Error && error.name === 'ResourceInUseException')) throw error;
    }
  }
  for (const table of TABLES) await tableActive(client, tables[table]);
}

/** dynalite makes a table usable a timer's tick after it has answered. */
async function tableActive(client: DynamoDBClient, table: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
    if (Table?.TableStatus === 'ACTIVE') return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Whether somebody listens: a socket file alone may be left over from a killed process. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** The system's code (`EACCES`, `ENOSPC`, …) where there is one, in the error or what caused it: it says what to mend. */
function errorName(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string' && /^E[A-Z0-9]+$/.test(cause.code))
      return cause.code;
  }
  return error instanceof Error ? error.name : 'unknown';
}

function isGone(error: unknown): boolean {
  return (
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
  );
}
