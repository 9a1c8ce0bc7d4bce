import type { DetectedRecord } from '../alerts/detector.js';
import type { Digest } from '../ports/digest.js';
import type { UntoldEndpoint } from '../ports/inventory-store.js';

const HOUR_MS = 3_600_000;

/**
 * The `endpoint-added` event of a new endpoint, with the fields of `core/sigma/inventory-fields.ts`: a function of what was first
 * written of it, so that whoever tells the rules, and however often, tells them the same.
 */
export function endpointAdded({ sighting, apiFirstSeenMs }: UntoldEndpoint, digest: Digest): DetectedRecord {
  const { firstSeenMs, ...fields } = sighting;
  const { accountId, region, apiId, method, route } = sighting;
  return {
    id: digest.hex(['endpoint-added', accountId, region, apiId, method, route], 32),
    timeMs: firstSeenMs,
    record: {
      timeMs: firstSeenMs,
      change: 'endpoint-added',
      ...fields,
      // Payloads may come out of order: then the API's first call is later than this one.
      apiAgeHours: Math.max(0, Math.floor((firstSeenMs - apiFirstSeenMs) / HOUR_MS)),
    },
  };
}
