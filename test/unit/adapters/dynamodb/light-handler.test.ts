import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDynamoClient } from '../../../../adapters/dynamodb/dynamo-client.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const GET = new GetItemCommand({ TableName: 'State', Key: { pk: { S: 'a' }, sk: { S: 'b' } } });
const ITEM = '{"Item":{"pk":{"S":"a"}}}';
const answerWell: Answer = (_, response) => void response.end(ITEM);

describe('requests over real connections', () => {
  let server: Server;
  let client: ReturnType<typeof createDynamoClient>;
  let met: { readonly isSdks: boolean; readonly port: number | undefined }[];
  let answers: Answer[];

  beforeEach(async () => {
    met = [];
    answers = [];
    server = createServer((request, response) => {
      request.resume().once('end', () => {
        const isSdks = request.headers['amz-sdk-invocation-id'] !== undefined;
        met.push({ isSdks, port: request.socket.remotePort });
        (answers.shift() ?? answerWell)(request, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    client = createDynamoClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
  });
  afterEach(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('go through the connection that the SDK has opened, and not through the SDK', async () => {
    for (let time = 0; time < 3; time++) expect((await client.send(GET)).Item).toEqual({ pk: { S: 'a' } });
    expect(met.map(({ isSdks }) => isSdks)).toEqual([true, false, false]);
    expect(new Set(met.map(({ port }) => port)).size).toBe(1);
  });

  it.each<readonly [what: string, answer: Answer]>([
    ['whose connection breaks before the answer', (request) => void request.socket.destroy()],
    [
      'whose answer breaks off',
      (_, response) => {
        response.setHeader('content-length', '1000');
        response.write('{"Item"');
        setImmediate(() => response.socket?.destroy());
      },
    ],
    ['that fail', (_, response) => void response.writeHead(500).end('{"__type":"InternalServerError"}')],
  ])('%s go once more, through the SDK', async (_, answer) => {
    await client.send(GET);
    answers = [answer];
    expect((await client.send(GET)).Item).toEqual({ pk: { S: 'a' } });
    expect(met.map(({ isSdks }) => isSdks)).toEqual([true, false, true]);
  });

  it('end when they are given up', async () => {
    await client.send(GET);
    const abort = new AbortController();
    answers = [() => abort.abort()];
    await expect(client.send(GET, { abortSignal: abort.signal })).rejects.toThrow(/abort/i);
    expect(met).toHaveLength(2);
  });
});
