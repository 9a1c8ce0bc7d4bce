import type { PutItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { type LifeCycleRecord, RULE_STATES } from '../../core/alerts/life-cycle.js';
import { type Item, ItemReader, toItem } from './attributes.js';
import { keyPart, readable } from './keys.js';
import { queryPartition } from './queries.js';

const FORMAT = 1;
/** One partition for all: people write it now and then, and each compilation reads all of it. */
const PARTITION = 'LIFECYCLE#RULES';

export function lifeCycleParams(table: string): QueryCommandInput {
  return { ...queryPartition(table, PARTITION), ConsistentRead: true };
}

export function setLifeCycleParams(table: string, record: LifeCycleRecord): PutItemCommandInput {
  const { ruleId, contentHash, state, atMs, by, forced, reason } = record;
  return {
    TableName: table,
    Item: toItem({
      pk: PARTITION,
      sk: `${keyPart(ruleId)}#${keyPart(contentHash)}`,
      v: FORMAT,
      ruleId: readable(ruleId),
      contentHash,
      state,
      atMs,
      by: readable(by),
      forced,
      ...(reason !== undefined && { reason: readable(reason) }),
    }),
  };
}

export function decodeLifeCycle(table: string, item: Item): LifeCycleRecord {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  const reason = reader.optionalText('reason');
  return {
    ruleId: reader.text('ruleId'),
    contentHash: reader.text('contentHash'),
    state: reader.oneOf('state', RULE_STATES),
    atMs: reader.number('atMs'),
    by: reader.text('by'),
    forced: reader.flag('forced'),
    ...(reason !== undefined && { reason }),
  };
}
