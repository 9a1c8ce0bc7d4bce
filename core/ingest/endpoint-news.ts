import type { DetectedRecord } from '../alerts/detector.js';
import type { Digest } from '../ports/digest.js';
import type { UntoldEndpoint } from '../ports/inventory-store.js';

const HOUR_MS = 3_600_000;

/**
 * The `endpoint-added` or `endpoint-woken` event of an endpoint, with the fields of `core/sigma/inventory-fields.ts`: a function of
 * what was first written of it, so that whoever tells the rules, and however often, tells them the same.
 */
export function endpointNews(
  { news, sighting, quietDays, apiFirstSeenMs }: UntoldEndpoint,
  digest: Digest,
): DetectedRecord {
  const { firstSeenMs, ...fields } = sighting;
  const { accountId, region, apiId, method, route } = sighting;
  const change = `endpoint-${news}`;
  // An endpoint is new once, and may wake more than once.
  const which = news === 'added' ? [] : [String(firstSeenMs)];
  return {
    id: digest.hex([change, accountId, region, apiId, method, route, ...which], 32),
    timeMs: firstSeenMs,
    record: {
      timeMs: firstSeenMs,
      change,
      ...fields,
      // Payloads may come out of order: then the API's first call is later than this one.
      apiAgeHours: Math.max(0, Math.floor((firstSeenMs - apiFirstSeenMs) / HOUR_MS)),
      ...(quietDays !== undefined && { quietDays }),
    },
  };
}
