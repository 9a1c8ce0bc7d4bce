import type { Bundle } from '../../core/bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { nodeDigest } from '../node/node-digest.js';
import { shippedRules } from './shipped-rules.js';

/** What is worked with until a bundle is published: the shipped rules, nothing known of any feed. */
export function shippedBundle(): Bundle {
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules: shippedRules,
      shippedRules: true,
      feeds: [],
      routes: {},
      templates: {},
      shards: {},
      settings: { hotDays: 14, proxies: [], keepExtra: [], redact: [] },
    },
    nodeDigest,
  );
}
