import type { ApiCall } from '../calls/api-call.js';
import { plainField } from '../sigma/compile/plain-event.js';

export type FieldValue = string | number | boolean | undefined;

/** What windows need to know of an event, whatever its log source. */
export interface WindowEvent {
  /** The same in every delivery of the event. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly timeMs: number;
  /** A comparable value; `undefined` where the event has none. */
  field(name: string): FieldValue;
  /** The same, as something that tells groups apart: what stands for many at once (a proxy's address) is `undefined`. */
  groupField(name: string): FieldValue;
  /** As evidence: JSON. */
  json(): string;
}

export function callEvent(call: ApiCall): WindowEvent {
  return new CallEvent(call);
}

class CallEvent implements WindowEvent {
  readonly id: string;
  readonly timeMs: number;

  constructor(private readonly call: ApiCall) {
    this.id = call.id;
    this.timeMs = call.timeMs;
  }

  field(name: string): FieldValue {
    if (!Object.hasOwn(this.call, name)) return undefined;
    const value = this.call[name as keyof ApiCall];
    return typeof value === 'object' ? undefined : value;
  }

  /** Everyone behind a CDN would be one caller; an address that may be forged is nobody's. */
  groupField(name: string): FieldValue {
    const { principalKind } = this.call;
    const isNobody = principalKind === 'proxy' || principalKind === 'unknown';
    return isNobody && (name === 'principal' || name === 'sourceIp') ? undefined : this.field(name);
  }

  json(): string {
    return JSON.stringify(this.call);
  }
}

/** A plain JSON event of another feed. Of a list the first item speaks; objects do not compare. */
export function recordEvent(
  event: Pick<WindowEvent, 'id' | 'timeMs'> & { readonly record: unknown },
): WindowEvent {
  const { id, timeMs, record } = event;
  const field = (name: string): FieldValue => plainField(name)(record);
  return { id, timeMs, field, groupField: field, json: () => JSON.stringify(record) };
}

/** Numbers, and numbers written as text; anything else has no size. */
export function numberOf(value: FieldValue): number | undefined {
  if (typeof value === 'string' && value.trim() === '') return undefined;
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
