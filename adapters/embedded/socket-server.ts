import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Engine, EngineAnswer } from './engine.js';

/** DynamoDB's own limit for one request. */
const REQUEST_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Lets other processes of this user use the folder that this one holds. Only the holder of the folder's lock calls
 * this, so a socket file that is there already belongs to nobody.
 */
export async function listenOnSocket(engine: Engine, path: string): Promise<Server> {
  const server = createServer((request, response) => serve(engine, request, response));
  server.keepAliveTimeout = 60_000;
  // Other processes' idle connections must not keep a finished command alive.
  server.on('connection', (connection) => connection.unref());
  if (!path.startsWith('\\\\')) rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  if (!path.startsWith('\\\\')) chmodSync(path, 0o600);
  return server;
}

function serve(engine: Engine, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size <= REQUEST_MAX_BYTES) chunks.push(chunk);
  });
  request.on('error', () => response.destroy());
  request.on('end', () => {
    const target = request.headers['x-amz-target'];
    if (request.method !== 'POST' || typeof target !== 'string' || size > REQUEST_MAX_BYTES) {
      send(response, { status: 400, body: '{"__type":"SerializationException"}' });
      return;
    }
    // `answer` never rejects.
    void engine.answer(target, Buffer.concat(chunks).toString()).then((answer) => send(response, answer));
  });
}

function send(response: ServerResponse, { status, body }: EngineAnswer): void {
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
