import { Agent } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { type Poster, postThrough } from '../dynamodb/light-handler.js';
import type { Engine } from './engine.js';

type Handler = Pick<NodeHttpHandler, 'handle'>;
type Request = Parameters<Handler['handle']>[0];
type Options = Parameters<Handler['handle']>[1];
type Answer = Awaited<ReturnType<Handler['handle']>>;

export interface Transport extends Handler, Poster {
  destroy(): void;
}

/** Hands requests to the engine in this process: no socket, no HTTP. */
export function engineTransport(engine: Engine): Transport {
  return {
    async handle(request: Request): Promise<Answer> {
      const sent: unknown = request.body;
      const text =
        sent instanceof Uint8Array
          ? Buffer.from(sent.buffer, sent.byteOffset, sent.byteLength).toString()
          : String(sent);
      const { status, body } = await engine.answer(request.headers['x-amz-target'] ?? '', text);
      return {
        response: {
          statusCode: status,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: Readable.from([Buffer.from(body)], { objectMode: false }),
        },
      };
    },
    async post({ headers, body }) {
      const text = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
      const answer = await engine.answer(headers['x-amz-target'] ?? '', text);
      return { status: answer.status, text: answer.body };
    },
    destroy() {},
  };
}

/** Sends requests to the process that holds the folder. */
export function socketTransport(path: string): Transport {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  // The agent would resolve the endpoint's name; everything goes to the one socket instead.
  agent.createConnection = () => connect(path);
  const handler = new NodeHttpHandler({
    httpAgent: agent,
    requestTimeout: 30_000,
    throwOnRequestTimeout: true,
  });
  return {
    handle: (request: Request, options?: Options) => handler.handle(request, options),
    post: (request, signal) => postThrough(agent, request, signal),
    destroy: () => handler.destroy(),
  };
}
