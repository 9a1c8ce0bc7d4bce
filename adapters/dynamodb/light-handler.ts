import { Agent as HttpAgent, request as requestOverHttp } from 'node:http';
import { type Agent as HttpsAgent, request as requestOverHttps } from 'node:https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** A POST to `/`. */
export interface Post {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Posted {
  readonly status: number;
  readonly text: string;
}

/** Asked for no more than a POST and its answer; rejects where no whole answer comes. */
export interface Poster {
  post(request: Post, signal?: AbortSignal): Promise<Posted>;
}

/** The SDK's request handler, whose way to handle a request has timers and streams of its own, and one without them. */
export class LightHandler extends NodeHttpHandler implements Poster {
  /** Through the same connections: after the first `handle`, which opens them. */
  async post(request: Post, signal?: AbortSignal): Promise<Posted> {
    const { httpAgent, httpsAgent } = this.httpHandlerConfigs();
    const agent = request.protocol === 'https:' ? httpsAgent : httpAgent;
    if (!(agent instanceof HttpAgent)) throw new Error('no connections yet');
    return postThrough(agent, request, signal);
  }
}

/** A server that says nothing for so long is given up on. */
const SILENCE_MAX_MS = 5_000;

export function postThrough(
  agent: HttpAgent | HttpsAgent,
  { protocol, hostname, port, headers, body }: Post,
  signal?: AbortSignal,
): Promise<Posted> {
  const request = protocol === 'https:' ? requestOverHttps : requestOverHttp;
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        method: 'POST',
        path: '/',
        hostname,
        port,
        headers,
        agent,
        timeout: SILENCE_MAX_MS,
        ...(signal && { signal }),
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.once('error', reject);
        answer.once('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        );
      },
    );
    sent.once('error', reject);
    sent.once('timeout', () => sent.destroy(new Error(`no answer for ${SILENCE_MAX_MS} ms`)));
    sent.end(body);
  });
}
