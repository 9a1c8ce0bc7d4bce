import type {
  GetItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { WindowBuckets, WindowKey, WindowSpan, WindowTouch } from '../../core/ports/window-store.js';
import { type Item, ItemReader, toItem, toMap } from './attributes.js';
import { keyPart, readable, timeKey } from './keys.js';

/** Spans that wait to be judged, in the index of what is listed. */
const CLOSE = 'close';
const REVISION = 'revision';

/** A span of members is one item, a bucket one top-level set `b<number>`: `ADD` works nowhere else. */
export function touchParams(
  table: string,
  touch: WindowTouch,
  { expires, saturated }: { readonly expires: number; readonly saturated: boolean },
): UpdateItemCommandInput {
  const add = [...touch.add].filter(([, members]) => members.length > 0);
  return update(table, spanKey(touch.key), {
    set: {
      '#g': ['group', readableGroup(touch.group)],
      '#e': ['expires', { N: String(expires) }],
      ...(saturated && { '#s': ['saturated', { BOOL: true }] }),
      ...(touch.closesAtMs !== undefined && {
        '#l': ['listed', { S: CLOSE }],
        '#t': ['listedAt', { S: timeKey(touch.closesAtMs) }],
      }),
    },
    add: [
      ...add.map(([bucket, members]): [string, Item[string]] => [`b${bucket}`, { BS: [...members] }]),
      ...(touch.closesAtMs === undefined ? [] : [[REVISION, { N: '1' }] as const]),
    ],
  });
}

/** Drops what a saturated span does not keep. Safe against every other writer: a dropped member always has `limit` smaller ones. */
export function pruneParams(table: string, key: WindowKey, drop: WindowBuckets): UpdateItemCommandInput {
  const names: Record<string, string> = { '#s': 'saturated' };
  const values: Item = { ':s': { BOOL: true } };
  const deletes = [...drop].map(([bucket, members], at) => {
    names[`#d${at}`] = `b${bucket}`;
    values[`:d${at}`] = { BS: [...members] };
    return `#d${at} :d${at}`;
  });
  return {
    TableName: table,
    Key: toItem(spanKey(key)),
    UpdateExpression: `SET #s = :s DELETE ${deletes.join(', ')}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  };
}

export function spanParams(table: string, key: WindowKey): GetItemCommandInput {
  return { TableName: table, Key: toItem(spanKey(key)), ConsistentRead: true };
}

/** The key of a span as an item of a batch read. */
export function spanItemKey(key: WindowKey): Item {
  return toItem(spanKey(key));
}

/** Tells spans apart, by item or by an item's key. */
export function spanName({ pk, sk }: Item): string {
  return `${pk?.S} ${sk?.S}`;
}

/** Superfluous members, in an update that never creates the span. */
export function dropParams(table: string, key: WindowKey, members: WindowBuckets): UpdateItemCommandInput {
  const names: Record<string, string> = {};
  const values: Item = {};
  const deletes = [...members].map(([bucket, superfluous], at) => {
    names[`#d${at}`] = `b${bucket}`;
    values[`:d${at}`] = { BS: [...superfluous] };
    return `#d${at} :d${at}`;
  });
  return {
    TableName: table,
    Key: toItem(spanKey(key)),
    UpdateExpression: `DELETE ${deletes.join(', ')}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** From the index, which has keys only. */
export function dueParams(table: string, untilMs: number, limit: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'listed',
    KeyConditionExpression: '#listed = :close AND #listedAt <= :until',
    ExpressionAttributeNames: { '#listed': 'listed', '#listedAt': 'listedAt' },
    ExpressionAttributeValues: { ':close': { S: CLOSE }, ':until': { S: timeKey(untilMs) } },
    Limit: limit,
  };
}

export function decodeKey(table: string, item: Item): WindowKey {
  const reader = new ItemReader(table, item);
  const [kind, ruleHash, groupHash, ...rest] = reader.text('pk').split('#');
  const spanStartMs = Date.parse(reader.text('sk'));
  if (kind !== 'WINDOW' || ruleHash === undefined || groupHash === undefined || rest.length > 0)
    return reader.corrupt('pk');
  return Number.isNaN(spanStartMs) ? reader.corrupt('sk') : { ruleHash, groupHash, spanStartMs };
}

export function reopenParams(table: string, key: WindowKey, closesAtMs: number): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: toItem(spanKey(key)),
    UpdateExpression: 'SET #l = :l, #t = :t ADD #r :one',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#l': 'listed', '#t': 'listedAt', '#r': REVISION },
    ExpressionAttributeValues: { ':l': { S: CLOSE }, ':t': { S: timeKey(closesAtMs) }, ':one': { N: '1' } },
  };
}

export function closedParams(
  table: string,
  key: WindowKey,
  revision: number | undefined,
): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: toItem(spanKey(key)),
    UpdateExpression: 'REMOVE #l, #t',
    ...(revision === undefined
      ? { ConditionExpression: 'attribute_exists(pk)' }
      : {
          ConditionExpression: '#r = :r',
          ExpressionAttributeValues: { ':r': { N: String(revision) } },
        }),
    ExpressionAttributeNames: {
      '#l': 'listed',
      '#t': 'listedAt',
      ...(revision !== undefined && { '#r': REVISION }),
    },
  };
}

export function decodeSpan(table: string, item: Item): WindowSpan {
  const reader = new ItemReader(table, item);
  const buckets = new Map(
    bucketNames(reader).map(([name, bucket]) => [bucket, reader.byteSet(name)] as const),
  );
  return {
    buckets,
    saturated: reader.flag('saturated'),
    group: reader.names().includes('group') ? reader.map('group').textRecord() : {},
    revision: reader.optionalNumber(REVISION) ?? 0,
  };
}

const BUCKET = /^b(-?\d+)$/;

function bucketNames(reader: ItemReader): readonly (readonly [string, number])[] {
  return reader.names().flatMap((name) => {
    const bucket = BUCKET.exec(name)?.[1];
    return bucket === undefined ? [] : [[name, Number(bucket)] as const];
  });
}

function spanKey(key: WindowKey) {
  return { pk: spanPartition(key), sk: timeKey(key.spanStartMs) };
}

function spanPartition(group: Pick<WindowKey, 'ruleHash' | 'groupHash'>): string {
  return `WINDOW#${keyPart(group.ruleHash)}#${keyPart(group.groupHash)}`;
}

function readableGroup(group: Readonly<Record<string, string>>) {
  return toMap(Object.entries(group).map(([field, value]) => [readable(field), readable(value)]));
}

interface Updates {
  readonly set: Readonly<Record<string, readonly [string, Item[string]]>>;
  readonly add: readonly (readonly [string, Item[string]])[];
}

function update(table: string, key: { pk: string; sk: string }, updates: Updates): UpdateItemCommandInput {
  const names: Record<string, string> = {};
  const values: Item = {};
  const sets = Object.entries(updates.set).map(([placeholder, [name, value]]) => {
    names[placeholder] = name;
    values[placeholder.replace('#', ':')] = value;
    return `${placeholder} = ${placeholder.replace('#', ':')}`;
  });
  const adds = updates.add.map(([name, value], at) => {
    names[`#a${at}`] = name;
    values[`:a${at}`] = value;
    return `#a${at} :a${at}`;
  });
  return {
    TableName: table,
    Key: toItem(key),
    UpdateExpression: `SET ${sets.join(', ')}${adds.length > 0 ? ` ADD ${adds.join(', ')}` : ''}`,
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
    ReturnValues: 'ALL_NEW',
  };
}
