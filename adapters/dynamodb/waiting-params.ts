import type { PutItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { WaitingLine } from '../../core/calls/feeds/split-request.js';
import type { WaitingPart } from '../../core/ports/state-store.js';
import { type Item, ItemReader, toItem } from './attributes.js';
import { keyPart } from './keys.js';
import { packJson, unpackText } from './packed-json.js';
import { queryPartition } from './queries.js';

const FORMAT = 1;
/** CloudWatch tries to deliver a payload for 24 hours. */
const WAITING_SECONDS = 26 * 3_600;
/** More parts of one request id come only from a client that uses one id for everything. */
export const WAITING_PARTS_MAX = 64;
/** Far below the 400 KB of an item; the lines of a request have at most 1 KB each. */
const PART_MAX_BYTES = 256 * 1024;

/** A part that is there already stays as it is: the same payload brings the same. */
export function putWaitingParams(table: string, part: WaitingPart): PutItemCommandInput {
  const { key, digest, atMs } = part;
  return {
    TableName: table,
    Item: toItem({
      ...waitingKey(key, digest),
      v: FORMAT,
      lines: packLines(part.lines),
      expires: Math.floor(atMs / 1000) + WAITING_SECONDS,
    }),
    ConditionExpression: 'attribute_not_exists(pk)',
  };
}

/** Consistent: of two payloads that leave their parts at once, at least one reads both. */
export function waitingParams(table: string, key: string): QueryCommandInput {
  return { ...queryPartition(table, partitionKey(key)), ConsistentRead: true, Limit: WAITING_PARTS_MAX };
}

export function decodeWaiting(table: string, item: Item): readonly WaitingLine[] {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  const parsed = v.safeParse(LINES, parseJson(reader));
  if (!parsed.success) return reader.corrupt('lines');
  return parsed.output.map(([eventId, timeMs, text]) => ({ eventId, timeMs, text }));
}

const LINES = v.array(v.tuple([v.string(), v.number(), v.string()]));

/** As many of the lines as fit, from the first: only what claims to be the gateway's holds more. */
function packLines(lines: readonly WaitingLine[]): Uint8Array {
  for (let count = lines.length; count > 0; count = Math.floor(count / 2)) {
    const some = lines.slice(0, count).map(({ eventId, timeMs, text }) => [eventId, timeMs, text]);
    const packed = packJson(some, PART_MAX_BYTES);
    if (packed !== undefined) return packed;
  }
  return packJson([]);
}

function parseJson(reader: ItemReader): unknown {
  try {
    return JSON.parse(unpackText(reader, 'lines'));
  } catch (cause) {
    return reader.corrupt('lines', cause);
  }
}

function waitingKey(key: string, digest: string) {
  return { pk: partitionKey(key), sk: keyPart(digest) };
}

function partitionKey(key: string): string {
  return `PARTIAL#${keyPart(key)}`;
}
