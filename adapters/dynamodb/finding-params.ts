import type {
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import {
  ALERT_STATUSES,
  type Alert,
  type AlertDecision,
  type AlertQuery,
  type AlertStatus,
} from '../../core/ports/finding-store.js';
import { LEVELS } from '../../core/sigma/rule-source.js';
import { type Item, ItemReader, toItem, toMap } from './attributes.js';
import { hashKey, keyPart, readable, timeKey } from './keys.js';
import { queryPrefix } from './queries.js';

const FORMAT = 1;
/** What is said about a rule or an alert in a sentence; far above any real one. */
const RULE_TEXT_MAX_BYTES = 4096;
const META = 'META';

/** The alert as an item can hold it: what callers wrote cut to 512 bytes. */
export function storableAlert(alert: Alert): Alert {
  return {
    ...alert,
    ruleId: readable(alert.ruleId),
    title: readable(alert.title, RULE_TEXT_MAX_BYTES),
    why: readable(alert.why, RULE_TEXT_MAX_BYTES),
    tags: alert.tags.map((tag) => readable(tag)),
    group: Object.fromEntries(
      Object.entries(alert.group).map(([field, value]) => [readable(field), readable(value)]),
    ),
    apiId: alert.apiId === undefined ? undefined : readable(alert.apiId),
    stage: alert.stage === undefined ? undefined : readable(alert.stage),
  };
}

/** The stored alert with the revision of its last announcing write, and whether it was never announced. */
export interface AlertRecord {
  readonly alert: Alert;
  readonly revision: string;
  readonly isNew: boolean;
}

export function alertParams(table: string, id: string): GetItemCommandInput {
  return { TableName: table, Key: toItem(alertKey(id)), ConsistentRead: true };
}

/** What a write replaces: nothing, or the record that was read just before. */
export interface AlertWrite {
  readonly alert: Alert;
  readonly replaces: Alert | undefined;
  /** Set when the write announces, or creates. */
  readonly revision: string | undefined;
}

/**
 * Refused when another writer was faster, or somebody has decided meanwhile. The status, and a mark that waits to be announced,
 * stay as they are: the one belongs to people, the other to whoever announces.
 */
export function putAlertParams(table: string, write: AlertWrite): UpdateItemCommandInput {
  const { alert, replaces, revision } = write;
  const status = statusOf(alert, replaces);
  const fields = toItem({
    v: FORMAT,
    kind: 'alert',
    id: alert.id,
    ruleId: alert.ruleId,
    ruleHash: alert.ruleHash,
    title: alert.title,
    level: alert.level,
    tags: alert.tags,
    group: toMap(Object.entries(alert.group)),
    slotStartMs: alert.slotStartMs,
    slotEndMs: alert.slotEndMs,
    firstMs: alert.firstMs,
    lastMs: alert.lastMs,
    count: alert.count,
    saturated: alert.saturated,
    estimated: alert.estimated,
    threshold: alert.threshold,
    timespanMs: alert.timespanMs,
    apiId: alert.apiId,
    stage: alert.stage,
    why: alert.why,
    progress: alert.progress,
    magnitude: alert.magnitude,
    time: alertTime(alert),
    api: alert.apiId === undefined ? undefined : `API#${keyPart(alert.apiId)}`,
    ...(status !== undefined && { status, kindStatus: kindStatus(status) }),
    ...(revision !== undefined && { revision }),
    ...(revision !== undefined && alert.status !== 'shadow' && { announce: 'alert' }),
  });
  const names = Object.keys(fields);
  const absent = OPTIONAL.filter((name) => !names.includes(name));
  return {
    TableName: table,
    Key: toItem(alertKey(alert.id)),
    UpdateExpression: [
      `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ...(absent.length > 0 ? [`REMOVE ${absent.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    ConditionExpression:
      replaces === undefined
        ? 'attribute_not_exists(pk)'
        : '#progress = :replaced AND #status = :replacedStatus',
    ExpressionAttributeNames: Object.fromEntries(
      [...names, ...absent, ...(replaces === undefined ? [] : ['status'])].map((name) => [`#${name}`, name]),
    ),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ...(replaces !== undefined && {
        ':replaced': { N: String(replaces.progress) },
        ':replacedStatus': { S: replaces.status },
      }),
    },
  };
}

/** It was retracted and holds again, or its rule was promoted since: now people are to hear of it. */
export function isBack(alert: Alert, known: Alert): boolean {
  return known.status === 'retracted' || (known.status === 'shadow' && alert.status !== 'shadow');
}

/** The status that a view sets; `undefined` where it leaves what there is. One that is back is again what people had made of it. */
function statusOf(alert: Alert, known: Alert | undefined): AlertStatus | undefined {
  if (known === undefined) return alert.status;
  if (!isBack(alert, known)) return undefined;
  return known.decision?.status === 'acknowledged' ? 'acknowledged' : alert.status;
}

const OPTIONAL = ['apiId', 'stage', 'api'];

/** Refused when another writer was faster, or somebody has decided meanwhile. What is closed stays so, at this progress. */
export function retractParams(table: string, known: Alert, progress: number): UpdateItemCommandInput {
  const status = known.status === 'closed' ? 'closed' : 'retracted';
  return {
    TableName: table,
    Key: toItem(alertKey(known.id)),
    UpdateExpression:
      'SET #status = :status, #kindStatus = :kindStatus, #progress = :progress REMOVE #announce',
    ConditionExpression: '#progress = :known AND #status = :knownStatus',
    ExpressionAttributeNames: {
      '#status': 'status',
      '#kindStatus': 'kindStatus',
      '#progress': 'progress',
      '#announce': 'announce',
    },
    ExpressionAttributeValues: {
      ':status': { S: status },
      ':kindStatus': { S: kindStatus(status) },
      ':progress': { N: String(progress) },
      ':known': { N: String(known.progress) },
      ':knownStatus': { S: known.status },
    },
  };
}

export function decodeAlert(table: string, item: Item): AlertRecord {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  const alert: Alert = {
    id: reader.text('id'),
    ruleId: reader.text('ruleId'),
    ruleHash: reader.text('ruleHash'),
    title: reader.text('title'),
    level: reader.oneOf('level', LEVELS),
    tags: reader.texts('tags'),
    group: reader.map('group').textRecord(),
    slotStartMs: reader.number('slotStartMs'),
    slotEndMs: reader.number('slotEndMs'),
    firstMs: reader.number('firstMs'),
    lastMs: reader.number('lastMs'),
    count: reader.number('count'),
    saturated: reader.flag('saturated'),
    estimated: reader.flag('estimated'),
    threshold: reader.number('threshold'),
    timespanMs: reader.number('timespanMs'),
    apiId: reader.optionalText('apiId'),
    stage: reader.optionalText('stage'),
    why: reader.text('why'),
    progress: reader.number('progress'),
    magnitude: reader.number('magnitude'),
    status: reader.oneOf('status', ALERT_STATUSES),
    ...decisionOf(reader),
  };
  return {
    alert,
    revision: reader.text('revision'),
    isNew: reader.optionalNumber('announcedMs') === undefined,
  };
}

export function alertsParams(table: string, status: AlertStatus, query: AlertQuery): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'by-status',
    KeyConditionExpression: '#kindStatus = :kindStatus AND #time BETWEEN :from AND :to',
    ExpressionAttributeNames: { '#kindStatus': 'kindStatus', '#time': 'time' },
    ExpressionAttributeValues: {
      ':kindStatus': { S: kindStatus(status) },
      ':from': { S: timeKey(query.fromMs ?? 0) },
      // `~` sorts after every alert of the same instant.
      ':to': { S: `${timeKey(query.toMs ?? Number.MAX_SAFE_INTEGER)}#~` },
    },
    ScanIndexForward: false,
    Limit: Math.min(Math.max(1, query.limit), 1000),
  };
}

/** What alerts are ordered by: the start of the slot, which never changes, then the id. */
export function alertTime(alert: Alert): string {
  return `${timeKey(alert.slotStartMs)}#${alert.id}`;
}

/** The decision as an item can hold it. */
export function storableDecision(decision: AlertDecision): AlertDecision {
  const { by, reason } = decision;
  return {
    ...decision,
    by: readable(by),
    reason: reason === undefined ? undefined : readable(reason, RULE_TEXT_MAX_BYTES),
  };
}

/** Refused when the status has changed since it was read. What is closed no longer waits to be announced. */
export function decideParams(
  table: string,
  { id, status: known }: Alert,
  { status, by, atMs, reason }: AlertDecision,
): UpdateItemCommandInput {
  const fields = toItem({
    status,
    kindStatus: kindStatus(status),
    decidedStatus: status,
    decidedBy: by,
    decidedMs: atMs,
    decidedFor: reason,
  });
  const names = Object.keys(fields);
  const removed = [
    ...(reason === undefined ? ['decidedFor'] : []),
    ...(status === 'closed' ? ['announce'] : []),
  ];
  return {
    TableName: table,
    Key: toItem(alertKey(id)),
    UpdateExpression: [
      `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ...(removed.length > 0 ? [`REMOVE ${removed.map((name) => `#${name}`).join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: '#status = :known',
    ExpressionAttributeNames: Object.fromEntries([...names, ...removed].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ...Object.fromEntries(Object.entries(fields).map(([name, value]) => [`:${name}`, value])),
      ':known': { S: known },
    },
  };
}

/** Absent on an alert that nobody has decided about. */
function decisionOf(reader: ItemReader): { readonly decision?: AlertDecision } {
  const status = reader.optionalOneOf('decidedStatus', DECIDED);
  if (status === undefined) return {};
  const [by, atMs] = [reader.text('decidedBy'), reader.number('decidedMs')];
  return { decision: { status, by, atMs, reason: reader.optionalText('decidedFor') } };
}

const DECIDED = ['open', 'acknowledged', 'closed'] as const;

/** The same decision is the same item, however often it is written. */
export function decisionEventParams(table: string, id: string, decision: AlertDecision): PutItemCommandInput {
  const { status, by, atMs, reason } = decision;
  return {
    TableName: table,
    Item: toItem({
      pk: alertKey(id).pk,
      sk: `${EVENT}${timeKey(atMs)}#${status}`,
      v: FORMAT,
      kind: 'decision',
      status,
      by,
      atMs,
      reason,
    }),
  };
}

const EVENT = 'EVENT#';

/** Oldest first. */
export function historyParams(table: string, id: string): QueryCommandInput {
  return { ...queryPrefix(table, alertKey(id).pk, EVENT), ConsistentRead: true };
}

export function decodeDecisionEvent(table: string, item: Item): AlertDecision {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  return {
    status: reader.oneOf('status', DECIDED),
    by: reader.text('by'),
    atMs: reader.number('atMs'),
    reason: reader.optionalText('reason'),
  };
}

export function unannouncedParams(table: string, limit: number): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'announce',
    KeyConditionExpression: '#announce = :alert',
    ExpressionAttributeNames: { '#announce': 'announce' },
    ExpressionAttributeValues: { ':alert': { S: 'alert' } },
    Limit: Math.max(1, limit),
  };
}

/** Also keeps when the alert was first announced: the outbox tells a new alert from one that has grown by it. */
export function clearAnnounceParams(
  table: string,
  announced: { readonly id: string; readonly revision: string; readonly atMs: number },
): UpdateItemCommandInput {
  const { id, revision, atMs } = announced;
  return {
    TableName: table,
    Key: toItem(alertKey(id)),
    UpdateExpression: 'SET #announcedMs = if_not_exists(#announcedMs, :atMs) REMOVE #announce',
    ConditionExpression: '#revision = :revision AND attribute_exists(#announce)',
    ExpressionAttributeNames: {
      '#announce': 'announce',
      '#announcedMs': 'announcedMs',
      '#revision': 'revision',
    },
    ExpressionAttributeValues: { ':revision': { S: revision }, ':atMs': { N: String(atMs) } },
  };
}

/** Sorts by the instant of the write, so that the oldest is announced first; the rest tells two writes apart. */
export function alertRevision(alert: Alert, nowMs: number): string {
  return `${timeKey(nowMs)}#${hashKey(alert.id, JSON.stringify(alert)).slice(0, 16)}`;
}

/** The partition key alone: it can be read of an item that is otherwise broken. */
export function alertKeyOf(table: string, item: Item): string {
  return new ItemReader(table, item).text('pk');
}

function alertKey(id: string) {
  return { pk: `ALERT#${keyPart(id)}`, sk: META };
}

function kindStatus(status: AlertStatus): string {
  return `ALERT#${status}`;
}
