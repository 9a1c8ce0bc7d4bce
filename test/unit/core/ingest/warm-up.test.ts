import { expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { warmUp } from '../../../../core/ingest/warm-up.js';

it('reads every call that it makes up: one that is rejected would warm nothing', async () => {
  expect(await warmUp({ compression: nodeCompression, digest: nodeDigest })).toBe(10);
});
