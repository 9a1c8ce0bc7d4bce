import type { Bundle } from '../../core/bundle.js';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { DEFAULT_SETTINGS, toBundleSettings } from '../../core/settings/settings.js';
import type { ShippedRules } from '../../core/sigma/rule-pack.js';
import { nodeDigest } from '../node/node-digest.js';
import { shippedPacks } from './shipped-packs.js';
import { shippedRules } from './shipped-rules.js';

/** Packs and rules as this version ships them. */
export const shipped: Pick<ShippedRules, 'packs' | 'rules'> = { packs: shippedPacks, rules: shippedRules };

/** What is worked with until a bundle is published: the shipped rules, nothing known of any feed. */
export function shippedBundle(): Bundle {
  return toVersionedBundle(
    {
      formatVersion: 1,
      rules: shippedRules,
      shippedRules: true,
      shadow: shippedPacks
        .flatMap(({ rules }) => rules.flatMap(({ id, state }) => (state === 'shadow' ? [id] : [])))
        .sort(),
      feeds: [],
      routes: {},
      templates: {},
      shards: {},
      settings: toBundleSettings(DEFAULT_SETTINGS),
    },
    nodeDigest,
  );
}
