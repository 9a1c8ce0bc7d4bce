import type { ApiCall } from '../calls/api-call.js';
import type { Digest } from '../ports/digest.js';
import { fieldText, type Group, groupOfCall } from './group-of-call.js';
import type { Sampler } from './sampler.js';
import { addOccurrence, type Occurrence } from './span-state.js';
import type { WindowPlan } from './window-plan.js';

/** What one payload has to add to one span of one group. */
export interface PendingSpan {
  readonly startMs: number;
  readonly buckets: ReadonlyMap<number, ReadonlyMap<string, Occurrence>>;
  /** The first calls of the payload that were counted here: evidence, should the group alert. */
  readonly calls: readonly ApiCall[];
}

/** What one payload has to add to one group of one rule. */
export interface PendingGroup {
  readonly plan: WindowPlan;
  readonly group: Group;
  readonly groupHash: string;
  readonly spans: ReadonlyMap<number, PendingSpan>;
}

/** Evidence kept per alert and payload. */
export const EVIDENCE_CALLS_MAX = 20;

/**
 * Gathers the signals of one payload by rule, group, span and bucket. Of a member's times in a bucket only the first and
 * the last are kept: enough for exact windows (see `SpanState`), and a hot caller costs two members, not thousands.
 */
export class PendingWindows {
  private readonly byPlan = new Map<WindowPlan, Map<string, Gathered>>();
  /** Hashes by text, for this payload only: the same path or caller comes up again and again. */
  private readonly hashes = new Map<string, string>();

  /** Matches that could not be counted: the call lacks what the rule counts, or a field of its group. */
  unjudged = 0;

  constructor(
    private readonly digest: Digest,
    private readonly sampler: Sampler,
  ) {}

  add(plan: WindowPlan, call: ApiCall): void {
    const value = plan.valueField === undefined ? call.id : fieldText(call, plan.valueField);
    if (value === undefined) {
      this.unjudged += 1;
      return;
    }
    if (!this.sampler.takes(plan, value)) return;
    const group = groupOfCall(plan, call);
    if (group === undefined) {
      this.unjudged += 1;
      return;
    }

    const member = this.memberHash(value);
    const startMs = Math.floor(call.timeMs / plan.timespanMs) * plan.timespanMs;
    const offset = call.timeMs - startMs;
    const span = this.spanOf(plan, group, startMs);
    addOccurrence(bucketOf(span, Math.floor(offset / plan.bucketMs)), member, offset);
    if (span.calls.length < EVIDENCE_CALLS_MAX) span.calls.push(call);
  }

  groups(): readonly PendingGroup[] {
    return [...this.byPlan.values()].flatMap((groups) => [...groups.values()]);
  }

  private spanOf(plan: WindowPlan, group: Group, startMs: number): GatheredSpan {
    let groups = this.byPlan.get(plan);
    if (groups === undefined) {
      groups = new Map();
      this.byPlan.set(plan, groups);
    }
    // Lengths, so that no two groups share a key; hashing waits until a group is new to this payload.
    let key = '';
    for (const field of plan.groupBy) {
      const value = group[field] ?? '';
      key += `${value.length}:${value}`;
    }
    let gathered = groups.get(key);
    if (gathered === undefined) {
      const groupHash = this.digest.hex(Object.entries(group).flat(), 16);
      gathered = { plan, group, groupHash, spans: new Map() };
      groups.set(key, gathered);
    }
    let span = gathered.spans.get(startMs);
    if (span === undefined) {
      span = { startMs, buckets: new Map(), calls: [] };
      gathered.spans.set(startMs, span);
    }
    return span;
  }

  private memberHash(value: string): string {
    const known = this.hashes.get(value);
    if (known !== undefined) return known;
    const hash = this.digest.hex([value], 8);
    this.hashes.set(value, hash);
    return hash;
  }
}

interface GatheredSpan extends PendingSpan {
  readonly buckets: Map<number, Map<string, Occurrence>>;
  readonly calls: ApiCall[];
}

interface Gathered extends PendingGroup {
  readonly spans: Map<number, GatheredSpan>;
}

function bucketOf(span: GatheredSpan, bucket: number): Map<string, Occurrence> {
  let members = span.buckets.get(bucket);
  if (members === undefined) {
    members = new Map();
    span.buckets.set(bucket, members);
  }
  return members;
}
