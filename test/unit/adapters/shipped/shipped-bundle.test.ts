import { describe, expect, it } from 'vitest';
import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { shippedPacks } from '../../../../adapters/shipped/shipped-packs.js';
import { shippedRules } from '../../../../adapters/shipped/shipped-rules.js';
import { compileConfiguration } from '../../../../core/configuration/compile-configuration.js';
import { compileBundle } from '../../../../core/ingest/compiled-bundle.js';
import { rulesToShip } from '../../../../tools/ship-rules.js';

describe('the shipped bundle', () => {
  it('holds the rules and packs as they lie in rules/ (else run `npm run ship-rules`)', () => {
    expect(shippedRules.length).toBeGreaterThan(10);
    const { rules, packs } = rulesToShip();
    expect(shippedRules).toEqual(rules);
    expect(shippedPacks).toEqual(packs);
  });

  it('is what compiling an empty configuration gives, so that the first compilation changes nothing that runs', () => {
    const { rules, shadow, settings } = shippedBundle();
    const shipped = { packs: shippedPacks, rules: shippedRules };
    const sources = { parameters: [], shipped, lifeCycle: [], previous: undefined };
    const { parts } = compileConfiguration(sources, { digest: nodeDigest, regex: re2Engine });
    expect(parts).toMatchObject({ rules, shadow, settings });
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
