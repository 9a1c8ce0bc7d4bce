import { nodeCompression } from '../../../../adapters/node/node-compression.js';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { Bundle } from '../../../../core/bundle.js';
import { toVersionedBundle } from '../../../../core/bundle-version.js';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import { createAttributor } from '../../../../core/inventory/attribute.js';
import { endpointOf } from '../../../../core/inventory/endpoint-label.js';
import type { LearnPorts } from '../../../../core/inventory/learn.js';
import type { ViewPorts } from '../../../../core/inventory/read-endpoints.js';
import type { ApiSummary, EndpointSighting, HourFold } from '../../../../core/ports/inventory-store.js';
import type { OpenMarker, Segment } from '../../../../core/ports/trail-store.js';
import { decodeSegment, encodeSegments } from '../../../../core/trail/segment.js';

/** The stores in memory, as far as learning and the view use them, and a plain ingest in front. */
export class MemoryPorts {
  readonly segments = new Map<string, Segment>();
  readonly markers = new Map<string, OpenMarker>();
  readonly folds = new Map<string, HourFold>();
  readonly sightings = new Map<string, EndpointSighting>();
  readonly cursors = new Map<string, string>();
  readonly leases = new Set<string>();
  readonly writes: string[] = [];
  segmentsRead = 0;
  published: Bundle | undefined;
  /** Makes the n-th write from now fail, once. */
  crashAfter = Number.POSITIVE_INFINITY;

  constructor(readonly shipped: Bundle = EMPTY_BUNDLE) {}

  /** Attributes and stores one payload, as ingest does. */
  ingest(
    calls: readonly ApiCall[],
    { digest, arrivalMs }: { readonly digest: string; readonly arrivalMs: number },
  ): void {
    const attributor = createAttributor(this.published ?? this.shipped);
    const attributed = calls.map((call) => attributor.attribute(call));
    const { shards: counts } = this.published ?? this.shipped;
    const shardsOf = (apiId: string, stage: string): number => counts[`${apiId}/${stage}`] ?? 1;
    const options = { digest, nowMs: arrivalMs, hotDays: 7, shards: shardsOf };
    for (const segment of encodeSegments(attributed, options, nodeCompression)) {
      const { apiId, stage, hourMs } = segment.head.key;
      this.segments.set(JSON.stringify(segment.head.key), segment);
      const marker = {
        arrivalMs: Math.floor(arrivalMs / 900_000) * 900_000,
        apiId,
        stage,
        hourMs,
        shards: shardsOf(apiId, stage),
        expiresAtSeconds: 0,
      };
      this.markers.set(JSON.stringify(marker), marker);
    }
    for (const call of attributed) {
      const { method, route } = endpointOf(call);
      const { accountId = '-', region = '-', apiId = '-' } = call;
      const key = JSON.stringify([accountId, region, apiId, method, route]);
      const { apiType, stage, host, principalKind } = call;
      if (!this.sightings.has(key))
        this.sightings.set(key, {
          accountId,
          region,
          apiId,
          method,
          route,
          apiType,
          stage,
          host,
          principalKind,
          firstSeenMs: call.timeMs,
        });
    }
  }

  ports(): LearnPorts & ViewPorts {
    const self = this;
    return {
      shipped: self.shipped,
      toBundle: (content) => toVersionedBundle(content, nodeDigest),
      decodeSegment: (bytes) => decodeSegment(bytes, nodeCompression),
      trail: {
        async *heads({ apiId, stage, fromMs, toMs, shards }) {
          for (const { head } of self.segments.values()) {
            const { key } = head;
            const isIn = key.apiId === apiId && key.stage === stage && key.shard < shards;
            if (isIn && key.firstMs <= toMs && head.lastMs >= fromMs) yield head;
          }
        },
        async segment(key) {
          self.segmentsRead++;
          return self.segments.get(JSON.stringify(key))?.bytes;
        },
        async *hours({ apiId, stage }, fromMs, toMs) {
          for (const marker of self.markers.values())
            if (marker.apiId === apiId && marker.stage === stage)
              if (marker.hourMs >= fromMs && marker.hourMs <= toMs) yield marker;
        },
        async *openMarkers(fromMs, toMs) {
          for (const marker of self.markers.values())
            if (marker.arrivalMs >= fromMs && marker.arrivalMs <= toMs) yield marker;
        },
      },
      inventory: {
        apis: async () => self.#apis(),
        endpoints: async (api) => [...self.sightings.values()].filter((seen) => isSame(seen, api)),
        async putFold(fold) {
          self.#write('fold');
          self.folds.set(
            JSON.stringify([fold.accountId, fold.region, fold.apiId, fold.stage, fold.hourMs]),
            fold,
          );
        },
        async *folds(api, fromMs, toMs) {
          for (const fold of self.folds.values())
            if (isSame(fold, api) && fold.hourMs >= fromMs && fold.hourMs <= toMs) yield fold;
        },
      },
      state: {
        bundle: async () => self.published,
        async publishBundle(bundle, replaces) {
          self.#write('bundle');
          if (self.published?.version !== replaces) return false;
          self.published = bundle;
          return true;
        },
        cursor: async (name) => self.cursors.get(name),
        async setCursor(name, value) {
          self.#write('cursor');
          self.cursors.set(name, value);
        },
        async lease(name) {
          if (self.leases.has(name)) return undefined;
          self.leases.add(name);
          return { release: async () => void self.leases.delete(name) };
        },
      },
    };
  }

  #apis(): readonly ApiSummary[] {
    const apis = [...this.sightings.values()].map(({ accountId, region, apiId, apiType }) => ({
      accountId,
      region,
      apiId,
      apiType,
    }));
    return [...new Map(apis.map((api) => [JSON.stringify(api), api])).values()];
  }

  #write(what: string): void {
    if (this.crashAfter-- <= 0) {
      this.crashAfter = Number.POSITIVE_INFINITY;
      throw new Error('crash');
    }
    this.writes.push(what);
  }
}

function isSame(
  a: Pick<ApiSummary, 'accountId' | 'region' | 'apiId'>,
  b: Pick<ApiSummary, 'accountId' | 'region' | 'apiId'>,
): boolean {
  return a.accountId === b.accountId && a.region === b.region && a.apiId === b.apiId;
}

export const EMPTY_BUNDLE: Bundle = {
  formatVersion: 1,
  version: 'shipped',
  rules: [],
  feeds: [],
  routes: {},
  templates: {},
  shards: {},
  settings: { hotDays: 7, proxies: [], keepExtra: [], redact: [] },
};
