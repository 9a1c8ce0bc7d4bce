import type {
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  WriteRequest,
} from '@aws-sdk/client-dynamodb';
import type {
  EvidenceItem,
  OpenMarker,
  Segment,
  SegmentHead,
  SegmentKey,
  TrailEvent,
  TrailHour,
  TrailStage,
} from '../../core/ports/trail-store.js';
import { type Item, ItemReader, toItem, toMap } from './attributes.js';
import { cutUtf8, dayKey, hashKey, hourKey, keyPart, ordinalKey, readable, timeKey } from './keys.js';
import { packJson, unpackCounts, unpackText } from './packed-json.js';
import { queryPartition, queryRange } from './queries.js';

/** Every item carries it; readers take this one and the one before. */
const FORMAT = 1;
const QUARTER_HOUR_MS = 900_000;
const LOG_SHARDS = 8;
const ABSENT = 'attribute_not_exists(pk)';
/** Under the 400 KB of an item with room for the other attributes. */
const EVIDENCE_MAX_BYTES = 300 * 1024;

/** Requests and answers of the Trail table. The sort key of a segment is `<first time>#<digest>#<part>`. */
export function putSegmentParams(table: string, segment: Segment): PutItemCommandInput {
  const { key } = segment.head;
  return {
    TableName: table,
    Item: toItem({
      ...segmentKey('SEG', key),
      v: FORMAT,
      calls: segment.bytes,
      expires: segment.expiresAtSeconds,
    }),
    ConditionExpression: ABSENT,
  };
}

export function putHeadParams(table: string, segment: Segment): PutItemCommandInput {
  const { key, lastMs, calls, sizeBytes, routes } = segment.head;
  return {
    TableName: table,
    Item: toItem({
      ...segmentKey('HEAD', key),
      v: FORMAT,
      firstMs: key.firstMs,
      lastMs,
      calls,
      sizeBytes,
      routes: packJson(routes),
      expires: segment.expiresAtSeconds,
    }),
    ConditionExpression: ABSENT,
  };
}

export interface HeadsPartition {
  readonly apiId: string;
  readonly stage: string;
  readonly hourMs: number;
  readonly shard: number;
}

export function headsParams(table: string, partition: HeadsPartition): QueryCommandInput {
  return queryPartition(table, segmentPartition('HEAD', partition));
}

export function decodeHead(table: string, partition: HeadsPartition, item: Item): SegmentHead {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  const [, digest, part] = reader.text('sk').split('#');
  if (digest === undefined || part === undefined) return reader.corrupt('sk');
  return {
    key: { ...partition, firstMs: reader.number('firstMs'), digest, part: Number(part) },
    lastMs: reader.number('lastMs'),
    calls: reader.number('calls'),
    sizeBytes: reader.number('sizeBytes'),
    routes: unpackCounts(reader, 'routes'),
  };
}

export function segmentParams(table: string, key: SegmentKey): GetItemCommandInput {
  return { TableName: table, Key: toItem(segmentKey('SEG', key)), ConsistentRead: true };
}

export function decodeSegmentItem(table: string, item: Item): Uint8Array {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return reader.bytes('calls');
}

/** The marker that `seal` and `learn` work through, the hour in its stage's directory, and the stage itself. */
export function openMarkerParams(table: string, marker: OpenMarker): readonly PutItemCommandInput[] {
  const { apiId, stage, hourMs, shards, expiresAtSeconds } = marker;
  const names = { apiId: readable(apiId), stage: readable(stage), v: FORMAT };
  const arrivalMs = quarterHourOf(marker.arrivalMs);
  return [
    {
      pk: openPartition(arrivalMs),
      sk: `${keyPart(apiId)}#${keyPart(stage)}#${hourKey(hourMs)}#${ordinalKey(shards)}`,
      arrivalMs,
      hourMs,
      shards,
      expires: expiresAtSeconds,
    },
    {
      pk: hoursPartition(marker),
      sk: `${hourKey(hourMs)}#${ordinalKey(shards)}`,
      hourMs,
      shards,
      expires: expiresAtSeconds,
    },
    { pk: STAGES, sk: `${keyPart(apiId)}#${keyPart(stage)}` },
  ].map((item) => ({
    TableName: table,
    Item: toItem({ ...item, ...names }),
    ConditionExpression: ABSENT,
  }));
}

export function openMarkersParams(table: string, arrivalMs: number): QueryCommandInput {
  return queryPartition(table, openPartition(quarterHourOf(arrivalMs)));
}

export function decodeOpenMarker(table: string, item: Item): OpenMarker {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return {
    arrivalMs: reader.number('arrivalMs'),
    apiId: reader.text('apiId'),
    stage: reader.text('stage'),
    hourMs: reader.number('hourMs'),
    shards: reader.number('shards'),
    expiresAtSeconds: reader.number('expires'),
  };
}

/** Starts of the quarter-hours that hold the span. */
export function* quarterHours(fromMs: number, toMs: number): Generator<number> {
  for (let at = quarterHourOf(fromMs); at <= toMs; at += QUARTER_HOUR_MS) yield at;
}

export function stagesParams(table: string): QueryCommandInput {
  return queryPartition(table, STAGES);
}

export function decodeStage(table: string, item: Item): TrailStage {
  const reader = new ItemReader(table, item);
  return { apiId: reader.text('apiId'), stage: reader.text('stage') };
}

export function hoursParams(
  table: string,
  stage: TrailStage,
  fromMs: number,
  toMs: number,
): QueryCommandInput {
  return {
    ...queryRange(table, hoursPartition(stage), hourKey(fromMs), `${hourKey(toMs)}#~`),
    ScanIndexForward: false,
  };
}

export function decodeHour(table: string, item: Item): TrailHour {
  const reader = new ItemReader(table, item);
  return { hourMs: reader.number('hourMs'), shards: reader.number('shards') };
}

export function evidenceRequest(evidence: EvidenceItem): WriteRequest {
  const { alertId, callId, timeMs, ruleId, expiresAtSeconds } = evidence;
  return {
    PutRequest: {
      Item: toItem({
        pk: evidencePartition(alertId),
        sk: `${timeKey(timeMs)}#${hashKey(callId, ruleId)}`,
        v: FORMAT,
        alertId,
        callId: readable(callId),
        timeMs,
        ruleId: readable(ruleId),
        call: packJson(evidence.callJson, EVIDENCE_MAX_BYTES) ?? packJson(withoutBodies(evidence)),
        expires: expiresAtSeconds,
      }),
    },
  };
}

export function evidenceParams(table: string, alertId: string): QueryCommandInput {
  return { ...queryPartition(table, evidencePartition(alertId)), ConsistentRead: true };
}

export function decodeEvidence(table: string, item: Item): EvidenceItem {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return {
    alertId: reader.text('alertId'),
    callId: reader.text('callId'),
    timeMs: reader.number('timeMs'),
    ruleId: reader.text('ruleId'),
    callJson: unpackText(reader, 'call'),
    expiresAtSeconds: reader.number('expires'),
  };
}

export function recordParams(table: string, event: TrailEvent): PutItemCommandInput {
  const id = hashKey(event.id);
  return {
    TableName: table,
    Item: toItem({
      pk: logPartition(event.timeMs, Number.parseInt(id.slice(0, 2), 16) % LOG_SHARDS),
      sk: `${timeKey(event.timeMs)}#${id}`,
      v: FORMAT,
      id: readable(event.id),
      timeMs: event.timeMs,
      kind: readable(event.kind),
      details: toMap(
        Object.entries(event.details).map(([name, value]) => [
          readable(name),
          typeof value === 'string' ? readable(value) : value,
        ]),
      ),
    }),
    ConditionExpression: ABSENT,
  };
}

export function eventsParams(table: string, dayMs: number): readonly QueryCommandInput[] {
  return Array.from({ length: LOG_SHARDS }, (_, shard) => queryPartition(table, logPartition(dayMs, shard)));
}

export function decodeEvent(table: string, item: Item): TrailEvent {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  const details = reader.map('details');
  return {
    id: reader.text('id'),
    timeMs: reader.number('timeMs'),
    kind: reader.text('kind'),
    details: Object.fromEntries(details.names().map((name) => [name, details.scalar(name)])),
  };
}

const STAGES = 'STAGES';

function segmentKey(kind: 'SEG' | 'HEAD', key: SegmentKey) {
  return {
    pk: segmentPartition(kind, key),
    sk: `${timeKey(key.firstMs)}#${keyPart(key.digest)}#${ordinalKey(key.part)}`,
  };
}

function segmentPartition(kind: 'SEG' | 'HEAD', at: HeadsPartition): string {
  return `${kind}#${keyPart(at.apiId)}#${keyPart(at.stage)}#${hourKey(at.hourMs)}#${at.shard}`;
}

function openPartition(arrivalMs: number): string {
  return `OPEN#${timeKey(arrivalMs).slice(0, 16)}`;
}

function hoursPartition(stage: TrailStage): string {
  return `HOURS#${keyPart(stage.apiId)}#${keyPart(stage.stage)}`;
}

function evidencePartition(alertId: string): string {
  return `EVIDENCE#${keyPart(alertId)}`;
}

function logPartition(timeMs: number, shard: number): string {
  return `LOG#${dayKey(timeMs)}#${shard}`;
}

function quarterHourOf(ms: number): number {
  return Math.floor(ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}

/** Says which call it was and that it did not fit, instead of a JSON text cut in the middle. */
function withoutBodies(evidence: EvidenceItem): string {
  return JSON.stringify({
    id: cutUtf8(evidence.callId, 1024),
    timeMs: evidence.timeMs,
    truncated: true,
    jsonBytes: Buffer.byteLength(evidence.callJson),
  });
}

function readFormat(reader: ItemReader): void {
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
}
