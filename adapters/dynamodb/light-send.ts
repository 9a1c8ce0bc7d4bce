import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { NodeHttpHandler } from '@smithy/node-http-handler';
import type { Post, Poster } from './light-handler.js';
import { authorization } from './sign-request.js';
import { fromWire, ITEM_OPERATIONS, toException, toWire } from './wire.js';

type Send = (command: object, options?: SendOptions) => Promise<unknown>;

interface SendOptions {
  readonly abortSignal?: AbortSignal;
}

type Handler = Pick<NodeHttpHandler, 'handle'> & Partial<Poster>;
type Request = Parameters<Handler['handle']>[0];

/**
 * Sends the client's operations on items without the SDK's middleware and serializers, which cost several times what the
 * request itself does; through the client's own connections, with its region and credentials. Only what goes as it should goes this
 * way: the first request goes through the SDK, which finds the endpoint, and so does, once more, every request that is answered by
 * anything but success or a failed condition. So retries, back-off, clock correction and errors are the SDK's.
 */
export function sendLightly(client: DynamoDBClient): void {
  const throughSdk = client.send.bind(client) as Send;
  let endpoint: Request | undefined;
  client.middlewareStack.add(
    (next) => async (args) => {
      endpoint ??= args.request as Request;
      return next(args);
    },
    { step: 'finalizeRequest', name: 'gatewardenEndpoint', priority: 'low' },
  );

  const send: Send = async (command, options = {}) => {
    const operation = ITEM_OPERATIONS.get(command.constructor);
    if (endpoint === undefined || operation === undefined) return throughSdk(command, options);
    const { input } = command as { readonly input: object };
    const answer = await sendOnce(client, await signed(client, endpoint, operation, input), options);
    if (answer?.status === 200) return fromWire(answer.body);
    if (answer?.status === 400) {
      const error = toException(answer.status, answer.body);
      if (error.name === 'ConditionalCheckFailedException') throw error;
    }
    options.abortSignal?.throwIfAborted();
    // As the SDK would wait before its first retry.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * FIRST_RETRY_MS));
    return throughSdk(command, options);
  };
  client.send = send as typeof client.send;
}

const FIRST_RETRY_MS = 50;

async function signed(
  { config }: DynamoDBClient,
  endpoint: Request,
  operation: string,
  input: object,
): Promise<Request & Post> {
  const [credentials, region] = await Promise.all([config.credentials(), config.region()]);
  const body = Buffer.from(JSON.stringify(toWire(input)));
  const now = new Date(Date.now() + config.systemClockOffset).toISOString();
  const headers = {
    host: endpoint.port === undefined ? endpoint.hostname : `${endpoint.hostname}:${endpoint.port}`,
    'x-amz-date': now.replace(/[-:]|\.\d+/g, ''),
    'x-amz-target': `DynamoDB_20120810.${operation}`,
    ...(credentials.sessionToken !== undefined && { 'x-amz-security-token': credentials.sessionToken }),
  };
  const { protocol, hostname, port } = endpoint;
  const request: Omit<Request & Post, 'clone'> = {
    protocol,
    hostname,
    ...(port !== undefined && { port }),
    method: 'POST',
    path: '/',
    query: {},
    body,
    headers: {
      ...headers,
      'content-type': 'application/x-amz-json-1.0',
      'content-length': String(body.byteLength),
      authorization: authorization(credentials, { headers, body, region }),
    },
  };
  // What is retried is signed anew, and not cloned.
  return request as Request & Post;
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** `undefined` where there was no answer, or none that can be read. */
async function sendOnce(
  { config }: DynamoDBClient,
  request: Request & Post,
  options: SendOptions,
): Promise<Answer | undefined> {
  try {
    const handler = config.requestHandler as Handler;
    if (handler.post !== undefined) {
      const { status, text } = await handler.post(request, options.abortSignal);
      return { status, body: JSON.parse(text) as unknown };
    }
    const { response } = await handler.handle(request, options);
    const text = await textOf(response.body as Uint8Array | NodeJS.ReadableStream);
    return { status: response.statusCode, body: JSON.parse(text) as unknown };
  } catch {
    // The SDK meets it again, and knows what it is.
    return undefined;
  }
}

/** Bytes, or a stream of them: a request handler may answer with either. */
async function textOf(body: Uint8Array | NodeJS.ReadableStream): Promise<string> {
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    body.on('data', (chunk: Buffer) => chunks.push(chunk));
    body.once('error', reject);
    body.once('end', () => resolve(Buffer.concat(chunks).toString()));
  });
}
