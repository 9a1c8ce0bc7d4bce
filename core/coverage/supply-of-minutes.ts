import { FULL, type Supply } from './field-supply.js';

/** What the rows of `apigateway-minute` are made of: row field → call field. All others are counted, whatever the format. */
const FROM_CALLS: Readonly<Record<string, string>> = {
  accountId: 'accountId',
  region: 'region',
  apiId: 'apiId',
  stage: 'stage',
  method: 'method',
  route: 'route',
  principal: 'principal',
  principalKind: 'principalKind',
  errors4xx: 'status',
  errors5xx: 'status',
  errorRatio: 'status',
  clientErrorRatio: 'status',
  p95LatencyMs: 'latencyMs',
  p95AuthorizerLatencyMs: 'authorizerLatencyMs',
  integrationErrors: 'integrationStatus',
  integrationErrorRatio: 'integrationStatus',
  gatewayErrors: 'errorType',
  gatewayErrorRatio: 'errorType',
  identified: 'principalKind',
  anonymous: 'principalKind',
  anonymousRatio: 'principalKind',
  defaultHostCalls: 'host',
  customHostCalls: 'host',
  shareOfErrors5xx: 'status',
  bytes: 'responseBytes',
};

/** What a feed supplies to rules over minutes, by what it supplies to rules over calls. */
export function supplyOfMinutes(calls: Supply): Supply {
  return (field) => {
    const from = callFieldOf(field);
    return from === undefined ? FULL : calls(from);
  };
}

/** The field of calls that a field of rows is made of; `undefined` where none is. */
export function callFieldOf(field: string): string | undefined {
  return Object.hasOwn(FROM_CALLS, field) ? FROM_CALLS[field] : undefined;
}
