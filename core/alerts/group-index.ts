import type { Digest } from '../ports/digest.js';
import type { Group } from './group-of-event.js';

/** What has been gathered for one group of one rule. */
export interface GroupEntry<P, S> {
  readonly plan: P;
  readonly group: Group;
  /** 16 bytes, hexadecimal. */
  readonly groupHash: string;
  /** By the start of the span. */
  readonly spans: Map<number, S>;
}

/** Finds what belongs to one span of one group, and makes room for it where there is none yet. */
export class GroupIndex<P extends { readonly groupBy: readonly string[] }, S> {
  private readonly byPlan = new Map<P, Map<string, GroupEntry<P, S>>>();

  constructor(
    private readonly digest: Digest,
    private readonly emptySpan: (startMs: number) => S,
  ) {}

  entryOf(plan: P, group: Group): GroupEntry<P, S> {
    let groups = this.byPlan.get(plan);
    if (groups === undefined) {
      groups = new Map();
      this.byPlan.set(plan, groups);
    }
    // Lengths, so that no two groups share a key; hashing waits until a group is new.
    let key = '';
    for (const field of plan.groupBy) {
      const value = group[field] ?? '';
      key += `${value.length}:${value}`;
    }
    let entry = groups.get(key);
    if (entry === undefined) {
      const groupHash = this.digest.hex(namesAndValues(group), 16);
      entry = { plan, group, groupHash, spans: new Map() };
      groups.set(key, entry);
    }
    return entry;
  }

  spanOf(plan: P, group: Group, startMs: number): S {
    const { spans } = this.entryOf(plan, group);
    let span = spans.get(startMs);
    if (span === undefined) {
      span = this.emptySpan(startMs);
      spans.set(startMs, span);
    }
    return span;
  }

  /** Forgets the groups that have no span any more. */
  forgetEmpty(): void {
    for (const [plan, groups] of this.byPlan) {
      for (const [key, { spans }] of groups) if (spans.size === 0) groups.delete(key);
      if (groups.size === 0) this.byPlan.delete(plan);
    }
  }

  entries(): readonly GroupEntry<P, S>[] {
    return [...this.byPlan.values()].flatMap((groups) => [...groups.values()]);
  }
}

function namesAndValues(group: Group): readonly string[] {
  const texts: string[] = [];
  for (const [name, value] of Object.entries(group)) texts.push(name, value);
  return texts;
}
