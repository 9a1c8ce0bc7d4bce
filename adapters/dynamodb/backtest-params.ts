import type { GetItemCommandInput, PutItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { BacktestRecord } from '../../core/backtest/backtest-record.js';
import { type Item, ItemReader, toItem } from './attributes.js';
import { keyPart, readable } from './keys.js';

const FORMAT = 1;
/** Traffic of more than a month ago says little of tomorrow's. */
const KEPT_SECONDS = 30 * 86_400;

export function backtestParams(table: string, ruleId: string, contentHash: string): GetItemCommandInput {
  return { TableName: table, Key: toItem(keyOf(ruleId, contentHash)), ConsistentRead: true };
}

export function putBacktestParams(table: string, record: BacktestRecord): PutItemCommandInput {
  const { ruleId, contentHash, ranAs, atMs, sinceMs, untilMs } = record;
  const { alerts, exposureDays, calls, perDay, upperBound } = record;
  return {
    TableName: table,
    Item: toItem({
      ...keyOf(ruleId, contentHash),
      v: FORMAT,
      ruleId: readable(ruleId),
      contentHash,
      ranAs,
      atMs,
      sinceMs,
      untilMs,
      alerts,
      exposureDays,
      calls,
      perDay,
      // Without calls there is no bound, and no number for that in an item.
      ...(Number.isFinite(upperBound) && { upperBound }),
      expires: Math.floor(atMs / 1000) + KEPT_SECONDS,
    }),
  };
}

export function decodeBacktest(table: string, item: Item): BacktestRecord {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  return {
    ruleId: reader.text('ruleId'),
    contentHash: reader.text('contentHash'),
    ranAs: reader.text('ranAs'),
    atMs: reader.number('atMs'),
    sinceMs: reader.number('sinceMs'),
    untilMs: reader.number('untilMs'),
    alerts: reader.number('alerts'),
    exposureDays: reader.number('exposureDays'),
    calls: reader.number('calls'),
    perDay: reader.number('perDay'),
    upperBound: reader.optionalNumber('upperBound') ?? Number.POSITIVE_INFINITY,
  };
}

function keyOf(ruleId: string, contentHash: string) {
  return { pk: `BACKTEST#${keyPart(ruleId)}`, sk: keyPart(contentHash) };
}
