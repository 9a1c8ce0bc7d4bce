import { recordField as field, type RecordField } from './record-field.js';

/**
 * The published fields of `product: aws, service: apigateway-minute`: one row a minute for each endpoint, principal and
 * stage that was called in it, and one for a normally busy endpoint or stage that was not (`MinuteRow`). Error rate, latency and silence are
 * what ordinary rules and correlations over these rows express.
 */
export const MINUTE_FIELDS: readonly RecordField[] = [
  field('timeMs', 'time', 'Epoch milliseconds of the start of the minute.'),
  field('dimension', 'text', 'What the row is about: `endpoint`, `principal` or `stage`.'),
  field('accountId', 'text', 'AWS account of the API.'),
  field('region', 'text', 'AWS region of the API.'),
  field('apiId', 'text', 'Id of the API.'),
  field('stage', 'text', 'Deployment stage.'),
  field('method', 'text', 'HTTP method; rows of endpoints only.'),
  field('route', 'text', 'Route template; rows of endpoints only.'),
  field('principal', 'text', 'Who called; rows of principals only.'),
  field('principalKind', 'text', 'Kind of the principal; rows of principals only.'),
  field('calls', 'number', 'Calls in the minute; 0 in a silent row.'),
  field('errors4xx', 'number', 'Calls answered with 400 to 499.'),
  field('errors5xx', 'number', 'Calls answered with 500 to 599.'),
  field(
    'errorRatio',
    'number',
    'Share of calls answered with 500 to 599, from 0 to 1; absent without calls. Test `calls` beside it: one of one is 1.',
  ),
  field('clientErrorRatio', 'number', 'The same of calls answered with 400 to 499.'),
  field(
    'p95LatencyMs',
    'number',
    '95th percentile of the latency in milliseconds; absent where no call carries one.',
  ),
  field('bytes', 'number', 'Sum of the response bodies in bytes; absent where no call carries their length.'),
  field(
    'silent',
    'boolean',
    'No call came in this minute, though the endpoint or stage is normally busy in it.',
  ),
  field(
    'normallyBusy',
    'boolean',
    'At least ten calls a minute came both in the hour before and in the same hour the day before.',
  ),
  field(
    'usualCalls',
    'number',
    'The lesser of those two rates, in calls a minute; absent where not normally busy.',
  ),
];
