/**
 * Which `$context` variables feed which field of a call, the first that has a value first. Adding a variable here is
 * all it takes to read it; what is in no list stays under `extra` by name.
 */
export const CALL_VARIABLES = {
  epochTime: ['requestTimeEpoch'],
  time: ['requestTime', 'timestamp', '@timestamp', 'time'],
  requestId: ['requestId'],
  extendedRequestId: ['extendedRequestId'],
  accountId: ['accountId'],
  apiId: ['apiId'],
  stage: ['stage'],
  host: ['domainName'],
  basePath: ['customDomain.basePathMatched'],
  method: ['httpMethod'],
  path: ['path'],
  resourcePath: ['resourcePath'],
  routeKey: ['routeKey'],
  protocol: ['protocol'],
  status: ['status'],
  sourceIp: ['identity.sourceIp'],
  userAgent: ['identity.userAgent'],
  apiKeyId: ['identity.apiKeyId'],
  userArn: ['identity.userArn'],
  caller: ['identity.caller', 'identity.user'],
  cognitoIdentity: ['identity.cognitoIdentityId'],
  subject: [
    'authorizer.claims.sub',
    'authorizer.jwt.claims.sub',
    'authorizer.sub',
    'authorizer.principalId',
    'authorizer.claims.cognito:username',
    'authorizer.claims.username',
    'authorizer.claims.client_id',
    'authorizer.claims.email',
  ],
  certificate: ['identity.clientCert.subjectDN', 'identity.clientCert.serialNumber'],
  latency: ['responseLatency'],
  integrationLatency: ['integrationLatency', 'integration.latency'],
  // What the Lambda service or the endpoint answered; `integration.status` (what the function's code said) stands in.
  integrationStatus: ['integrationStatus', 'integration.integrationStatus', 'integration.status'],
  authorizerLatency: ['authorizer.latency', 'authorizer.integrationLatency', 'authorize.latency'],
  responseBytes: ['responseLength'],
  errorType: ['error.responseType'],
  errorMessage: [
    'error.message',
    'error.messageString',
    'error.validationErrorString',
    'integrationErrorMessage',
    'integration.error',
  ],
  authorizerError: ['authorizer.error', 'authenticate.error', 'authorize.error'],
  waf: ['wafResponseCode', 'waf.status'],
  tlsVersion: ['tlsVersion'],
  tlsCipher: ['cipherSuite'],
  eventType: ['eventType'],
  connectionId: ['connectionId'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type CallVariable = keyof typeof CALL_VARIABLES;

/** Variables that only one kind of API has: what a line without telling values is judged by. */
export const TYPE_VARIABLES = {
  websocket: ['eventType', 'connectionId', 'connectedAt', 'messageId', 'messageDirection'],
  rest: [
    'resourcePath',
    'resourceId',
    'wafResponseCode',
    'webaclArn',
    'tlsVersion',
    'deploymentId',
    'isCanaryRequest',
  ],
  http: ['routeKey', 'dataProcessed'],
} as const;
