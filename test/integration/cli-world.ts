import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll } from 'vitest';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { openExistingStores } from '../../cli/local-stores.js';
import { run } from '../../cli/program.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { Alert } from '../../core/ports/finding-store.js';
import type { PoisonRecord } from '../../core/ports/state-store.js';
import { searchTrail } from '../../core/trail/search.js';
import { capturedIo } from '../unit/cli/captured-io.js';

export const NOW_MS = Date.UTC(2026, 2, 3, 12);
const FIRST_MS = Date.UTC(2026, 2, 3, 8);

/** A folder for one test file, removed after it; its files and data folders. */
export function cliWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'gw-cli-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let made = 0;
  return {
    folder,
    /** A name for a data folder that does not exist yet. */
    newData: (): string => join(folder, `data-${made++}`),
    file(name: string, content: string | Uint8Array): string {
      const path = join(folder, name);
      writeFileSync(path, content);
      return path;
    },
    append: (path: string, content: string): void => appendFileSync(path, content),
  };
}

/** Runs a command line of the CLI in this process. */
export async function cli(
  argv: readonly string[],
  stdin: string | Uint8Array = '',
  terminalColumns?: number,
) {
  const captured = capturedIo(NOW_MS, terminalColumns);
  const io = { ...captured.io, stdin: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]) };
  await run(argv, io);
  const out = captured.out();
  return { out, err: captured.err(), code: captured.exitCode(), json: () => JSON.parse(out) };
}

export function ingest(data: string, ...args: readonly string[]) {
  return cli(['ingest', ...args, '--data', data, '--json']);
}

/** What a data folder holds, as a user finds it, and how often each call is stored. */
export interface DataContents {
  readonly alerts: readonly Alert[];
  readonly calls: readonly ApiCall[];
  readonly setAside: readonly PoisonRecord[];
}

export async function contents(data: string): Promise<DataContents> {
  const opened = await openExistingStores(data, () => NOW_MS);
  try {
    const { stores } = opened;
    const alerts: Alert[] = [];
    const query = { status: undefined, fromMs: undefined, toMs: undefined, limit: 100_000 };
    for await (const alert of stores.findings.alerts(query)) alerts.push(alert);
    const calls: ApiCall[] = [];
    const scope = { apiId: undefined, stage: undefined, fromMs: 0, toMs: NOW_MS * 2 };
    const reading = { store: stores.trail, compression: nodeCompression };
    for await (const call of searchTrail(reading, scope, () => true)) calls.push(call);
    const setAside: PoisonRecord[] = [];
    for await (const record of stores.state.poison(0)) setAside.push(record);
    return {
      alerts: alerts.sort((a, b) => (a.id < b.id ? -1 : 1)),
      calls: calls.sort((a, b) => a.timeMs - b.timeMs || (a.id < b.id ? -1 : 1)),
      setAside: setAside.sort((a, b) => a.position - b.position),
    };
  } finally {
    await opened.close();
  }
}

/** Lines of a common log format: nothing in them tells two calls of one second apart. */
export function commonLine(n: number, status = 200, path = `/orders/${n}`): string {
  const time = new Date(FIRST_MS + n * 500).toISOString();
  const clock = `03/Mar/2026:${time.slice(11, 19)} +0000`;
  return `192.0.2.${n % 3} - - [${clock}] "GET ${path} HTTP/1.1" ${status} 12`;
}

/** A line of an HTTP API's access log in JSON, with the gateway's own id. */
export function jsonLine(n: number, fields: Readonly<Record<string, string>> = {}): string {
  return JSON.stringify({
    requestId: `GQIVri${String(n).padStart(4, '0')}AMEMsA=`,
    ip: `198.51.100.${n % 5}`,
    requestTimeEpoch: String(FIRST_MS + n * 500),
    httpMethod: 'GET',
    routeKey: 'GET /orders/{id}',
    path: `/orders/${n}`,
    status: '200',
    ...fields,
  });
}

export const lines = (line: (n: number) => string, from: number, to: number): string =>
  Array.from({ length: to - from }, (_, at) => `${line(from + at)}\n`).join('');

export const payload = (messages: readonly string[], overrides: Readonly<Record<string, unknown>> = {}) => ({
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: 'orders-access',
  logStream: 'stream',
  subscriptionFilters: ['gatewarden'],
  logEvents: messages.map((message, at) => ({ id: `e${at}`, timestamp: FIRST_MS + at, message })),
  ...overrides,
});

export const lambdaEvent = (document: unknown) => ({
  awslogs: { data: gzipSync(JSON.stringify(document)).toString('base64') },
});
