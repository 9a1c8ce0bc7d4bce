import * as v from 'valibot';
import type { Bundle } from '../../core/bundle.js';

const shape = v.looseObject({
  formatVersion: v.literal(1),
  version: v.string(),
  rules: v.array(v.looseObject({ kind: v.string(), id: v.string() })),
  feeds: v.array(v.looseObject({ feed: v.string() })),
  routes: v.record(v.string(), v.looseObject({})),
  templates: v.record(v.string(), v.looseObject({})),
  shards: v.record(v.string(), v.number()),
  settings: v.looseObject({ hotDays: v.number() }),
});

/**
 * A stored bundle. Only its outline is checked: its bytes are compared with the SHA-256 that was published with
 * them, so they are what `compile` validated and wrote. A second, full schema here would silently drop what it has
 * not heard of.
 */
export const bundleSchema = v.custom<Bundle>((json) => v.is(shape, json), 'not a bundle of format 1');
