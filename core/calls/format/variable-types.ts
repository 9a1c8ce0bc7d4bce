import type { ApiType } from '../api-call.js';
import { isKnownVariable, OPEN_PREFIXES } from './variables.js';

const ALL: readonly ApiType[] = ['rest', 'http', 'websocket'];
const REST_HTTP: readonly ApiType[] = ['rest', 'http'];
const REST_WEBSOCKET: readonly ApiType[] = ['rest', 'websocket'];
const REST: readonly ApiType[] = ['rest'];
const HTTP: readonly ApiType[] = ['http'];
const WEBSOCKET: readonly ApiType[] = ['websocket'];

/**
 * Which kinds of API fill which `$context` variable in access logs: the AWS pages on logging variables of REST, HTTP
 * and WebSocket APIs. API Gateway refuses a stage whose format names a variable that its kind does not have.
 */
const BY_TYPES: readonly (readonly [types: readonly ApiType[], variables: string])[] = [
  [
    ALL,
    `apiId stage domainName requestId extendedRequestId requestTime requestTimeEpoch status identity.sourceIp
     identity.userAgent identity.accountId identity.caller identity.user identity.userArn identity.principalOrgId
     identity.cognitoIdentityId identity.cognitoIdentityPoolId identity.cognitoAuthenticationType
     identity.cognitoAuthenticationProvider authorizer.error integration.error integration.integrationStatus
     integration.latency integration.requestId integration.status integrationLatency error.message
     error.messageString error.responseType`,
  ],
  [
    REST_HTTP,
    `accountId domainPrefix customDomain.basePathMatched httpMethod path protocol responseLength responseLatency
     integrationStatus awsEndpointRequestId identity.clientCert.clientCertPem identity.clientCert.subjectDN
     identity.clientCert.issuerDN identity.clientCert.serialNumber identity.clientCert.validity.notBefore
     identity.clientCert.validity.notAfter`,
  ],
  [
    REST_WEBSOCKET,
    `identity.apiKey identity.apiKeyId authorizer.principalId authorizer.latency authorizer.integrationLatency
     authorizer.integrationStatus authorizer.requestId authorizer.status authenticate.error authenticate.latency
     authenticate.status authorize.error authorize.latency authorize.status error.validationErrorString`,
  ],
  [
    REST,
    // The WebSocket page lists `waf.*` too, but no web ACL can be put before a WebSocket API.
    `resourcePath resourceId deploymentId endpointType isCanaryRequest customDomain.routingRuleIdMatched
     identity.vpcId identity.vpceId tlsVersion cipherSuite waf.error waf.latency waf.status wafResponseCode webaclArn
     integration.responseTransferMode integration.timeToAllHeaders integration.timeToFirstContent xrayTraceId
     responseOverride.status`,
  ],
  [HTTP, 'dataProcessed integrationErrorMessage awsEndpointRequestId2'],
  [['http', 'websocket'], 'routeKey'],
  [WEBSOCKET, 'eventType connectionId connectedAt messageId messageDirection'],
];

const TYPES: ReadonlyMap<string, readonly ApiType[]> = new Map(
  BY_TYPES.flatMap(([types, names]) => names.split(/\s+/).map((name) => [name, types] as const)),
);

/** The kinds of API whose access logs may name the variable; empty for one that AWS does not document. */
export function typesOfVariable(variable: string): readonly ApiType[] {
  const known = TYPES.get(variable);
  if (known !== undefined) return known;
  if (!isKnownVariable(variable)) return [];
  // Below an open prefix the owner chooses the names: claims come from Cognito or JWT authorizers, overrides from mapping templates.
  if (variable.startsWith('authorizer.claims.')) return REST_HTTP;
  return OPEN_PREFIXES.some((prefix) => prefix !== 'authorizer.' && variable.startsWith(prefix)) ? REST : ALL;
}
