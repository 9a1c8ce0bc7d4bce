import type { PutItemCommandInput, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { ConfigurationFinding } from '../../core/ports/finding-store.js';
import { type Item, ItemReader, toItem } from './attributes.js';
import { keyPart, readable, timeKey } from './keys.js';

const FORMAT = 1;
const KIND = 'configuration';
const STATUSES = ['open', 'closed'] as const;
const IN_FORCE = ['last-good', 'nothing', 'shadow'] as const;
/** A problem quotes what was written, which may be long. */
const PROBLEM_MAX_BYTES = 1024;

export function putFindingParams(table: string, finding: ConfigurationFinding): PutItemCommandInput {
  const { id, parameter, problems, inForce, firstMs, status } = finding;
  return {
    TableName: table,
    Item: toItem({
      pk: `FINDING#${keyPart(id)}`,
      sk: 'META',
      v: FORMAT,
      kind: KIND,
      id,
      parameter: readable(parameter),
      problems: problems.map((problem) => readable(problem, PROBLEM_MAX_BYTES)),
      inForce,
      firstMs,
      status,
      kindStatus: kindStatus(status),
      time: `${timeKey(firstMs)}#${id}`,
    }),
  };
}

export function findingsParams(table: string, status: ConfigurationFinding['status']): QueryCommandInput {
  return {
    TableName: table,
    IndexName: 'by-status',
    KeyConditionExpression: '#kindStatus = :kindStatus',
    ExpressionAttributeNames: { '#kindStatus': 'kindStatus' },
    ExpressionAttributeValues: { ':kindStatus': { S: kindStatus(status) } },
  };
}

export function decodeFinding(table: string, item: Item): ConfigurationFinding {
  const reader = new ItemReader(table, item);
  if (reader.number('v') !== FORMAT) reader.corrupt('v');
  return {
    id: reader.text('id'),
    parameter: reader.text('parameter'),
    problems: reader.texts('problems'),
    inForce: reader.oneOf('inForce', IN_FORCE),
    firstMs: reader.number('firstMs'),
    status: reader.oneOf('status', STATUSES),
  };
}

function kindStatus(status: ConfigurationFinding['status']): string {
  return `FINDING#${KIND}#${status}`;
}
