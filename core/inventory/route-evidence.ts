import type { ApiCall } from '../calls/api-call.js';

/** The one route under which an API's calls count that show no route: probes, refusals, paths nobody serves. */
export const UNMATCHED_ROUTE = '(unmatched)';

/**
 * Whether the answer to a call shows that a route stands behind its path; asked only where neither the line nor the
 * deployed routes tell. A pure function of the call, so that a retry decides alike.
 *
 * Shown by: success and redirects (2xx, 3xx), answers that only a resource gives (402, 406, 409–413, 415–417, 422–424,
 * 426, 428, 451), failures of what stands behind (5xx), and calls whose feed logs no status at all.
 * Not shown by: 400, 401, 403, 404, 405, 407, 408, 414, 429, 431 and other 4xx, which a gateway, an authorizer or a
 * catch-all application gives to any path whatever (a scanner that sprays paths sees little else), and `OPTIONS`, which
 * CORS answers for any path.
 */
export function showsRoute(call: ApiCall): boolean {
  if (call.method === 'OPTIONS') return false;
  const status = call.status;
  if (status === undefined) return call.errorType === undefined;
  if (status < 400 || status >= 500) return status >= 200;
  switch (status) {
    case 402:
    case 406:
    case 409:
    case 410:
    case 411:
    case 412:
    case 413:
    case 415:
    case 416:
    case 417:
    case 422:
    case 423:
    case 424:
    case 426:
    case 428:
    case 451:
      return true;
    default:
      return false;
  }
}
