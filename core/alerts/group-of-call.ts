import type { ApiCall } from '../calls/api-call.js';
import type { WindowPlan } from './window-plan.js';

/** Field names and values of one group, in the order of `groupBy`. */
export type Group = Readonly<Record<string, string>>;

/**
 * The group a call belongs to; `undefined` when it lacks a field, or when its address is a proxy's (everyone behind a
 * CDN would be one caller) or may be forged. A call rule that alerts by itself groups such calls without the address.
 */
export function groupOfCall(plan: WindowPlan, call: ApiCall): Group | undefined {
  const isNobody = call.principalKind === 'proxy' || call.principalKind === 'unknown';
  const group: Record<string, string> = {};
  for (const field of plan.groupBy) {
    const value =
      isNobody && (field === 'principal' || field === 'sourceIp') ? undefined : fieldText(call, field);
    if (value === undefined && !plan.groupMayLack) return undefined;
    group[field] = value ?? '-';
  }
  return group;
}

/** The text of a call's field; `undefined` when the call has none, or when no such field is comparable. */
export function fieldText(call: ApiCall, field: string): string | undefined {
  if (!Object.hasOwn(call, field)) return undefined;
  const value = call[field as keyof ApiCall];
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}
