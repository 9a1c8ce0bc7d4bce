import type { IngestStores } from '../../../core/ingest/ingest-batch.js';
import type { StateStore } from '../../../core/ports/state-store.js';
import type { WindowSpan } from '../../../core/ports/window-store.js';

/** Stores that keep nothing but the members of windows, by which it is decided what has to be written next. */
export function instantStores(): IngestStores & { readonly state: Pick<StateStore, 'count'> } {
  const spans = new Map<string, Map<number, Uint8Array[]>>();
  const nothing = async (): Promise<void> => undefined;
  const nameOf = ({ ruleHash, groupHash, spanStartMs }: SpanName) =>
    `${ruleHash} ${groupHash} ${spanStartMs}`;
  const spanAt = (key: SpanName): WindowSpan => ({
    buckets: spans.get(nameOf(key)) ?? new Map(),
    saturated: false,
    group: {},
    revision: 0,
  });
  return {
    trail: { putSegment: async () => 'stored', markOpen: nothing, putEvidence: nothing, record: nothing },
    windows: {
      async touch({ key, add }) {
        const span = spans.get(nameOf(key)) ?? new Map<number, Uint8Array[]>();
        spans.set(nameOf(key), span);
        for (const [bucket, members] of add) span.set(bucket, [...(span.get(bucket) ?? []), ...members]);
        return spanAt(key);
      },
      read: async (key) => spanAt(key),
      readAll: async (keys) => keys.map(spanAt),
      drop: nothing,
      due: async () => [],
      reopen: nothing,
      closed: async () => true,
    },
    findings: { putAlert: async () => 'same', retractAlert: async () => undefined },
    inventory: {
      putEndpoint: async () => 'present',
      putUntold: async () => ({ outcome: 'present', untold: [] }),
      markTold: nothing,
    },
    state: { putPoison: nothing, putWaiting: nothing, waiting: async () => [], count: nothing },
  };
}

interface SpanName {
  readonly ruleHash: string;
  readonly groupHash: string;
  readonly spanStartMs: number;
}
