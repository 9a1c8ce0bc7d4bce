import { describe, expect, it } from 'vitest';
import { createRespond } from '../../../../lambdas/subscribe/cloudformation-response.js';
import { createSubscribeHandler } from '../../../../lambdas/subscribe/handler.js';
import { cloudFormationEvent, properties } from '../../../support/control-plane/subscribe-stack.js';
import { bodyOf, HttpServer } from '../../../support/http-server.js';

const EVENT = {
  RequestType: 'Create' as const,
  StackId: 'stack',
  RequestId: 'request',
  LogicalResourceId: 'Subscriptions',
  ResourceProperties: {},
};
const RESPONSE = {
  status: 'SUCCESS' as const,
  reason: 'r'.repeat(9_000),
  physicalResourceId: 'id',
  data: { A: '1' },
};

async function withServer(
  statuses: number[],
  use: (url: string, seen: { contentType: string | undefined; body: string }[]) => Promise<void>,
): Promise<void> {
  const seen: { contentType: string | undefined; body: string }[] = [];
  const server = new HttpServer(async (request, response) => {
    seen.push({ contentType: request.headers['content-type'], body: await bodyOf(request) });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  try {
    await use(`http://${await server.start()}/answer?signature=secret`, seen);
  } finally {
    await server.stop();
  }
}

describe('answering CloudFormation', () => {
  const respond = createRespond({ fetch, sleep: async () => undefined });

  it('puts an answer of less than 4,096 bytes, with the empty content type the URL is signed for', async () => {
    await withServer([], async (url, seen) => {
      await respond({ ...EVENT, ResponseURL: url }, RESPONSE);
      expect(seen).toHaveLength(1);
      expect(seen[0]?.contentType ?? '').toBe('');
      expect(Buffer.byteLength(seen[0]?.body ?? '')).toBeLessThan(4_096);
      expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: 'id',
        StackId: 'stack',
        RequestId: 'request',
        LogicalResourceId: 'Subscriptions',
        Data: { A: '1' },
      });
    });
  });

  it('tries again when the answer is not taken', async () => {
    await withServer([503, 500], async (url, seen) => {
      await respond({ ...EVENT, ResponseURL: url }, RESPONSE);
      expect(seen).toHaveLength(3);
    });
  });

  it('gives up with a fault that does not tell the URL, so that Lambda runs the request again', async () => {
    await withServer([403, 403, 403, 403], async (url) => {
      const failure = await respond({ ...EVENT, ResponseURL: url }, RESPONSE).catch(
        (error: unknown) => error,
      );
      expect(failure).toMatchObject({ code: 'publish.failed' });
      expect(JSON.stringify([String(failure), String((failure as Error).cause)])).not.toContain('secret');
    });
  });
});

it('answers a failure before the time runs out, however long CloudWatch Logs stays silent', async () => {
  const statuses: string[] = [];
  const silence = () => new Promise<never>(() => undefined);
  const handler = createSubscribeHandler({
    groups: {
      group: silence,
      // biome-ignore lint/correctness/useYield: the point is that nothing ever comes
      async *groups() {
        await silence();
      },
      tags: silence,
      tag: silence,
      filters: silence,
      putFilter: silence,
      deleteFilter: silence,
    },
    digest: { sha256: () => new Uint8Array(32), hex: () => '00' },
    ownLogGroupArn: 'arn:own',
    sleep: async () => undefined,
    timer: () => ({ done: Promise.resolve(), cancel: () => undefined }),
    respond: async (_event, response) =>
      void statuses.push(`${response.status} ${response.physicalResourceId}`),
    publishFeeds: silence,
    goOn: silence,
    report: () => undefined,
    logFault: () => undefined,
  });
  const event = cloudFormationEvent('Update', properties({ Prefixes: ['/api/'] }), 'the-id', {});
  await handler(event, { getRemainingTimeInMillis: () => 900_000 });
  expect(statuses).toEqual(['FAILED the-id']);
});
