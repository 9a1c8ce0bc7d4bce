import type {
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { RejectedOrigin } from '../../core/calls/feeds/decoded-batch.js';
import type { PoisonRecord } from '../../core/ports/state-store.js';
import { type Item, ItemReader, toItem, toMap } from './attributes.js';
import { API_TYPES, TRUSTS } from './closed-sets.js';
import { cutUtf8, dayKey, hashKey, keyPart, ordinalKey, readable, timeKey, toWellFormed } from './keys.js';
import { queryPartition } from './queries.js';

const FORMAT = 1;
const DAY_SECONDS = 86_400;
const POISON_DAYS = 14;
const CURSOR_DAYS = 400;
const COUNT_DAYS = 400;
/** The port's limit on what is kept of a record. */
const POISON_BODY_MAX_BYTES = 64 * 1024;
/** Every payload adds to its day's counters: spread, so that no partition takes more than 1,000 write units a second. */
export const COUNT_SHARDS = 8;
const META = 'META';

export function putPoisonParams(table: string, record: PoisonRecord): PutItemCommandInput {
  const body = cutUtf8(toWellFormed(record.body), POISON_BODY_MAX_BYTES);
  return {
    TableName: table,
    Item: toItem({
      ...poisonKey(record.digest, record.position),
      v: FORMAT,
      digest: record.digest,
      position: record.position,
      feed: readable(record.feed),
      reason: readable(record.reason),
      atMs: record.atMs,
      body,
      truncated: record.truncated || body.length < record.body.length,
      origin: record.origin && originMap(record.origin),
      listed: 'poison',
      listedAt: timeKey(record.atMs),
      expires: Math.floor(record.atMs / 1000) + POISON_DAYS * DAY_SECONDS,
    }),
    ConditionExpression: 'attribute_not_exists(pk)',
  };
}

/** Keys only: the index does not hold the records. */
export function poisonParams(table: string, sinceMs: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'listed',
    KeyConditionExpression: '#listed = :poison AND #listedAt >= :since',
    ExpressionAttributeNames: { '#listed': 'listed', '#listedAt': 'listedAt' },
    ExpressionAttributeValues: { ':poison': { S: 'poison' }, ':since': { S: timeKey(sinceMs) } },
  };
}

export function decodePoison(table: string, item: Item): PoisonRecord {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  const hasOrigin = reader.names().includes('origin');
  return {
    ...(hasOrigin && { origin: decodeOrigin(reader.map('origin')) }),
    digest: reader.text('digest'),
    position: reader.number('position'),
    feed: reader.text('feed'),
    reason: reader.text('reason'),
    atMs: reader.number('atMs'),
    body: reader.text('body'),
    truncated: reader.flag('truncated'),
  };
}

function originMap({ eventId, position, timeMs, feed }: RejectedOrigin) {
  const { feed: name, ...context } = feed;
  return toMap(Object.entries({ eventId, position, timeMs, feed: name, ...context }));
}

function decodeOrigin(reader: ItemReader): RejectedOrigin {
  return {
    eventId: reader.optionalText('eventId'),
    position: reader.text('position'),
    timeMs: reader.number('timeMs'),
    feed: {
      feed: reader.text('feed'),
      trust: reader.oneOf('trust', TRUSTS),
      accountId: reader.optionalText('accountId'),
      region: reader.optionalText('region'),
      apiId: reader.optionalText('apiId'),
      stage: reader.optionalText('stage'),
      apiType: reader.optionalOneOf('apiType', API_TYPES),
    },
  };
}

export function deletePoisonParams(table: string, digest: string, position: number): DeleteItemCommandInput {
  return { TableName: table, Key: toItem(poisonKey(digest, position)) };
}

export function cursorParams(table: string, name: string): GetItemCommandInput {
  return { TableName: table, Key: toItem(cursorKey(name)), ConsistentRead: true };
}

export function decodeCursor(table: string, item: Item): string {
  return new ItemReader(table, item).text('value');
}

/** A lease as one holder has it. */
interface HeldLease {
  readonly name: string;
  readonly holder: string;
}

/** Refused while another holder's time is not over. */
export function leaseParams(
  table: string,
  { name, holder }: HeldLease,
  { nowMs, ttlMs }: { readonly nowMs: number; readonly ttlMs: number },
): PutItemCommandInput {
  const untilMs = nowMs + ttlMs;
  return {
    TableName: table,
    Item: toItem({
      ...leaseKey(name),
      v: FORMAT,
      holder,
      untilMs,
      expires: Math.floor(untilMs / 1000) + DAY_SECONDS,
    }),
    ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
    ExpressionAttributeNames: { '#until': 'untilMs' },
    ExpressionAttributeValues: { ':now': { N: String(nowMs) } },
  };
}

/** Ends the lease at once; an update, because no function may delete an item. */
export function releaseParams(table: string, { name, holder }: HeldLease): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: toItem(leaseKey(name)),
    UpdateExpression: 'SET #until = :over',
    ConditionExpression: '#holder = :holder',
    ExpressionAttributeNames: { '#until': 'untilMs', '#holder': 'holder' },
    ExpressionAttributeValues: { ':over': { N: '0' }, ':holder': { S: holder } },
  };
}

export function secretParams(table: string, name: string): GetItemCommandInput {
  return { TableName: table, Key: toItem(secretKey(name)), ConsistentRead: true };
}

export function decodeSecret(table: string, item: Item): string {
  return new ItemReader(table, item).text('value');
}

export function putSecretParams(table: string, name: string, value: string): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({ ...secretKey(name), v: FORMAT, value }),
    ConditionExpression: 'attribute_not_exists(pk)',
  };
}

export function setCursorParams(
  table: string,
  name: string,
  value: string,
  nowMs: number,
): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({
      ...cursorKey(name),
      v: FORMAT,
      name: readable(name),
      value,
      expires: Math.floor(nowMs / 1000) + CURSOR_DAYS * DAY_SECONDS,
    }),
  };
}

export function countParams(
  table: string,
  dayMs: number,
  shard: number,
  counters: Readonly<Record<string, number>>,
): UpdateItemCommandInput | undefined {
  const names: Record<string, string> = { '#expires': 'expires' };
  const values: Item = {
    ':expires': { N: String(Math.floor(dayMs / 1000) + COUNT_DAYS * DAY_SECONDS) },
  };
  const adds = Object.entries(counters)
    .filter(([, value]) => Number.isFinite(value) && value !== 0)
    .map(([name, value], at) => {
      names[`#c${at}`] = `${COUNTER}${readable(name, 200)}`;
      values[`:c${at}`] = { N: String(value) };
      return `#c${at} :c${at}`;
    });
  if (adds.length === 0) return undefined;
  return {
    TableName: table,
    Key: toItem({ pk: countPartition(dayMs), sk: String(shard) }),
    UpdateExpression: `SET #expires = :expires ADD ${adds.join(', ')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

export function countsParams(table: string, dayMs: number): QueryCommandInput {
  return { ...queryPartition(table, countPartition(dayMs)), ConsistentRead: true };
}

export function decodeCounts(table: string, item: Item): readonly (readonly [string, number])[] {
  const reader = new ItemReader(table, item);
  return reader
    .names()
    .filter((name) => name.startsWith(COUNTER))
    .map((name) => [name.slice(COUNTER.length), reader.number(name)]);
}

const COUNTER = 'count.';

function poisonKey(digest: string, position: number) {
  return { pk: `POISON#${keyPart(digest)}`, sk: ordinalKey(position) };
}

/** A cursor's name may be a file's path: only its hash enters the key. */
function cursorKey(name: string) {
  return { pk: `CURSOR#${hashKey(name)}`, sk: META };
}

function leaseKey(name: string) {
  return { pk: `LEASE#${keyPart(name)}`, sk: META };
}

function secretKey(name: string) {
  return { pk: `SECRET#${keyPart(name)}`, sk: META };
}

function countPartition(dayMs: number): string {
  return `COUNT#${dayKey(dayMs)}`;
}
