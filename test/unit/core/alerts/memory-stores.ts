import type { WindowStores } from '../../../../core/alerts/record-alert.js';
import type { Alert } from '../../../../core/ports/finding-store.js';
import type { EvidenceItem } from '../../../../core/ports/trail-store.js';
import type { WindowKey, WindowSpan } from '../../../../core/ports/window-store.js';

/** The ports that windows need, in memory, with what was written to them open to view. */
export class MemoryStores implements WindowStores {
  readonly spans = new Map<string, Map<number, Map<string, Uint8Array>>>();
  private readonly marks = new Map<string, Mark>();
  readonly alerts = new Map<string, Alert>();
  readonly evidenceIds = new Set<string>();
  readonly evidenceItems: EvidenceItem[] = [];
  writes = 0;
  reads = 0;
  announced = 0;
  /** Called before each write with its number; may throw. */
  beforeWrite: (write: number) => void = () => {};

  readonly windows: WindowStores['windows'] = {
    touch: async ({ key, add, group, limitEach, closesAtMs }) => {
      this.write();
      const span = this.spans.get(name(key)) ?? new Map<number, Map<string, Uint8Array>>();
      this.spans.set(name(key), span);
      for (const [bucket, members] of add) {
        const kept = span.get(bucket) ?? new Map<string, Uint8Array>();
        for (const member of members) kept.set(Buffer.from(member).toString('hex'), member);
        const sorted = [...kept].sort(([a], [b]) => (a < b ? -1 : 1));
        span.set(bucket, new Map(sorted.slice(0, limitEach)));
      }
      const mark = this.marks.get(name(key)) ?? { key, group, revision: 0, closesAtMs: undefined };
      this.marks.set(name(key), {
        ...mark,
        ...(closesAtMs !== undefined && { closesAtMs, revision: mark.revision + 1 }),
      });
      return this.span(key);
    },
    read: async (key) => {
      this.reads += 1;
      return this.span(key);
    },
    readAll: async (keys) => {
      this.reads += 1;
      return keys.map((key) => this.span(key));
    },
    drop: async (key, members) => {
      this.write();
      for (const [bucket, superfluous] of members) {
        for (const member of superfluous)
          this.spans.get(name(key))?.get(bucket)?.delete(Buffer.from(member).toString('hex'));
      }
    },
    due: async (untilMs, limit) => {
      this.reads += 1;
      return [...this.marks.values()]
        .flatMap(({ key, closesAtMs }) =>
          closesAtMs !== undefined && closesAtMs <= untilMs ? [{ key, closesAtMs }] : [],
        )
        .sort((a, b) => a.closesAtMs - b.closesAtMs)
        .slice(0, limit)
        .map(({ key }) => key);
    },
    reopen: async (key, closesAtMs) => {
      this.write();
      const mark = this.marks.get(name(key));
      if (mark !== undefined) this.marks.set(name(key), { ...mark, closesAtMs, revision: mark.revision + 1 });
    },
    closed: async (key, revision) => {
      this.write();
      const mark = this.marks.get(name(key));
      if (mark === undefined || (revision !== undefined && mark.revision !== revision)) return false;
      this.marks.set(name(key), { ...mark, closesAtMs: undefined });
      return true;
    },
  };

  readonly findings: WindowStores['findings'] = {
    putAlert: async (alert) => {
      this.write();
      const known = this.alerts.get(alert.id);
      if (known !== undefined && known.progress >= alert.progress) return 'same';
      this.alerts.set(alert.id, alert);
      return known === undefined ? 'created' : 'changed';
    },
    retractAlert: async (id, progress) => {
      const known = this.alerts.get(id);
      if (known === undefined || known.progress >= progress) return undefined;
      this.write();
      const alert = { ...known, status: 'retracted' as const, progress };
      this.alerts.set(id, alert);
      return alert;
    },
  };

  readonly trail: WindowStores['trail'] = {
    putEvidence: async (items) => {
      this.write();
      for (const item of items) {
        this.evidenceIds.add(`${item.alertId} ${item.callId}`);
        this.evidenceItems.push(item);
      }
    },
  };

  members(): number {
    let count = 0;
    for (const span of this.spans.values()) for (const bucket of span.values()) count += bucket.size;
    return count;
  }

  private write(): void {
    this.beforeWrite(this.writes);
    this.writes += 1;
  }

  private span(key: WindowKey): WindowSpan {
    const span = this.spans.get(name(key)) ?? new Map<number, Map<string, Uint8Array>>();
    return {
      buckets: new Map([...span].map(([bucket, members]) => [bucket, [...members.values()]] as const)),
      saturated: false,
      group: this.marks.get(name(key))?.group ?? {},
      revision: this.marks.get(name(key))?.revision ?? 0,
    };
  }
}

interface Mark {
  readonly key: WindowKey;
  readonly group: WindowSpan['group'];
  readonly revision: number;
  readonly closesAtMs: number | undefined;
}

function name(key: WindowKey): string {
  return `${key.ruleHash}#${key.groupHash}#${key.spanStartMs}`;
}
