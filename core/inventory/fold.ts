import type { HourFold } from '../ports/inventory-store.js';
import type { SegmentHead } from '../ports/trail-store.js';
import { countedMethod, parseEndpointLabel } from './endpoint-label.js';

/** What counting needs of a call. */
export interface CountedCall {
  readonly timeMs: number;
  readonly status: number | undefined;
  /** `<method> <route>` (`endpointLabel`). */
  readonly label: string;
}

/** Most endpoints one fold lists; the calls of further ones count under `OTHER_ROUTES`. */
const FOLD_ENDPOINTS_MAX = 2000;
export const OTHER_ROUTES = '(other routes)';

/** What a fold counts by itself: a status of HTTP, or none. All others, which only forged or foreign lines have, are one. */
const STATUS = /^(?:[1-5]\d\d|-|other)$/;
const OTHER_STATUS = 'other';

/**
 * Counts of one hour. Whatever the order in which heads and calls are added, the result is the same; a call added
 * twice counts twice (`countHour` sees to that).
 */
export class HourCounts {
  readonly #endpoints = new Map<string, { statuses: Map<string, number>; firstMs: number; lastMs: number }>();

  addCall(call: CountedCall): void {
    this.#add(call.label, call.status === undefined ? '-' : String(call.status), 1, call.timeMs, call.timeMs);
  }

  /** The head tells the span of the whole segment only: an endpoint's first and last event are bounds within it. */
  addHead(head: SegmentHead): void {
    for (const [written, statuses] of Object.entries(head.routes)) {
      const { method, route } = parseEndpointLabel(written);
      const label = `${countedMethod(method)} ${route}`;
      for (const [status, calls] of Object.entries(statuses)) {
        this.#add(label, status, calls, head.key.firstMs, head.lastMs);
      }
    }
  }

  /** By label, in the order of code units; the endpoints with the fewest calls joined where there are too many. */
  endpoints(limit = FOLD_ENDPOINTS_MAX): HourFold['endpoints'] {
    const counted = [...this.#endpoints].map(([label, e]) => ({ label, calls: sum(e.statuses.values()), e }));
    counted.sort((a, b) => b.calls - a.calls || compare(a.label, b.label));
    const kept = new HourCounts();
    for (const [rank, { label, e }] of counted.entries()) {
      const { method } = parseEndpointLabel(label);
      const name = rank < limit ? label : `${method} ${OTHER_ROUTES}`;
      for (const [status, calls] of e.statuses) kept.#add(name, status, calls, e.firstMs, e.lastMs);
    }
    return Object.fromEntries(
      [...kept.#endpoints]
        .sort(([a], [b]) => compare(a, b))
        .map(([label, { statuses, firstMs, lastMs }]) => [
          label,
          { statuses: Object.fromEntries([...statuses].sort(([a], [b]) => compare(a, b))), firstMs, lastMs },
        ]),
    );
  }

  #add(label: string, written: string, calls: number, firstMs: number, lastMs: number): void {
    const status = STATUS.test(written) ? written : OTHER_STATUS;
    const seen = this.#endpoints.get(label);
    if (seen === undefined) {
      this.#endpoints.set(label, { statuses: new Map([[status, calls]]), firstMs, lastMs });
      return;
    }
    seen.statuses.set(status, (seen.statuses.get(status) ?? 0) + calls);
    if (firstMs < seen.firstMs) seen.firstMs = firstMs;
    if (lastMs > seen.lastMs) seen.lastMs = lastMs;
  }
}

/**
 * Groups of heads whose time spans touch, in the order of time. The same call may lie in two segments (the same
 * events cut into other payloads), and then both spans hold its time; so a group of one payload holds each call once and its
 * heads are the count, while any other group has to be counted call by call.
 */
export function overlapping(heads: readonly SegmentHead[]): readonly (readonly SegmentHead[])[] {
  const groups: SegmentHead[][] = [];
  let group: SegmentHead[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const head of [...heads].sort(byTime)) {
    if (group.length > 0 && head.key.firstMs > endMs) {
      groups.push(group);
      group = [];
    }
    group.push(head);
    endMs = Math.max(endMs, head.lastMs);
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

function byTime(a: SegmentHead, b: SegmentHead): number {
  return (
    a.key.firstMs - b.key.firstMs ||
    compare(a.key.digest, b.key.digest) ||
    a.key.part - b.key.part ||
    a.key.shard - b.key.shard
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
