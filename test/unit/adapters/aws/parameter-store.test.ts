import { SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPace } from '../../../../adapters/aws/cloudwatch-logs-pace.js';
import { awsParameterStore } from '../../../../adapters/aws/parameter-store.js';
import type { ParameterStore } from '../../../../core/ports/parameter-store.js';
import { SsmServer } from '../../../support/parameter-store/ssm-server.js';

const server = new SsmServer();
let store: ParameterStore;
let sleptMs: number[] = [];

beforeAll(async () => {
  const client = new SSMClient({
    endpoint: await server.start(),
    region: 'eu-west-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
    maxAttempts: 1,
  });
  const sleep = async (ms: number): Promise<void> => void sleptMs.push(ms);
  const pace = createPace({
    clock: { nowMs: () => 0 },
    sleep,
    random: () => 0.5,
    callsPerSecond: 1000,
    attempts: 4,
  });
  store = awsParameterStore({ client, prefix: '/gatewarden', reads: pace, writes: pace });
});
afterAll(() => server.stop());
beforeEach(() => {
  server.parameters.clear();
  server.operations.length = 0;
  server.fails = undefined;
  sleptMs = [];
});

describe('Parameter Store behind the port', () => {
  it('reads all rules and settings, page by page, and nothing else', async () => {
    for (let at = 0; at < 25; at += 1) server.set(`/gatewarden/rules/r${at}`, `title: ${at}`);
    server.set('/gatewarden/rules/team/deep', 'title: deep');
    server.set('/gatewarden/settings/packs', '{}');
    server.set('/gatewarden/secret', 'x');
    server.set('/gatewarden2/rules/x', 'x');
    const all = await store.all();
    expect(all).toHaveLength(27);
    expect(all).toContainEqual({ name: 'rules/team/deep', text: 'title: deep', type: 'text' });
    expect(all).toContainEqual({ name: 'settings/packs', text: '{}', type: 'text' });
    expect(server.operations).toHaveLength(4);
  });

  it('tells what is not plain text', async () => {
    server.set('/gatewarden/rules/secret', 'AQICAH', 'SecureString');
    expect(await store.all()).toEqual([{ name: 'rules/secret', text: 'AQICAH', type: 'other' }]);
  });

  it('puts texts back as they came, in either tier, and leaves an advanced one advanced', async () => {
    const long = `title: ${'é'.repeat(3000)}`;
    await store.put({ name: 'rules/long', text: long }, 'advanced');
    await store.put({ name: 'rules/long', text: 'title: short' }, 'standard');
    await store.put({ name: 'rules/short', text: 'title: short' }, 'standard');
    expect(server.parameters.get('/gatewarden/rules/long')).toEqual({
      value: 'title: short',
      type: 'String',
      advanced: true,
    });
    expect(server.parameters.get('/gatewarden/rules/short')?.advanced).toBe(false);
  });

  it('deletes, also what is gone already', async () => {
    server.set('/gatewarden/rules/x', 'x');
    await store.delete('rules/x');
    await store.delete('rules/x');
    expect(server.parameters.size).toBe(0);
  });

  it('waits a throttle out, longer each time, and gives up with the service’s own word for it', async () => {
    server.throttles = 2;
    expect(await store.all()).toEqual([]);
    expect(sleptMs).toEqual([200, 400]);
    server.throttles = 4;
    await expect(store.all()).rejects.toMatchObject({
      code: 'parameters.failed',
      details: { operation: 'GetParametersByPath', error: 'ThrottlingException' },
    });
  });

  it('does not try again what is denied', async () => {
    server.fails = 'AccessDeniedException';
    await expect(store.put({ name: 'rules/x', text: 'x' }, 'standard')).rejects.toMatchObject({
      code: 'parameters.failed',
      details: { operation: 'PutParameter', error: 'AccessDeniedException' },
    });
    expect(server.operations).toHaveLength(1);
  });
});
