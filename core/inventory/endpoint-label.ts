import type { ApiCall } from '../calls/api-call.js';
import { UNMATCHED_ROUTE } from './route-evidence.js';

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** Stands for every method that API Gateway cannot deploy: callers may write anything there. */
export const OTHER_METHOD = '(other)';

/**
 * The method and route that a call counts under, the same in segment heads, folds and the inventory. A missing method
 * is `-` (WebSocket), a missing route `UNMATCHED_ROUTE`.
 */
export function endpointOf(call: Pick<ApiCall, 'method' | 'route'>): {
  readonly method: string;
  readonly route: string;
} {
  return { method: countedMethod(call.method), route: call.route ?? UNMATCHED_ROUTE };
}

/** The method as it is counted; any text goes in. */
export function countedMethod(method: string | undefined): string {
  if (method === undefined || method === '-') return '-';
  return METHODS.has(method) ? method : OTHER_METHOD;
}

/** `<method> <route>`: the key of `SegmentHead.routes` and `HourFold.endpoints`. */
export function endpointLabel(call: Pick<ApiCall, 'method' | 'route'>): string {
  const { method, route } = endpointOf(call);
  return `${method} ${route}`;
}

/** The parts of a label; a route may hold spaces, a method does not. */
export function parseEndpointLabel(label: string): { readonly method: string; readonly route: string } {
  const space = label.indexOf(' ');
  return space === -1
    ? { method: '-', route: label }
    : { method: label.slice(0, space), route: label.slice(space + 1) };
}
