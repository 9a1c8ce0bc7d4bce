import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Installation, openInstallation } from '../../../../adapters/aws/installation.js';
import { bodyOf, HttpServer } from '../../../support/http-server.js';

/** What S3, Lambda and Parameter Store were asked, and what they answer to it. */
interface Service {
  readonly asked: { readonly method: string; readonly path: string; readonly body: string }[];
  answer: (method: string, path: string, target: string) => Answer;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const NAMES = { collector: 'gate-Collector', failures: 'gate-failures', state: 'gate-State' };
const OTHERS = {
  inventory: 'gate-Inventory',
  findings: 'gate-Findings',
  trail: 'gate-Trail',
  parameters: '/gatewarden',
};

describe('an installation on AWS', () => {
  let service: Service;
  let server: HttpServer;

  beforeEach(async () => {
    service = { asked: [], answer: () => ({}) };
    server = new HttpServer(async (request, response) => {
      const { method = '', url: path = '', headers } = request;
      service.asked.push({ method, path, body: await bodyOf(request) });
      const answer = service.answer(method, path, String(headers['x-amz-target'] ?? ''));
      response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
    });
    vi.stubEnv('AWS_ENDPOINT_URL', `http://${await server.start()}`);
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await server.stop();
  });

  async function opened(): Promise<Installation> {
    const installation = await openInstallation(NAMES, () => 0);
    if (installation === undefined) throw new Error('not opened');
    return installation;
  }

  it('is found by the name of its stack', async () => {
    const Value = JSON.stringify({
      ...NAMES,
      ...OTHERS,
      collector: 'arn:aws:lambda:x:123456789012:function:found',
    });
    service.answer = () => ({ body: JSON.stringify({ Parameter: { Value } }) });
    const installation = await openInstallation({ stack: 'gate' }, () => 0);
    expect(installation?.collector.name).toBe('found');
    expect(service.asked.map(({ body }) => JSON.parse(body))).toEqual([{ Name: '/gatewarden/stacks/gate' }]);
  });

  it('is not there when no stack of this name is; a refusal is another thing', async () => {
    const failing = (type: string) => () => ({
      status: 400,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ __type: type }),
    });
    service.answer = failing('ParameterNotFound');
    expect(await openInstallation({ stack: 'gate' }, () => 0)).toBeUndefined();
    service.answer = failing('AccessDeniedException');
    await expect(openInstallation({ stack: 'gate' }, () => 0)).rejects.toMatchObject({
      code: 'installation.failed',
      details: { operation: 'GetParameter', error: 'AccessDeniedException' },
    });
  });

  it('lists all pages of the failure bucket, but what is older and what other functions left', async () => {
    const first = listing(
      [
        ['aws/lambda/async/gate-Collector/1', '2026-03-03T12:00:00.000Z'],
        ['aws/lambda/async/gate-Collector/old', '2026-03-01T12:00:00.000Z'],
        ['aws/lambda/async/gate-Folder/2', '2026-03-03T12:00:00.000Z'],
      ],
      'more',
    );
    const last = listing([['aws/lambda/mapping/shardId-0/3', '2026-03-03T12:00:00.000Z']]);
    service.answer = (_, path) => ({ body: path.includes('continuation-token=more') ? last : first });
    const { failures } = await opened();
    const keys: string[] = [];
    for await (const { key } of failures.objects('gate-Collector', Date.UTC(2026, 2, 2))) keys.push(key);
    expect(keys).toEqual(['aws/lambda/async/gate-Collector/1', 'aws/lambda/mapping/shardId-0/3']);
    expect(service.asked).toHaveLength(2);
    for (const { path } of service.asked) {
      const { pathname, searchParams } = new URL(path, 'http://s3');
      expect([pathname, searchParams.get('list-type'), searchParams.get('prefix')]).toEqual([
        '/gate-failures/',
        '2',
        'aws/lambda/',
      ]);
    }
  });

  it('reads a failed payload and removes it; one that is gone is none', async () => {
    const record = {
      timestamp: '2026-03-03T12:00:00Z',
      requestContext: { functionArn: 'arn:aws:lambda:x:123456789012:function:gate-Collector:$LATEST' },
      requestPayload: { awslogs: { data: 'x' } },
    };
    service.answer = (_, path) =>
      path.startsWith('/gate-failures/there')
        ? { body: JSON.stringify(record) }
        : { status: 404, body: '<Error><Code>NoSuchKey</Code></Error>' };
    const { failures } = await opened();
    expect(await failures.record('there')).toMatchObject({ event: '{"awslogs":{"data":"x"}}' });
    expect(await failures.record('gone')).toBeUndefined();
    service.answer = () => ({ status: 204 });
    await failures.remove('there');
    expect(service.asked.at(-1)).toMatchObject({ method: 'DELETE' });
    expect(service.asked.at(-1)?.path).toMatch(/^\/gate-failures\/there/);
  });

  it('gives the collector an event and waits for what it answers', async () => {
    service.answer = () => ({ body: '{"batchItemFailures":[]}' });
    const { collector } = await opened();
    expect(await collector.give('{"awslogs":{}}')).toEqual({ kind: 'done' });
    expect(service.asked).toEqual([
      {
        method: 'POST',
        path: '/2015-03-31/functions/gate-Collector/invocations',
        body: '{"awslogs":{}}',
      },
    ]);
    service.answer = () => ({
      headers: { 'x-amz-function-error': 'Unhandled' },
      body: '{"errorMessage":"payload.unreadable"}',
    });
    expect(await collector.give('{}')).toEqual({ kind: 'failed', reason: 'payload.unreadable' });
  });

  it('tries again when the account has no concurrency left', async () => {
    let left = 2;
    service.answer = () =>
      left-- > 0
        ? { status: 429, headers: { 'x-amzn-errortype': 'TooManyRequestsException' }, body: '{}' }
        : { body: '{"batchItemFailures":[]}' };
    expect(await (await opened()).collector.give('{}')).toEqual({ kind: 'done' });
    expect(service.asked).toHaveLength(3);
  });

  it('fails when it may not invoke the collector', async () => {
    service.answer = () => ({ status: 403, headers: { 'x-amzn-errortype': 'AccessDeniedException' } });
    await expect((await opened()).collector.give('{}')).rejects.toMatchObject({
      code: 'installation.failed',
      details: { operation: 'Invoke', resource: 'gate-Collector', error: 'AccessDeniedException' },
    });
  });
});

function listing(objects: readonly (readonly [string, string])[], next?: string): string {
  const contents = objects.map(
    ([key, put]) => `<Contents><Key>${key}</Key><LastModified>${put}</LastModified><Size>7</Size></Contents>`,
  );
  const token = next === undefined ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`;
  return `<?xml version="1.0"?><ListBucketResult><IsTruncated>${next !== undefined}</IsTruncated>${contents.join('')}${token}</ListBucketResult>`;
}
