import type { FieldKind } from './field-kind.js';

/** What the format compiler knows of a `$context` variable: the shape of its values and who may choose them. */
export interface VariableFacts {
  readonly kind: FieldKind;
  /**
   * How unlikely it is that a stray separator sits in this variable: a line that reads in several ways is read in
   * the way that costs least. Low for text a caller chooses (user agent, path), high for what the gateway prints.
   */
  readonly trust: number;
}

/** Shapes that tell what a key of an unknown format means; no variable is held to them. */
type KindOfKeysOnly = 'key-id' | 'domain' | 'gateway-message';

const TOKEN = 150;
const FIXED = 400;

const KINDS: Readonly<Record<Exclude<FieldKind, 'text' | KindOfKeysOnly>, readonly string[]>> = {
  ip: ['identity.sourceIp'],
  'clf-time': ['requestTime'],
  epoch: ['requestTimeEpoch', 'connectedAt'],
  method: ['httpMethod'],
  status: ['status'],
  protocol: ['protocol'],
  'request-id': [
    'requestId',
    'extendedRequestId',
    'integration.requestId',
    'authorizer.requestId',
    'awsEndpointRequestId',
    'awsEndpointRequestId2',
    'connectionId',
    'messageId',
  ],
  integer: [
    'responseLength',
    'responseLatency',
    'dataProcessed',
    'integrationLatency',
    'integrationStatus',
    'integration.latency',
    'integration.status',
    'integration.integrationStatus',
    'integration.timeToAllHeaders',
    'integration.timeToFirstContent',
    'authorizer.latency',
    'authorizer.integrationLatency',
    'authorizer.integrationStatus',
    'authorizer.status',
    'authenticate.latency',
    'authenticate.status',
    'authorize.latency',
    'authorize.status',
    'waf.latency',
    'waf.status',
    'responseOverride.status',
  ],
  'route-key': ['routeKey'],
  'resource-path': ['resourcePath'],
  'event-type': ['eventType'],
  account: ['accountId'],
  arn: ['identity.userArn', 'webaclArn'],
  token: [
    'apiId',
    'stage',
    'deploymentId',
    'endpointType',
    'isCanaryRequest',
    'resourceId',
    'messageDirection',
    'customDomain.basePathMatched',
    'customDomain.routingRuleIdMatched',
    'error.responseType',
    'identity.accountId',
    'identity.apiKey',
    'identity.apiKeyId',
    'identity.caller',
    'identity.user',
    'identity.principalOrgId',
    'identity.cognitoAuthenticationType',
    'identity.cognitoIdentityId',
    'identity.cognitoIdentityPoolId',
    'identity.clientCert.serialNumber',
    'identity.vpcId',
    'identity.vpceId',
    'integration.responseTransferMode',
    'tlsVersion',
    'cipherSuite',
    'wafResponseCode',
    'xrayTraceId',
  ],
};

/** Free text, by how easily a caller puts a separator into it. */
const TEXTS: Readonly<Record<string, number>> = {
  'identity.userAgent': 10,
  path: 20,
  'error.message': 25,
  'error.messageString': 25,
  'error.validationErrorString': 22,
  integrationErrorMessage: 25,
  'integration.error': 25,
  'authorizer.error': 25,
  'authenticate.error': 25,
  'authorize.error': 25,
  'waf.error': 25,
  domainName: 30,
  domainPrefix: 30,
  'authorizer.principalId': 35,
  'identity.cognitoAuthenticationProvider': 60,
  'identity.clientCert.clientCertPem': 50,
  'identity.clientCert.subjectDN': 45,
  'identity.clientCert.issuerDN': 45,
  'identity.clientCert.validity.notBefore': 60,
  'identity.clientCert.validity.notAfter': 60,
};

const FACTS: ReadonlyMap<string, VariableFacts> = new Map([
  ...Object.entries(KINDS).flatMap(([kind, names]) =>
    names.map((name): [string, VariableFacts] => [
      name,
      { kind: kind as FieldKind, trust: kind === 'token' ? TOKEN : FIXED },
    ]),
  ),
  ...Object.entries(TEXTS).map(([name, trust]): [string, VariableFacts] => [name, { kind: 'text', trust }]),
]);

/** Every `$context` variable that AWS documents for access logs of REST, HTTP and WebSocket APIs. */
export const KNOWN_VARIABLES: readonly string[] = [...FACTS.keys()];

/** Prefixes under which the owner of the API chooses the names: any name below them is valid. */
export const OPEN_PREFIXES = [
  'authorizer.',
  'requestOverride.header.',
  'requestOverride.path.',
  'requestOverride.querystring.',
  'responseOverride.header.',
] as const;

export function isKnownVariable(name: string): boolean {
  return FACTS.has(name) || OPEN_PREFIXES.some((prefix) => name.startsWith(prefix) && name !== prefix);
}

export function factsOf(name: string): VariableFacts {
  const known = FACTS.get(name);
  if (known !== undefined) return known;
  if (name.startsWith('requestOverride.')) return { kind: 'text', trust: 15 };
  if (name.startsWith('authorizer.')) return { kind: 'text', trust: 35 };
  return { kind: 'text', trust: 40 };
}
