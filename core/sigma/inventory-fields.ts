import { recordField as field, type RecordField } from './record-field.js';

/** The published fields of `product: aws, service: apigateway-inventory`: one event a change of what is known to exist. */
export const INVENTORY_FIELDS: readonly RecordField[] = [
  field('timeMs', 'time', 'Epoch milliseconds of the change.'),
  field(
    'change',
    'text',
    '`endpoint-added`: called for the first time. `endpoint-woken`: called again after seven days of silence or more. Each is told once. `endpoint-removed` (no longer deployed) and `endpoint-changed`: no feed tells them yet.',
  ),
  field('accountId', 'text', 'AWS account of the API.'),
  field('region', 'text', 'AWS region of the API.'),
  field('apiId', 'text', 'Id of the API.'),
  field('apiType', 'text', '`rest`, `http` or `websocket`.'),
  field('stage', 'text', 'Deployment stage.'),
  field('host', 'text', 'Host name the callers used.'),
  field('method', 'text', 'HTTP method.'),
  field('route', 'text', 'Route template; WebSocket: the route key.'),
  field(
    'deployed',
    'boolean',
    'A log line or the deployment names the route; false: only the form of paths shows it.',
  ),
  field(
    'principalKind',
    'text',
    'Kind of the first caller, or of the one that woke it: `ip` where nobody was authenticated.',
  ),
  field(
    'apiAgeHours',
    'number',
    'Whole hours since the API was first seen, by event time. On its first day every endpoint of it is new: rules ask for 24 and more.',
  ),
  field('quietDays', 'number', '`endpoint-woken`: whole days (UTC) without a call before this one.'),
  field('before', 'text', '`endpoint-changed`: what it was.'),
  field('after', 'text', '`endpoint-changed`: what it is.'),
];
