import type { Bundle } from './bundle.js';
import type { Digest } from './ports/digest.js';

/** The bundle with its version: 16 bytes of SHA-256 over everything else, whatever the order of keys. */
export function toVersionedBundle(content: Omit<Bundle, 'version'>, digest: Digest): Bundle {
  const {
    formatVersion,
    rules,
    shippedRules,
    shadow,
    configuration,
    feeds,
    routes,
    templates,
    shards,
    settings,
  } = content;
  const parts = {
    formatVersion,
    rules,
    ...(shippedRules !== undefined && { shippedRules }),
    ...(shadow !== undefined && { shadow }),
    ...(configuration !== undefined && { configuration }),
    feeds,
    routes,
    templates,
    shards,
    settings,
  };
  return { ...parts, version: digest.hex([canonicalJson(parts)], 16) };
}

/** JSON with the keys of every object sorted; what JSON leaves out (`undefined`) is left out here too. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
