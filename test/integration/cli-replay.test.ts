import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { shippedBundle } from '../../adapters/shipped/shipped-bundle.js';
import { openExistingStores } from '../../cli/local-stores.js';
import type { FeedConfig } from '../../core/bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import {
  cli,
  cliWorld,
  commonLine,
  contents,
  ingest,
  jsonLine,
  lambdaEvent,
  lines,
  NOW_MS,
  payload,
} from './cli-world.js';

const world = cliWorld();

const replay = async (data: string, ...args: readonly string[]) => {
  const result = await cli(['replay', '--data', data, '--json', ...args]);
  expect(result.code).toBe(0);
  return result.json();
};

/** Says what the format of the log group `orders-access` is, as `compile` would from the user's settings. */
async function configure(data: string, format: string | undefined): Promise<void> {
  const { stores, close } = await openExistingStores(data, () => NOW_MS);
  try {
    const feed: FeedConfig = {
      feed: 'orders-access',
      trust: 'gateway',
      format,
      accountId: undefined,
      region: undefined,
      apiId: 'a1b2c3d4e5',
      stage: 'prod',
      apiType: 'http',
    };
    const bundle = toVersionedBundle({ ...shippedBundle(), feeds: [feed] }, nodeDigest);
    expect(await stores.state.publishBundle(bundle, await stores.state.bundleVersion())).toBe(true);
  } finally {
    await close();
  }
}

const CLF = '$context.identity.sourceIp [$context.requestTime] $context.status';
const COMMON =
  '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength';

describe('gatewarden replay', () => {
  it('reads what was set aside under a wrong format, as the calls it would have been', async () => {
    const document = JSON.stringify(payload([commonLine(1), commonLine(2), commonLine(3)]));
    const clean = world.newData();
    await ingest(clean, world.file('empty.log', ''));
    await configure(clean, COMMON);
    await ingest(clean, world.file('payload.json', document));

    const data = world.newData();
    await ingest(data, world.file('empty.log', ''));
    await configure(data, CLF);
    expect((await ingest(data, world.file('payload.json', document))).json()).toMatchObject({
      records: 3,
      calls: 0,
      rejected: 3,
      setAside: 3,
    });
    await configure(data, COMMON);
    expect(await replay(data)).toMatchObject({ replayed: 3, unreadable: 0 });
    const replayed = await contents(data);
    expect(replayed.setAside).toEqual([]);
    expect(replayed.calls).toEqual((await contents(clean)).calls);
    expect(replayed.calls[0]).toMatchObject({
      apiId: 'a1b2c3d4e5',
      trust: 'file',
      accountId: '123456789012',
    });

    // Replayed, delivered again and replayed again: nothing doubles.
    await ingest(data, world.file('payload.json', document));
    expect(await replay(data)).toMatchObject({ replayed: 0 });
    expect((await contents(data)).calls).toEqual(replayed.calls);
  });

  it('keeps what the options of ingest said of a file, and its lines their identity', async () => {
    const data = world.newData();
    const file = world.file('orders.log', lines(commonLine, 0, 6));
    const named = ['--api-id', 'a1b2c3d4e5', '--stage', 'prod'];
    expect((await ingest(data, file, ...named, '--format', CLF)).json()).toMatchObject({ rejected: 6 });
    expect(await replay(data)).toMatchObject({ replayed: 6 });
    const { calls, setAside } = await contents(data);
    expect(setAside).toEqual([]);
    expect(calls).toHaveLength(6);
    expect(calls.every(({ apiId, stage }) => apiId === 'a1b2c3d4e5' && stage === 'prod')).toBe(true);
    // The file read again with the right format gives the same six calls.
    expect((await ingest(data, file, ...named, '--format', COMMON)).json()).toMatchObject({ records: 6 });
    expect((await contents(data)).calls.map(({ id }) => id)).toEqual(calls.map(({ id }) => id));
  });

  it('changes nothing with --dry-run, and says what it would do', async () => {
    const data = world.newData();
    await ingest(data, world.file('dry.log', lines(commonLine, 0, 2)), '--format', CLF);
    const before = await contents(data);
    expect(await replay(data, '--dry-run')).toMatchObject({ readable: 2, replayed: 0 });
    expect(await contents(data)).toEqual(before);
    const text = await cli(['replay', '--dry-run', '--data', data]);
    expect(text.out).toContain('2 readable');
  });

  it('leaves what still cannot be read, and tells why', async () => {
    const data = world.newData();
    await ingest(data, world.file('junk.log', `${jsonLine(1)}\njunk\n`));
    const { unreadable, records } = await replay(data);
    expect(unreadable).toBe(1);
    expect(records).toMatchObject([
      { position: 2, outcome: 'unreadable', reason: expect.stringMatching(/\w/) },
    ]);
    expect((await contents(data)).setAside).toHaveLength(1);
  });

  it('takes only what was set aside since then', async () => {
    const data = world.newData();
    await ingest(data, world.file('since.log', lines(commonLine, 0, 1)), '--format', CLF);
    expect(await replay(data, '--since', '2026-03-04')).toMatchObject({ replayed: 0, records: [] });
    expect(await replay(data, '--since', '2026-03-03')).toMatchObject({ replayed: 1 });
  });

  it('raises the alert that the record was part of', async () => {
    const data = world.newData();
    const attack = jsonLine(1, { userAgent: 'sqlmap/1.7' });
    await ingest(data, world.file('attack.log', `${attack}\n`), '--format', CLF);
    expect((await replay(data)).alerts).toMatchObject([{ group: expect.anything(), count: 1 }]);
  });

  it('says so when nothing is set aside, and refuses a folder that is not there', async () => {
    const data = world.newData();
    expect(await cli(['replay', '--data', data])).toMatchObject({ code: 2 });
    await ingest(data, world.file('fine.log', lines(jsonLine, 0, 1)));
    expect((await cli(['replay', '--data', data])).out).toBe('Nothing is set aside\n');
    expect(await replay(data)).toMatchObject({ replayed: 0, records: [], alerts: [] });
  });

  it('sets a damaged payload aside as a whole, and says that it still is', async () => {
    const data = world.newData();
    const broken = `${JSON.stringify(lambdaEvent(payload([jsonLine(1)])))}\n{"awslogs":{"data":"!"}}\n`;
    expect((await ingest(data, world.file('events.ndjson', gzipSync(broken)))).json()).toMatchObject({
      records: 2,
      calls: 1,
      rejected: 1,
    });
    expect(await replay(data)).toMatchObject({ replayed: 0, unreadable: 1 });
  });
});
