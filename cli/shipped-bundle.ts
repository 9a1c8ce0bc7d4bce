import { nodeDigest } from '../adapters/node/node-digest.js';
import type { Bundle } from '../core/bundle.js';
import { toVersionedBundle } from '../core/bundle-version.js';
import { shippedRules } from '../demo/shipped-rules.js';

/** The bundle an installation starts with: the shipped rules, no feeds known, default settings. */
export function shippedBundle(): Bundle {
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules: shippedRules(),
      feeds: [],
      routes: {},
      templates: {},
      shards: {},
      settings: { hotDays: 14, proxies: [], keepExtra: [], redact: [] },
    },
    nodeDigest,
  );
}
