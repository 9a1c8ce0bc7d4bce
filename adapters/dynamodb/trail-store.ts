import type {
  EvidenceItem,
  OpenMarker,
  Segment,
  SegmentHead,
  SegmentKey,
  SegmentScope,
  TrailEvent,
  TrailHour,
  TrailStage,
  TrailStore,
} from '../../core/ports/trail-store.js';
import type { Item } from './attributes.js';
import { isExpired } from './expiry.js';
import { hourOf } from './keys.js';
import { RecentKeys } from './recent-keys.js';
import type { StoreContext } from './store-context.js';
import type { TableSender } from './table-sender.js';
import * as params from './trail-params.js';

const HOUR_MS = 3_600_000;

/** The audit trail in the Trail table. */
export function dynamoTrailStore({ sender, tables, nowMs }: StoreContext): TrailStore {
  const table = tables.Trail;
  // One container writes segments of the same few hours all day: their markers cost one write, not one a payload.
  const marked = new RecentKeys();

  async function* live(items: AsyncIterable<Item>): AsyncGenerator<Item> {
    for await (const item of items) if (!isExpired(table, item, nowMs())) yield item;
  }

  return {
    async putSegment(segment: Segment) {
      const outcome = await sender.put(params.putSegmentParams(table, segment));
      await sender.put(params.putHeadParams(table, segment));
      return outcome === 'written' ? 'stored' : 'present';
    },

    async markOpen(marker: OpenMarker) {
      await Promise.all(params.openMarkerParams(table, marker).map((put) => writeOnce(sender, marked, put)));
    },

    async putEvidence(items: readonly EvidenceItem[]) {
      const requests = items.map(params.evidenceRequest);
      // A batch must not name a key twice.
      const byKey = new Map(
        requests.map((request) => {
          const item = request.PutRequest?.Item;
          return [`${item?.['pk']?.S} ${item?.['sk']?.S}`, request];
        }),
      );
      await sender.writeAll(table, [...byKey.values()]);
    },

    async record(event: TrailEvent) {
      await sender.put(params.recordParams(table, event));
    },

    async *heads(scope: SegmentScope): AsyncGenerator<SegmentHead> {
      for (let hourMs = hourOf(scope.fromMs); hourMs <= scope.toMs; hourMs += HOUR_MS) {
        const shards = Array.from({ length: scope.shards }, (_, shard) => shard);
        const hour = await Promise.all(
          shards.map(async (shard) => {
            const partition = { apiId: scope.apiId, stage: scope.stage, hourMs, shard };
            const heads: SegmentHead[] = [];
            for await (const item of live(sender.query(params.headsParams(table, partition))))
              heads.push(params.decodeHead(table, partition, item));
            return heads;
          }),
        );
        const touching = hour
          .flat()
          .filter((head) => head.lastMs >= scope.fromMs && head.key.firstMs <= scope.toMs);
        yield* touching.sort((a, b) => a.key.firstMs - b.key.firstMs);
      }
    },

    async segment(key: SegmentKey) {
      const item = await sender.get(params.segmentParams(table, key));
      if (item === undefined || isExpired(table, item, nowMs())) return undefined;
      return params.decodeSegmentItem(table, item);
    },

    async *openMarkers(fromArrivalMs: number, toArrivalMs: number): AsyncGenerator<OpenMarker> {
      for (const arrivalMs of params.quarterHours(fromArrivalMs, toArrivalMs))
        for await (const item of live(sender.query(params.openMarkersParams(table, arrivalMs))))
          yield params.decodeOpenMarker(table, item);
    },

    async evidence(alertId: string) {
      const evidence: EvidenceItem[] = [];
      for await (const item of live(sender.query(params.evidenceParams(table, alertId))))
        evidence.push(params.decodeEvidence(table, item));
      return evidence;
    },

    async stages() {
      const stages: TrailStage[] = [];
      for await (const item of sender.query(params.stagesParams(table)))
        stages.push(params.decodeStage(table, item));
      return stages;
    },

    async *hours(stage: TrailStage, fromMs: number, toMs: number): AsyncGenerator<TrailHour> {
      let last: TrailHour | undefined;
      // A stage whose shard count was raised within the hour has two entries for it; the larger one comes first.
      for await (const item of live(sender.query(params.hoursParams(table, stage, fromMs, toMs)))) {
        const hour = params.decodeHour(table, item);
        if (hour.hourMs !== last?.hourMs) yield hour;
        last = hour;
      }
    },

    async *events(dayMs: number): AsyncGenerator<TrailEvent> {
      const shards = await Promise.all(
        params.eventsParams(table, dayMs).map(async (query) => {
          const events: TrailEvent[] = [];
          for await (const item of sender.query(query)) events.push(params.decodeEvent(table, item));
          return events;
        }),
      );
      yield* shards.flat().sort((a, b) => a.timeMs - b.timeMs);
    },
  };
}

async function writeOnce(
  sender: TableSender,
  recent: RecentKeys,
  put: ReturnType<typeof params.openMarkerParams>[number],
): Promise<void> {
  const key = `${put.Item?.['pk']?.S} ${put.Item?.['sk']?.S}`;
  if (recent.has(key)) return;
  await sender.put(put);
  recent.add(key);
}
