import { Readable } from 'node:stream';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sendLightly } from '../../../../adapters/dynamodb/light-send.js';
import { authorization } from '../../../../adapters/dynamodb/sign-request.js';

interface Sent {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  readonly hostname: string;
  readonly protocol: string;
}

interface Reply {
  readonly status: number;
  readonly body: string;
}

const OK: Reply = { status: 200, body: '{}' };

/** A client whose requests go nowhere, with what was sent; `replies` are given in turn, then all is well. */
function clientOf(replies: (Reply | Error)[] = [], sessionToken?: string) {
  const sent: Sent[] = [];
  const client = new DynamoDBClient({
    region: 'eu-central-1',
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'secret',
      ...(sessionToken && { sessionToken }),
    },
    requestHandler: {
      handle: async (request: Sent) => {
        sent.push(request);
        const reply = replies.shift() ?? OK;
        if (reply instanceof Error) throw reply;
        return {
          response: { statusCode: reply.status, headers: {}, body: Readable.from([Buffer.from(reply.body)]) },
        };
      },
    } as never,
  });
  return { client, sent };
}

const isSdks = ({ headers }: Sent) => Object.hasOwn(headers, 'amz-sdk-invocation-id');
const get = () => new GetItemCommand({ TableName: 'State', Key: { pk: { S: 'a' }, sk: { S: 'b' } } });

describe('a request that is signed here', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 2, 3, 4, 5, 6, 789) }));
  afterEach(() => void vi.useRealTimers());

  it('has the signature that the SDK gives it, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.option(fc.base64String({ minLength: 4 })),
        async (text, token) => {
          const { client, sent } = clientOf([], token ?? undefined);
          await client.send(
            new PutItemCommand({ TableName: 'State', Item: { pk: { S: 'p' }, text: { S: text } } }),
          );
          const [request] = sent;
          if (request === undefined) throw new Error('nothing was sent');
          const names =
            /SignedHeaders=([^,]+)/.exec(request.headers['authorization'] ?? '')?.[1]?.split(';') ?? [];
          expect(names).toContain('x-amz-date');
          const headers = Object.fromEntries(names.map((name) => [name, request.headers[name] ?? '']));
          const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
          const { body } = request;
          expect(authorization(credentials, { headers, body, region: 'eu-central-1' })).toBe(
            request.headers['authorization'],
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('says the same to the same endpoint as the SDK', async () => {
    const { client, sent } = clientOf([], 'token');
    sendLightly(client);
    const item = {
      pk: { S: 'p' },
      bytes: { B: Uint8Array.of(1, 2, 255) },
      nested: { M: { set: { BS: [Uint8Array.of(0)] } } },
    };
    for (let time = 0; time < 2; time++)
      await client.send(
        new PutItemCommand({ TableName: 'State', Item: item, ConditionExpression: undefined }),
      );
    const [first, second] = sent;
    if (first === undefined || second === undefined) throw new Error('too little was sent');
    expect([isSdks(first), isSdks(second)]).toEqual([true, false]);
    expect(JSON.parse(String(second.body))).toEqual(JSON.parse(String(first.body)));
    for (const name of ['x-amz-target', 'x-amz-date', 'x-amz-security-token', 'content-type', 'host'])
      expect([name, second.headers[name]]).toEqual([name, first.headers[name]]);
    expect([second.protocol, second.hostname]).toEqual([first.protocol, first.hostname]);
  });
});

describe('a request that does not go as it should', () => {
  const throttled: Reply = {
    status: 400,
    body: '{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slow down"}',
  };

  it.each<readonly [what: string, reply: Reply | Error]>([
    ['throttled', throttled],
    ['answered by a failing service', { status: 500, body: '{"__type":"InternalServerError"}' }],
    ['answered by something else', { status: 200, body: '<html>' }],
    ['not answered', Object.assign(new Error('gone'), { name: 'TimeoutError' })],
    ['refused for an old token', { status: 400, body: '{"__type":"ExpiredTokenException"}' }],
  ])('goes through the SDK when it was %s', async (_, reply) => {
    const { client, sent } = clientOf([
      OK,
      reply,
      { status: 200, body: '{"Item":{"pk":{"S":"a"},"n":{"B":"AQI="}}}' },
    ]);
    sendLightly(client);
    await client.send(get());
    const { Item: item } = await client.send(get());
    expect(item).toEqual({ pk: { S: 'a' }, n: { B: expect.any(Uint8Array) } });
    expect(sent.map(isSdks)).toEqual([true, false, true]);
  });

  it('is refused at once when its condition failed', async () => {
    const refused: Reply = {
      status: 400,
      body: '{"__type":"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException","message":"The conditional request failed"}',
    };
    const { client, sent } = clientOf([OK, refused]);
    sendLightly(client);
    await client.send(get());
    await expect(client.send(get())).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(sent).toHaveLength(2);
  });

  it('is not sent again when it was given up', async () => {
    const { client, sent } = clientOf([OK, new Error('aborted')]);
    sendLightly(client);
    await client.send(get());
    await expect(client.send(get(), { abortSignal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(sent).toHaveLength(2);
  });
});
