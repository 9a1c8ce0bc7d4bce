/** Where one segment lies: partition `SEG#<apiId>#<stage>#<hour>#<shard>`, sort key `<first time>#<digest>#<part>`. */
export interface SegmentKey {
  /** `-` where the feed tells no API. */
  readonly apiId: string;
  readonly stage: string;
  /** Event hour: epoch milliseconds, floored to the hour. */
  readonly hourMs: number;
  readonly shard: number;
  readonly firstMs: number;
  /** Payload digest, hexadecimal. */
  readonly digest: string;
  readonly part: number;
}

/** What a search reads before it reads the calls themselves. */
export interface SegmentHead {
  readonly key: SegmentKey;
  readonly lastMs: number;
  readonly calls: number;
  readonly sizeBytes: number;
  /** Calls by `<method> <route>` and status, such as `{"GET /pets/{id}": {"200": 17}}`. */
  readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface Segment {
  readonly head: SegmentHead;
  /** Encoded by `encodeSegments` (core/trail/segment): compressed, at most 256 KiB. */
  readonly bytes: Uint8Array;
  /** Epoch seconds: event hour + hot days. */
  readonly expiresAtSeconds: number;
}

/** Tells `seal` and `learn` that an event hour has segments; `arrivalMs` is floored to the quarter-hour. */
export interface OpenMarker {
  readonly arrivalMs: number;
  readonly apiId: string;
  readonly stage: string;
  readonly hourMs: number;
  readonly shards: number;
  readonly expiresAtSeconds: number;
}

/** One call that an alert rests on. */
export interface EvidenceItem {
  readonly alertId: string;
  readonly callId: string;
  readonly timeMs: number;
  readonly ruleId: string;
  /** The call as JSON, redacted. One that does not fit an item (300 KiB compressed) is kept without its bodies. */
  readonly callJson: string;
  readonly expiresAtSeconds: number;
}

/** A custom event or a transition (`LOG#<day>#<shard>`). `id` makes the write idempotent. */
export interface TrailEvent {
  readonly id: string;
  readonly timeMs: number;
  readonly kind: string;
  readonly details: Readonly<Record<string, string | number | boolean>>;
}

/** A stage that the trail has calls of. */
export interface TrailStage {
  /** `-` where the feed tells no API. */
  readonly apiId: string;
  readonly stage: string;
}

/** An event hour of a stage that has segments, and over how many shards they are spread. */
export interface TrailHour {
  readonly hourMs: number;
  readonly shards: number;
}

export interface SegmentScope {
  readonly apiId: string;
  readonly stage: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly shards: number;
}

/**
 * The audit trail. Writes are idempotent; nothing is ever changed once written. Every method throws `Fault`
 * `store.throttled`, `store.denied`, `store.failed` or `store.corrupt`; absent is never confused with failed.
 */
export interface TrailStore {
  /**
   * Writes the segment, then its head, each only where absent; so a retry after a crash between the two mends it.
   * `present` when this digest and part had been written before.
   */
  putSegment(segment: Segment): Promise<'stored' | 'present'>;
  /** Also enters the stage and the hour in what `stages` and `hours` list. A marker written before costs nothing. */
  markOpen(marker: OpenMarker): Promise<void>;
  putEvidence(items: readonly EvidenceItem[]): Promise<void>;
  record(event: TrailEvent): Promise<void>;
  /** Unexpired heads whose span touches the scope, oldest first within each hour. */
  heads(scope: SegmentScope): AsyncIterable<SegmentHead>;
  /** The encoded bytes; `undefined` when there is none or it has expired. */
  segment(key: SegmentKey): Promise<Uint8Array | undefined>;
  openMarkers(fromArrivalMs: number, toArrivalMs: number): AsyncIterable<OpenMarker>;
  evidence(alertId: string): Promise<readonly EvidenceItem[]>;
  /** Every stage that `markOpen` was called for. */
  stages(): Promise<readonly TrailStage[]>;
  /** Unexpired hours of the stage within `[fromMs, toMs]` (epoch milliseconds; the hour counts by its start), newest first. */
  hours(stage: TrailStage, fromMs: number, toMs: number): AsyncIterable<TrailHour>;
  /** Custom events and transitions of the UTC day that holds `dayMs`, oldest first. */
  events(dayMs: number): AsyncIterable<TrailEvent>;
}
