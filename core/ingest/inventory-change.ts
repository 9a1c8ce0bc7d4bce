import type { DetectedRecord } from '../alerts/detector.js';
import type { TrailEvent } from '../ports/trail-store.js';

const KIND = 'inventory-change';

/** A change of the inventory as the trail keeps it: all that rules are told of it. */
export function inventoryChange({ id, timeMs, record }: DetectedRecord): TrailEvent {
  const details = Object.entries(record as Readonly<Record<string, unknown>>).flatMap(([name, value]) =>
    isPlain(value) ? [[name, value] as const] : [],
  );
  return { id, timeMs, kind: KIND, details: Object.fromEntries(details) };
}

/** What rules were told; `undefined` for an event of another kind. */
export function toldChange({ id, timeMs, kind, details }: TrailEvent): DetectedRecord | undefined {
  return kind === KIND ? { id, timeMs, record: details } : undefined;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
