import { expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { warmUp } from '../../../../core/ingest/warm-up.js';

it('takes its calls through every step, whatever rules are shipped, without the regular expression engine', async () => {
  const taken = await warmUp({ bundle: shippedBundle(), compression: nodeCompression, digest: nodeDigest });
  expect(taken).toBe(3);
});
