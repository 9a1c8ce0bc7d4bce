import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll } from 'vitest';
import { dynamoStores, type Stores } from '../../../adapters/dynamodb/stores.js';
import { openEmbeddedStore } from '../../../adapters/embedded/embedded-store.js';
import { nodeCompression } from '../../../adapters/node/node-compression.js';
import type { CliIo } from '../../../cli/cli-io.js';
import { createAttributor } from '../../../core/inventory/attribute.js';
import { encodeSegments } from '../../../core/trail/segment.js';
import { EMPTY_BUNDLE } from '../core/inventory/memory-ports.js';
import { testCall } from '../core/inventory/test-call.js';
import { capturedIo } from './captured-io.js';

export const NOW = Date.UTC(2024, 2, 9, 12);
const NAMES = 'amber birch cedar dune ember fjord grove heron iris juniper kelp lotus'.split(' ');

async function fill(stores: Stores): Promise<void> {
  await stores.state.publishBundle({ ...EMPTY_BUNDLE, version: 'first' }, undefined);
  const { attribute } = createAttributor(EMPTY_BUNDLE);
  const calls = [
    ...NAMES.map((name, i) =>
      testCall({ id: `s${i}`, timeMs: NOW - i * 60_000, path: `/shops/${name}/products` }),
    ),
    testCall({ id: 'u1', timeMs: NOW - 5, path: '/users/1' }),
    testCall({ id: 'u2', timeMs: NOW - 4, path: '/users/2', status: 500 }),
    testCall({ id: 'x', timeMs: NOW - 3, path: '/wp-login.php', status: 404 }),
    testCall({ id: 'o', timeMs: NOW - 2, apiId: 'otherapi00', path: '/health' }),
  ].map((call) => attribute(call));
  const options = { digest: 'ab'.repeat(32), nowMs: NOW, hotDays: 7, shards: () => 1 };
  for (const segment of encodeSegments(calls, options, nodeCompression)) {
    await stores.trail.putSegment(segment);
    const { apiId, stage, hourMs } = segment.head.key;
    const expiresAtSeconds = NOW / 1000 + 700_000;
    await stores.trail.markOpen({
      arrivalMs: Math.floor(NOW / 900_000) * 900_000,
      apiId,
      stage,
      hourMs,
      shards: 1,
      expiresAtSeconds,
    });
  }
  for (const {
    accountId = '-',
    region = '-',
    apiId = '-',
    method = '-',
    route = '-',
    timeMs,
    apiType,
    stage,
  } of calls)
    await stores.inventory.putEndpoint({
      accountId,
      region,
      apiId,
      method,
      route,
      apiType,
      stage,
      host: undefined,
      firstSeenMs: timeMs,
      principalKind: 'ip',
    });
  await stores.state.count(Math.floor(NOW / 86_400_000) * 86_400_000, {
    calls: 16,
    rejected: 2,
    writeUnits: 7.5,
  });
}

/** A data folder with two APIs' calls, for the tests of one file. `dir` is known once they run. */
export function filledFolder() {
  const folder = { dir: '' };
  beforeAll(async () => {
    folder.dir = mkdtempSync(join(tmpdir(), 'gatewarden-inventory-'));
    const embedded = await openEmbeddedStore(folder.dir);
    await fill(dynamoStores({ ...embedded, nowMs: () => NOW }));
    await embedded.close();
  });
  afterAll(() => rmSync(folder.dir, { recursive: true, force: true }));
  return folder;
}

/** Runs a command over the folder; `terminalColumns` makes standard output a terminal. */
export async function runOn(
  dir: string,
  build: (io: CliIo) => Command,
  args: readonly string[],
  terminalColumns?: number,
) {
  const captured = capturedIo(NOW, terminalColumns);
  await build(captured.io).parseAsync([...args, '--data', dir], { from: 'user' });
  return captured;
}
