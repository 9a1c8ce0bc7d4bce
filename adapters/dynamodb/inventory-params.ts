import type {
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { dayOf, quietDaysBefore } from '../../core/inventory/waking.js';
import type {
  ApiSummary,
  EndpointKey,
  EndpointSighting,
  HourFold,
  UntoldEndpoint,
} from '../../core/ports/inventory-store.js';
import { type Item, ItemReader, toItem, toMap } from './attributes.js';
import { API_TYPES, PRINCIPAL_KINDS } from './closed-sets.js';
import { hashKey, hourKey, keyPart, ordinalKey, readable, timeKey } from './keys.js';
import { queryPrefix, queryRange } from './queries.js';

const FORMAT = 1;
const ABSENT = 'attribute_not_exists(pk)';
/** Endpoints in one part of a fold: 400 of 512 B routes with a dozen statuses each stay under 400 KB. */
const FOLD_PART_ENDPOINTS = 400;

export function putApiParams(table: string, sighting: EndpointSighting): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({
      ...apiKey(sighting),
      v: FORMAT,
      kind: 'api',
      ...readableApi(sighting),
      apiType: sighting.apiType,
      firstSeenMs: sighting.firstSeenMs,
      listed: 'api',
      listedAt: apiPartition(sighting),
    }),
    ConditionExpression: ABSENT,
  };
}

export function getApiParams(table: string, api: EndpointKey): GetItemCommandInput {
  return { TableName: table, Key: toItem(apiKey(api)), ConsistentRead: true };
}

export function decodeApiFirstSeen(table: string, item: Item): number {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return reader.number('firstSeenMs');
}

/** `apiFirstSeenMs` where the rules are to be told of the endpoint: it stays in the item until they have been. */
export function putEndpointParams(
  table: string,
  sighting: EndpointSighting,
  apiFirstSeenMs?: number,
): PutItemCommandInput {
  return {
    TableName: table,
    Item: toItem({
      ...endpointKey(sighting),
      v: FORMAT,
      kind: 'endpoint',
      ...readableApi(sighting),
      method: readable(sighting.method),
      route: readable(sighting.route),
      apiType: sighting.apiType,
      stage: optionalReadable(sighting.stage),
      host: optionalReadable(sighting.host),
      firstSeenMs: sighting.firstSeenMs,
      firstSeen: timeKey(sighting.firstSeenMs),
      principalKind: sighting.principalKind,
      deployed: sighting.deployed,
      untoldOfApiSinceMs: apiFirstSeenMs,
      seenDay: apiFirstSeenMs === undefined ? undefined : dayOf(sighting.firstSeenMs),
    }),
    ConditionExpression: ABSENT,
  };
}

export function getEndpointParams(table: string, endpoint: EndpointKey): GetItemCommandInput {
  return { TableName: table, Key: toItem(endpointKey(endpoint)), ConsistentRead: true };
}

export function decodeAdded(table: string, item: Item): UntoldEndpoint | undefined {
  const apiFirstSeenMs = new ItemReader(table, item).optionalNumber('untoldOfApiSinceMs');
  return apiFirstSeenMs === undefined
    ? undefined
    : { news: 'added', sighting: decodeEndpoint(table, item), apiFirstSeenMs, quietDays: undefined };
}

/** Without the age of the API, which its own item tells. */
export function decodeWoken(table: string, item: Item): Omit<UntoldEndpoint, 'apiFirstSeenMs'> | undefined {
  const reader = new ItemReader(table, item);
  const wokenMs = reader.optionalNumber('wokenMs');
  if (wokenMs === undefined) return undefined;
  return {
    news: 'woken',
    quietDays: reader.number('wokenAfterDays'),
    sighting: {
      ...decodeEndpoint(table, item),
      firstSeenMs: wokenMs,
      stage: reader.optionalText('wokenStage'),
      host: reader.optionalText('wokenHost'),
      principalKind: reader.optionalOneOf('wokenByKind', PRINCIPAL_KINDS),
    },
  };
}

export function decodeSeenDay(table: string, item: Item): number | undefined {
  return new ItemReader(table, item).optionalNumber('seenDay');
}

/** Moves the newest day on from `seenDay`, once; where that wakes the endpoint, with what is to be told of it. */
export function moveDayParams(
  table: string,
  sighting: EndpointSighting,
  seenDay: number | undefined,
): UpdateItemCommandInput {
  const day = dayOf(sighting.firstSeenMs);
  const quietDays = quietDaysBefore(day, seenDay);
  const woken = quietDays !== undefined && {
    wokenMs: sighting.firstSeenMs,
    wokenAfterDays: quietDays,
    wokenStage: optionalReadable(sighting.stage),
    wokenHost: optionalReadable(sighting.host),
    wokenByKind: sighting.principalKind,
  };
  const set = toItem({ seenDay: day, ...woken });
  const names = Object.keys(set);
  return {
    TableName: table,
    Key: toItem(endpointKey(sighting)),
    UpdateExpression: `SET ${names.map((name) => `${name} = :${name}`).join(', ')}`,
    ConditionExpression: [
      seenDay === undefined ? 'attribute_exists(pk) AND attribute_not_exists(seenDay)' : 'seenDay = :before',
      ...(woken === false ? [] : ['attribute_not_exists(wokenMs)']),
    ].join(' AND '),
    ExpressionAttributeValues: {
      ...Object.fromEntries(names.map((name) => [`:${name}`, set[name] as NonNullable<Item[string]>])),
      ...(seenDay !== undefined && { ':before': { N: String(seenDay) } }),
    },
  };
}

/** What was not told as given is left as it is. */
export function markToldParams(table: string, { news, sighting }: UntoldEndpoint): UpdateItemCommandInput {
  const key = { TableName: table, Key: toItem(endpointKey(sighting)) };
  return news === 'added'
    ? {
        ...key,
        UpdateExpression: 'REMOVE untoldOfApiSinceMs',
        ConditionExpression: 'attribute_exists(untoldOfApiSinceMs)',
      }
    : {
        ...key,
        UpdateExpression: 'REMOVE wokenMs, wokenAfterDays, wokenStage, wokenHost, wokenByKind',
        ConditionExpression: 'wokenMs = :told',
        ExpressionAttributeValues: { ':told': { N: String(sighting.firstSeenMs) } },
      };
}

export function apisParams(table: string): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'listed',
    KeyConditionExpression: '#listed = :api',
    ExpressionAttributeNames: { '#listed': 'listed' },
    ExpressionAttributeValues: { ':api': { S: 'api' } },
  };
}

export function decodeApi(table: string, item: Item): ApiSummary {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return {
    accountId: reader.text('accountId'),
    region: reader.text('region'),
    apiId: reader.text('apiId'),
    apiType: reader.optionalOneOf('apiType', API_TYPES),
  };
}

export function endpointsParams(table: string, api: ApiSummary): QueryCommandInput {
  return queryPrefix(table, apiPartition(api), 'ENDPOINT#');
}

export function decodeEndpoint(table: string, item: Item): EndpointSighting {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  return {
    accountId: reader.text('accountId'),
    region: reader.text('region'),
    apiId: reader.text('apiId'),
    method: reader.text('method'),
    route: reader.text('route'),
    apiType: reader.optionalOneOf('apiType', API_TYPES),
    stage: reader.optionalText('stage'),
    host: reader.optionalText('host'),
    firstSeenMs: reader.number('firstSeenMs'),
    principalKind: reader.optionalOneOf('principalKind', PRINCIPAL_KINDS),
    deployed: reader.optionalFlag('deployed'),
  };
}

/**
 * The parts of a fold, first part last: it says how many there are, so that a fold is read whole in its old state or
 * whole in its new one (parts beyond the count are left-overs of a larger fold before).
 */
export function putFoldParams(table: string, fold: HourFold): readonly PutItemCommandInput[] {
  const endpoints = Object.entries(fold.endpoints);
  const parts = Math.max(1, Math.ceil(endpoints.length / FOLD_PART_ENDPOINTS));
  return Array.from({ length: parts }, (_, part) => ({
    TableName: table,
    Item: toItem({
      pk: apiPartition(fold),
      sk: `${foldPrefix(fold.hourMs)}#${keyPart(fold.stage)}#${ordinalKey(part)}`,
      v: FORMAT,
      kind: 'fold',
      ...readableApi(fold),
      stage: readable(fold.stage),
      hourMs: fold.hourMs,
      hour: hourKey(fold.hourMs),
      part,
      parts,
      endpoints: toMap(
        endpoints
          .slice(part * FOLD_PART_ENDPOINTS, (part + 1) * FOLD_PART_ENDPOINTS)
          .map(([endpoint, seen]) => [
            readable(endpoint),
            toMap([
              ['statuses', toMap(Object.entries(seen.statuses).map(([s, n]) => [readable(s), n]))],
              ['firstMs', seen.firstMs],
              ['lastMs', seen.lastMs],
            ]),
          ]),
      ),
    }),
  })).reverse();
}

export function foldsParams(table: string, api: ApiSummary, fromMs: number, toMs: number): QueryCommandInput {
  return queryRange(table, apiPartition(api), foldPrefix(fromMs), `${foldPrefix(toMs)}#~~`);
}

export interface FoldPart extends HourFold {
  readonly part: number;
  readonly parts: number;
}

export function decodeFoldPart(table: string, item: Item): FoldPart {
  const reader = new ItemReader(table, item);
  readFormat(reader);
  const endpoints = reader.map('endpoints');
  return {
    accountId: reader.text('accountId'),
    region: reader.text('region'),
    apiId: reader.text('apiId'),
    stage: reader.text('stage'),
    hourMs: reader.number('hourMs'),
    part: reader.number('part'),
    parts: reader.number('parts'),
    endpoints: Object.fromEntries(
      endpoints.names().map((name) => {
        const seen = endpoints.map(name);
        const counts = {
          statuses: seen.map('statuses').numberRecord(),
          firstMs: seen.number('firstMs'),
          lastMs: seen.number('lastMs'),
        };
        return [name, counts];
      }),
    ),
  };
}

/** Joins consecutive parts; the parts of one fold follow each other in a query. */
export function joinFoldParts(whole: HourFold, part: HourFold): HourFold {
  return { ...whole, endpoints: { ...whole.endpoints, ...part.endpoints } };
}

export function apiPartition(api: {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
}): string {
  return `API#${keyPart(api.accountId)}#${keyPart(api.region)}#${keyPart(api.apiId)}`;
}

function apiKey(api: EndpointKey) {
  return { pk: apiPartition(api), sk: 'META' };
}

function endpointKey(endpoint: EndpointKey) {
  return { pk: apiPartition(endpoint), sk: `ENDPOINT#${hashKey(endpoint.method, endpoint.route)}` };
}

function foldPrefix(hourMs: number): string {
  return `FOLD#${hourKey(hourMs)}`;
}

function readableApi(api: { readonly accountId: string; readonly region: string; readonly apiId: string }) {
  return {
    accountId: readable(api.accountId),
    region: readable(api.region),
    apiId: readable(api.apiId),
  };
}

function optionalReadable(text: string | undefined): string | undefined {
  return text === undefined ? undefined : readable(text);
}

function readFormat(reader: ItemReader): void {
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
}
