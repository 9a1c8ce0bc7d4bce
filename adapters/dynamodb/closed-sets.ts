import type { ApiType, PrincipalKind, Trust } from '../../core/calls/api-call.js';

/** The members of the closed unions that items hold; `satisfies` makes a forgotten member a compile error. */
export const API_TYPES = Object.keys({
  rest: 0,
  http: 0,
  websocket: 0,
} satisfies Record<ApiType, 0>) as readonly ApiType[];

export const PRINCIPAL_KINDS = Object.keys({
  iam: 0,
  subject: 0,
  'api-key': 0,
  'client-certificate': 0,
  ip: 0,
  proxy: 0,
  unknown: 0,
} satisfies Record<PrincipalKind, 0>) as readonly PrincipalKind[];

export const TRUSTS = Object.keys({
  gateway: 0,
  guard: 0,
  file: 0,
  client: 0,
  unknown: 0,
} satisfies Record<Trust, 0>) as readonly Trust[];
