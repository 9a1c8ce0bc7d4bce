import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { shippedRules } from '../../../../adapters/shipped/shipped-rules.js';
import { compileBundle } from '../../../../core/ingest/compiled-bundle.js';
import { rulesToShip } from '../../../../tools/ship-rules.js';

describe('the shipped bundle', () => {
  it('holds the rules as they lie in rules/ (else run `npm run ship-rules`)', () => {
    expect(shippedRules.length).toBeGreaterThan(10);
    expect(shippedRules).toEqual(rulesToShip());
  });

  it('compiles', async () => {
    const compiler = {
      compression: nodeCompression,
      digest: nodeDigest,
      loadRegex: async () => re2Engine,
      samplingKey: async () => 'key',
    };
    await expect(compileBundle(shippedBundle(), compiler)).resolves.toBeDefined();
  });
});
