import type { Digest } from '../ports/digest.js';
import { type GroupEntry, GroupIndex } from './group-index.js';
import { groupOfEvent, valuesText } from './group-of-event.js';
import type { Target } from './plan-rules.js';
import type { Sampler } from './sampler.js';
import { signalMember } from './signal-member.js';
import type { SignalPlan } from './signal-plan.js';
import { addOccurrence, type Occurrence } from './span-state.js';
import type { WindowEvent } from './window-event.js';
import type { WindowPlan } from './window-plan.js';

/** What one payload has to add to one span of one group. */
export interface PendingSpan {
  readonly startMs: number;
  readonly buckets: ReadonlyMap<number, ReadonlyMap<string, Occurrence>>;
  /** The first events of the payload that were counted here: evidence, should the group alert. */
  readonly events: readonly WindowEvent[];
}

/** What one payload has to add to one group of one rule. */
export interface PendingGroup extends GroupEntry<WindowPlan, PendingSpan> {}

/** The same for a plan that keeps signals: members by bucket, each under its bytes as text. */
export interface PendingSignals {
  readonly startMs: number;
  readonly buckets: ReadonlyMap<number, ReadonlyMap<string, Uint8Array>>;
  readonly events: readonly WindowEvent[];
}

export interface PendingSignalGroup extends GroupEntry<SignalPlan, PendingSignals> {}

/** Hashes remembered: a payload has fewer texts, a run over weeks of events has not. */
const HASHES_MAX = 50_000;
/** Evidence kept per alert and payload. */
export const EVIDENCE_EVENTS_MAX = 20;

/**
 * Gathers the signals of one payload by rule, group, span and bucket. Of a member's times in a bucket only the first and
 * the last are kept: enough for exact windows (see `SpanState`), and a hot caller costs two members, not thousands.
 */
export class PendingWindows {
  private readonly windows: GroupIndex<WindowPlan, GatheredSpan>;
  private readonly signals: GroupIndex<SignalPlan, GatheredSignals>;
  /** Hashes by text: the same path or caller comes up again and again. */
  private readonly hashes = new Map<string, string>();

  /** Matches that could not be counted: the event lacks what the rule counts, or a field of its group. */
  unjudged = 0;

  constructor(
    private readonly digest: Digest,
    private readonly sampler: Sampler,
    private readonly eventsMax = EVIDENCE_EVENTS_MAX,
  ) {
    this.windows = new GroupIndex(digest, (startMs) => ({ startMs, buckets: new Map(), events: [] }));
    this.signals = new GroupIndex(digest, (startMs) => ({ startMs, buckets: new Map(), events: [] }));
  }

  /** Counts the event as a match of the rule that the target's leaf stands for. */
  add({ plan, leaf }: Target, event: WindowEvent): void {
    const isCounted =
      plan.kind === 'members' ? this.addMember(plan, leaf, event) : this.addSignal(plan, leaf, event);
    if (!isCounted) this.unjudged += 1;
  }

  groups(): readonly PendingGroup[] {
    return this.windows.entries();
  }

  signalGroups(): readonly PendingSignalGroup[] {
    return this.signals.entries();
  }

  /** Forgets groups whose spans have been taken out. */
  forgetEmpty(): void {
    this.windows.forgetEmpty();
    this.signals.forgetEmpty();
  }

  private addMember(plan: WindowPlan, leaf: number, event: WindowEvent): boolean {
    const fields = plan.leaves[leaf];
    if (fields === undefined) return false;
    const value = memberText(plan, fields, event);
    if (value === undefined) return false;
    if (!this.sampler.takes(plan, value)) return true;
    const { groupBy, groupMayLack } = plan;
    const group = groupOfEvent({ groupBy, fields: fields.group, mayLack: groupMayLack }, event);
    if (group === undefined) return false;
    const startMs = Math.floor(event.timeMs / plan.timespanMs) * plan.timespanMs;
    const offset = event.timeMs - startMs;
    const span = this.windows.spanOf(plan, group, startMs);
    const bucket = bucketOf(span, Math.floor(offset / plan.bucketMs));
    // A saturated bucket counts as a whole: nothing more in it can matter.
    if (bucket.size < plan.capacity) addOccurrence(bucket, this.memberHash(value), offset);
    if (span.events.length < this.eventsMax) span.events.push(event);
    return true;
  }

  private addSignal(plan: SignalPlan, leaf: number, event: WindowEvent): boolean {
    const fields = plan.leaves[leaf]?.path[0];
    if (fields === undefined) return false;
    const { groupBy } = plan;
    const group = groupOfEvent({ groupBy, fields: fields.group, mayLack: false }, event);
    const member = signalMember(plan, leaf, event, {
      hash: (text) => this.memberHash(text),
      rank: (text) => this.sampler.rank(plan, text),
    });
    if (group === undefined || member === undefined) return false;
    const span = this.signals.spanOf(plan, group, member.startMs);
    const bucket = bucketOf(span, member.bucket);
    bucket.set(member.name, member.bytes);
    if (bucket.size >= 2 * plan.keepEach) keepLowest(bucket, plan.keepEach);
    if (span.events.length < this.eventsMax) span.events.push(event);
    return true;
  }

  private memberHash(value: string): string {
    const known = this.hashes.get(value);
    if (known !== undefined) return known;
    const hash = this.digest.hex([value], 8);
    if (this.hashes.size >= HASHES_MAX) this.hashes.clear();
    this.hashes.set(value, hash);
    return hash;
  }
}

interface GatheredSpan extends PendingSpan {
  readonly buckets: Map<number, Map<string, Occurrence>>;
  readonly events: WindowEvent[];
}

interface GatheredSignals extends PendingSignals {
  readonly buckets: Map<number, Map<string, Uint8Array>>;
  readonly events: WindowEvent[];
}

function memberText(
  { counts }: WindowPlan,
  { ruleId, values }: WindowPlan['leaves'][number],
  event: WindowEvent,
): string | undefined {
  if (counts === 'events') return event.id;
  return counts === 'rules' ? ruleId : valuesText(values, event);
}

function bucketOf<M>(span: { readonly buckets: Map<number, Map<string, M>> }, bucket: number) {
  let members = span.buckets.get(bucket);
  if (members === undefined) {
    members = new Map<string, M>();
    span.buckets.set(bucket, members);
  }
  return members;
}

function keepLowest(bucket: Map<string, Uint8Array>, limit: number): void {
  for (const name of [...bucket.keys()].sort().slice(limit)) bucket.delete(name);
}
