import {
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dynamoStores } from '../../adapters/dynamodb/stores.js';
import { deleteExpired } from '../../adapters/embedded/delete-expired.js';
import { deleteExpiredDaily } from '../../adapters/embedded/delete-expired-daily.js';
import { type EmbeddedStore, openEmbeddedStore } from '../../adapters/embedded/embedded-store.js';
import { openEngine } from '../../adapters/embedded/engine.js';
import { storesUnderTest } from '../support/dynamo/make-stores.js';
import { spawnHolder } from '../support/dynamo/spawn-holder.js';
import { runStoreContract } from './store-contract.js';
import { START_MS } from './stores-under-test.js';

runStoreContract('the embedded store', async () => {
  const dataDir = newFolder();
  const store = await openEmbeddedStore(dataDir);
  return storesUnderTest(store.client, store.tables, async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});

runStoreContract('the embedded store that another process holds', async () => {
  const dataDir = newFolder();
  const holder = await spawnHolder(dataDir);
  const store = await openEmbeddedStore(dataDir);
  expect(store.role()).toBe('guest');
  return storesUnderTest(store.client, store.tables, async () => {
    await store.close();
    await holder.kill('SIGKILL');
    rmSync(dataDir, { recursive: true, force: true });
  });
});

describe('a data folder', () => {
  let dataDir = '';
  const opened: EmbeddedStore[] = [];
  const open = async (patienceMs = 5000) => {
    const store = await openEmbeddedStore(dataDir, { patienceMs });
    opened.push(store);
    return store;
  };
  const stateOf = (store: EmbeddedStore) => dynamoStores({ ...store, nowMs: () => Date.now() }).state;

  beforeEach(() => {
    dataDir = newFolder();
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((store) => store.close()));
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('is served on a socket and nowhere else', async () => {
    const holder = await spawnHolder(dataDir);
    expect(holder.role).toBe('holder');
    expect(holder.resources.filter((kind) => kind.includes('TCP'))).toEqual([]);
    await holder.kill('SIGKILL');
  });

  it('keeps what was written when its holder is killed, and the next process takes it', async () => {
    const holder = await spawnHolder(dataDir);
    await holder.kill('SIGKILL');
    const store = await open();
    expect(store.role()).toBe('holder');
    expect(await stateOf(store).cursor('left-behind')).toBe('by the holder');
  });

  it('stays usable for a guest whose holder is killed', async () => {
    const holder = await spawnHolder(dataDir);
    const store = await open();
    expect(store.role()).toBe('guest');
    await stateOf(store).setCursor('mine', '1');
    await holder.kill('SIGKILL');
    expect(await stateOf(store).cursor('mine')).toBe('1');
    expect(store.role()).toBe('holder');
  });

  it('stays usable for a guest whose holder ends in order', async () => {
    const first = await open();
    const second = await open();
    await stateOf(second).setCursor('mine', '2');
    await first.close();
    expect(await stateOf(second).cursor('mine')).toBe('2');
    expect([first.role(), second.role()]).toEqual(['guest', 'holder']);
  });

  it('has one holder when many open it at once', async () => {
    const stores = await Promise.all(Array.from({ length: 4 }, () => open()));
    expect(stores.filter((store) => store.role() === 'holder')).toHaveLength(1);
    await Promise.all(stores.map((store, at) => stateOf(store).setCursor(`c${at}`, 'x')));
    expect(await stateOf(stores[0] as EmbeddedStore).cursor('c3')).toBe('x');
  });

  it('is locked, and says so, when its holder neither answers nor is dead', async () => {
    mkdirSync(join(dataDir, 'store'));
    const engine = await openEngine(join(dataDir, 'store', 'tables'));
    await expect(open(200)).rejects.toMatchObject({ name: 'Fault', code: 'store.locked' });
    await engine?.close();
    expect((await open()).role()).toBe('holder');
  });

  it('is closed to other users', async () => {
    const store = await open();
    expect(statSync(dirname(store.socketPath)).mode & 0o077).toBe(0);
    expect(statSync(store.socketPath).mode & 0o077).toBe(0);
  });

  it('is refused where somebody has put a link in its place, and what the link names stays as it is', async () => {
    const theirs = join(dataDir, 'theirs');
    mkdirSync(theirs, { mode: 0o755 });
    for (const [name, place] of [
      ['store', dataDir],
      ['tables', join(dataDir, 'store')],
      ['socket', join(dataDir, 'store')],
    ] as const) {
      mkdirSync(place, { recursive: true });
      symlinkSync(theirs, join(place, name));
      await expect(open()).rejects.toMatchObject({
        code: 'store.untrusted',
        details: { path: join(place, name), what: 'a symbolic link' },
      });
      rmSync(join(place, name));
    }
    expect(statSync(theirs).mode & 0o777).toBe(0o755);
    expect(readdirSync(theirs)).toEqual([]);
    expect((await open()).role()).toBe('holder');
  });

  // Only the superuser can give a folder away.
  it.runIf(process.getuid?.() === 0)('is refused where it belongs to another user', async () => {
    mkdirSync(join(dataDir, 'store'), { mode: 0o755 });
    chownSync(join(dataDir, 'store'), 12_345, 12_345);
    await expect(open()).rejects.toMatchObject({
      code: 'store.untrusted',
      details: { what: 'owned by user 12345, not by 0' },
    });
    expect(statSync(join(dataDir, 'store')).mode & 0o777).toBe(0o755);
  });

  it('is served from the runtime folder when its own path is too long for a socket', async () => {
    const outer = dataDir;
    dataDir = join(dataDir, 'd'.repeat(120));
    const store = await open();
    expect(Buffer.byteLength(store.socketPath)).toBeLessThanOrEqual(100);
    expect(statSync(dirname(store.socketPath)).mode & 0o077).toBe(0);
    expect((await open()).role()).toBe('guest');
    dataDir = outer;
  });

  it('is a fault that says why, not a crash, where it cannot be', async () => {
    const file = join(dataDir, 'file');
    writeFileSync(file, '');
    mkdirSync(join(dataDir, 'taken'));
    writeFileSync(join(dataDir, 'taken', 'store'), '');
    for (const place of [file, join(file, 'below'), join(dataDir, 'taken')]) {
      await expect(openEmbeddedStore(place)).rejects.toMatchObject({
        name: 'Fault',
        code: 'store.failed',
        details: { dataDir: place, error: 'ENOTDIR' },
      });
    }
    // Where the system lets nobody make anything, and on Linux answers as if the parent were missing.
    await expect(openEmbeddedStore('/proc/gatewarden')).rejects.toMatchObject({
      code: 'store.failed',
      details: { error: expect.stringMatching(/^E[A-Z]+$/) },
    });
  });

  it.skipIf(process.getuid?.() === 0)('is a fault that says so where this user may not write', async () => {
    const closed = join(dataDir, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    await expect(openEmbeddedStore(join(closed, 'data'))).rejects.toMatchObject({
      details: { error: 'EACCES' },
    });
  });

  it('is made with the folders above it, for this user alone', async () => {
    const outer = dataDir;
    dataDir = join(dataDir, 'a', 'b');
    expect((await open()).role()).toBe('holder');
    expect(statSync(join(outer, 'a')).mode & 0o077).toBe(0);
    dataDir = outer;
  });

  it('loses what has expired when its holder opens it, once a day', async () => {
    const store = await open();
    const guest = await open();
    const { stores, setNow, allKeys } = storesUnderTest(store.client, store.tables, store.close);
    const spans = async () => (await allKeys()).filter((key) => key.startsWith('WINDOW#')).length;
    const touchAt = (nowMs: number) => {
      setNow(nowMs);
      const key = { ruleHash: 'aa', groupHash: String(nowMs), spanStartMs: nowMs };
      return stores.windows.touch({ key, add: new Map(), group: {}, expiresAtSeconds: nowMs / 1000 + 60 });
    };
    await touchAt(START_MS);
    await deleteExpiredDaily(guest, stores.state, START_MS + 120_000);
    expect(await spans()).toBe(1);
    await deleteExpiredDaily(store, stores.state, START_MS + 120_000);
    expect(await spans()).toBe(0);
    await touchAt(START_MS + 180_000);
    await deleteExpiredDaily(store, stores.state, START_MS + 3_600_000);
    expect(await spans()).toBe(1);
    await deleteExpiredDaily(store, stores.state, START_MS + 25 * 3_600_000);
    expect(await spans()).toBe(0);
  });

  it('loses what has expired, and nothing else, when asked to', async () => {
    const store = await open();
    const nowMs = Date.UTC(2026, 0, 1);
    const { windows } = dynamoStores({ ...store, nowMs: () => nowMs });
    const touch = (groupHash: string, expiresAtSeconds: number) =>
      windows.touch({
        key: { ruleHash: 'aa', groupHash, spanStartMs: nowMs },
        add: new Map([[0, [Buffer.alloc(12, 1)]]]),
        group: {},
        expiresAtSeconds,
      });
    await touch('short', nowMs / 1000 + 60);
    await touch('long', nowMs / 1000 + 600);
    await stateOf(store).setCursor('kept', 'x');
    await touch('short too', nowMs / 1000 + 60);
    expect(await deleteExpired(store.client, store.tables, nowMs + 120_000, 1)).toBe(1);
    expect(await deleteExpired(store.client, store.tables, nowMs + 120_000)).toBe(1);
    expect(await deleteExpired(store.client, store.tables, nowMs + 120_000)).toBe(0);
    const key = { ruleHash: 'aa', groupHash: 'long', spanStartMs: nowMs };
    expect((await windows.read(key)).buckets.size).toBe(1);
    expect(await stateOf(store).cursor('kept')).toBe('x');
  });
});

function newFolder(): string {
  return mkdtempSync(join(tmpdir(), 'gatewarden-contract-'));
}
