import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type {
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import * as v from 'valibot';
import type { Bundle } from '../../core/bundle.js';
import { type Item, ItemReader, toItem } from './attributes.js';
import { bundleSchema } from './bundle-schema.js';
import { keyPart, ordinalKey } from './keys.js';
import { queryPrefix } from './queries.js';

const FORMAT = 1;
const PART_MAX_BYTES = 256 * 1024;
/** Bounds what a damaged item may unfold to. */
const BUNDLE_MAX_BYTES = 256 * 1024 * 1024;
const POINTER = { pk: 'BUNDLE', sk: 'HEAD' } as const;

/** Which version is published, in how many parts, and the SHA-256 of their joined bytes. */
export interface BundlePointer {
  readonly version: string;
  readonly parts: number;
  readonly sha256: string;
}

export interface PackedBundle {
  readonly pointer: BundlePointer;
  readonly parts: readonly Uint8Array[];
}

export function packBundle(bundle: Bundle): PackedBundle {
  const bytes = gzipSync(JSON.stringify(bundle));
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += PART_MAX_BYTES)
    parts.push(bytes.subarray(at, at + PART_MAX_BYTES));
  return { pointer: { version: bundle.version, parts: parts.length, sha256: sha256(bytes) }, parts };
}

/** `undefined` when the parts are not the ones that the pointer speaks of. Throws `Fault('store.corrupt')` when they are but hold no bundle. */
export function unpackBundle(
  table: string,
  pointer: BundlePointer,
  items: readonly Item[],
): Bundle | undefined {
  if (items.length < pointer.parts) return undefined;
  const parts = items.slice(0, pointer.parts).map((item) => new ItemReader(table, item).bytes('bytes'));
  const bytes = Buffer.concat(parts);
  if (sha256(bytes) !== pointer.sha256) return undefined;
  const reader = new ItemReader(table, {});
  let json: unknown;
  try {
    json = JSON.parse(gunzipSync(bytes, { maxOutputLength: BUNDLE_MAX_BYTES }).toString());
  } catch (cause) {
    return reader.corrupt('bytes', cause);
  }
  const parsed = v.safeParse(bundleSchema, json);
  return parsed.success ? parsed.output : reader.corrupt('bytes');
}

export function pointerParams(table: string): GetItemCommandInput {
  return { TableName: table, Key: toItem(POINTER), ConsistentRead: true };
}

export function decodePointer(table: string, item: Item): BundlePointer {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  return { version: reader.text('version'), parts: reader.number('parts'), sha256: reader.text('sha256') };
}

export function putPartParams(
  table: string,
  version: string,
  part: number,
  bytes: Uint8Array,
): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({ ...partKey(version, part), v: FORMAT, bytes }),
  };
}

export function partsParams(table: string, version: string): QueryCommandInput {
  return { ...queryPrefix(table, partition(version), 'PART#'), ConsistentRead: true };
}

/** Refused when the pointer no longer points at `replaces`. */
export function switchPointerParams(
  table: string,
  pointer: BundlePointer,
  replaces: string | undefined,
): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({ ...POINTER, v: FORMAT, ...pointer }),
    ...(replaces === undefined
      ? { ConditionExpression: 'attribute_not_exists(pk)' }
      : {
          ConditionExpression: '#version = :replaces',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':replaces': { S: replaces } },
        }),
  };
}

export function expirePartParams(
  table: string,
  version: string,
  part: number,
  expires: number,
): UpdateItemCommandInput {
  return {
    TableName: table,
    Key: toItem(partKey(version, part)),
    UpdateExpression: 'SET #expires = :expires',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#expires': 'expires' },
    ExpressionAttributeValues: { ':expires': { N: String(expires) } },
  };
}

function partKey(version: string, part: number) {
  return { pk: partition(version), sk: `PART#${ordinalKey(part)}` };
}

function partition(version: string): string {
  return `BUNDLE#${keyPart(version)}`;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
