import type { ApiType, PrincipalKind, RouteSource, Trust } from '../calls/api-call.js';
import { corruptSegment } from './byte-reader.js';

/** The members of closed unions as a reader of stored calls knows them; a forgotten one is a compile error. */
export const API_TYPES: Readonly<Record<ApiType, ApiType>> = {
  rest: 'rest',
  http: 'http',
  websocket: 'websocket',
};

export const ROUTE_SOURCES: Readonly<Record<RouteSource, RouteSource>> = {
  line: 'line',
  deployed: 'deployed',
  template: 'template',
};

export const PRINCIPAL_KINDS: Readonly<Record<PrincipalKind, PrincipalKind>> = {
  iam: 'iam',
  subject: 'subject',
  'api-key': 'api-key',
  'client-certificate': 'client-certificate',
  ip: 'ip',
  proxy: 'proxy',
  unknown: 'unknown',
};

export const TRUSTS: Readonly<Record<Trust, Trust>> = {
  gateway: 'gateway',
  guard: 'guard',
  file: 'file',
  client: 'client',
  unknown: 'unknown',
};

/** The member of that name; `Fault('store.corrupt')` on any other. */
export function oneOf<T extends string>(
  members: Readonly<Record<T, T>>,
  text: string | undefined,
): T | undefined {
  if (text === undefined) return undefined;
  const known: Readonly<Record<string, T>> = members;
  return (Object.hasOwn(known, text) ? known[text] : undefined) ?? corruptSegment('unknown member');
}
