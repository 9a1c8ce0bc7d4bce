import type { MinuteRow } from '../minutes/minute-row.js';
import type { RecordField } from './record-field.js';
import type { FieldType } from './taxonomy.js';

/** A description for every key that a row has, and for no other. */
const DESCRIBED: Readonly<Record<keyof MinuteRow, readonly [FieldType, string]>> = {
  timeMs: ['time', 'Epoch milliseconds of the start of the minute.'],
  dimension: ['text', 'What the row is about: `endpoint`, `principal` or `stage`.'],
  accountId: ['text', 'AWS account of the API.'],
  region: ['text', 'AWS region of the API.'],
  apiId: ['text', 'Id of the API; `-` where the feed tells none.'],
  stage: ['text', 'Deployment stage.'],
  method: ['text', 'HTTP method; rows of endpoints only.'],
  route: ['text', 'Route template; rows of endpoints only.'],
  principal: ['text', 'Who called; rows of principals only.'],
  principalKind: ['text', 'Kind of the principal; rows of principals only.'],
  calls: ['number', 'Calls in the minute; 0 in a silent row.'],
  errors4xx: ['number', 'Calls answered with 400 to 499.'],
  errors5xx: ['number', 'Calls answered with 500 to 599.'],
  errorRatio: [
    'number',
    'Share of calls answered with 500 to 599, from 0 to 1; absent without calls. Test `calls` beside it: one of one is 1.',
  ],
  clientErrorRatio: ['number', 'Share of calls answered with 400 to 499, from 0 to 1; absent without calls.'],
  p95LatencyMs: [
    'number',
    '95th percentile of the latency in milliseconds; absent where no call carries one.',
  ],
  p95AuthorizerLatencyMs: [
    'number',
    "95th percentile of the authorizer's part of the latency in milliseconds; absent where no call carries one.",
  ],
  integrationErrors: [
    'number',
    'Calls answered with 500 to 599 whose integration answered with 500 or more.',
  ],
  gatewayErrors: [
    'number',
    'Calls answered with 500 to 599 by the gateway alone: no integration answered, and the line names a type of error.',
  ],
  integrationErrorRatio: ['number', 'Their share of the calls, from 0 to 1; absent without calls.'],
  gatewayErrorRatio: ['number', 'Share of gateway errors in the calls, from 0 to 1; absent without calls.'],
  identified: [
    'number',
    'Calls answered with 200 to 299 of callers with an identity (`iam`, `subject`, `api-key`, `client-certificate`), without `OPTIONS`.',
  ],
  anonymous: ['number', 'Calls answered with 200 to 299 of callers without one, without `OPTIONS`.'],
  anonymousRatio: ['number', 'Share of the anonymous among both, from 0 to 1; absent without either.'],
  defaultHostCalls: ['number', "Calls answered below 400 on the API's default host (`execute-api`)."],
  customHostCalls: ['number', 'Calls answered below 400 on any other host.'],
  shareOfCalls: [
    'number',
    "Share of the stage's calls in this minute, from 0 to 1; rows of principals only.",
  ],
  shareOfErrors5xx: [
    'number',
    "Share of the stage's answers from 500 to 599 in this minute, from 0 to 1; rows of principals only, absent where there are none.",
  ],
  bytes: ['number', 'Sum of the response bodies in bytes; absent where no call carries their length.'],
  silent: [
    'boolean',
    'No call came in this minute, though calls usually do; rows of endpoints and stages only.',
  ],
  normallyBusy: [
    'boolean',
    'At least ten calls a minute came both in the hour before and in the same hour the day before.',
  ],
  usualCalls: ['number', 'The lesser of those two rates, in calls a minute; absent where not normally busy.'],
};

/**
 * The published fields of `product: aws, service: apigateway-minute`: one row a minute for each endpoint, principal and
 * stage that was called in it, and one for a normally busy endpoint or stage that was not. Error rate, latency and silence
 * are what ordinary rules and correlations over these rows express.
 */
export const MINUTE_FIELDS: readonly RecordField[] = Object.entries(DESCRIBED).map(
  ([name, [type, description]]) => ({ name, type, description }),
);
