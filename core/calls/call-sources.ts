import type { ApiCall, ApiType } from './api-call.js';
import type { CallVariable } from './call-variables.js';

/** One way in which a log line fills a field of a call: the variables of one entry of `CALL_VARIABLES`. */
export interface FieldSource {
  readonly from: CallVariable;
  /** What is not as it should be when the field comes from here; absent where it is. */
  readonly weakness?: string;
  /** Only on APIs of this type; absent: on all that have the variables. */
  readonly only?: ApiType;
}

/** A field that a log format decides on. */
export type LoggedField = Exclude<
  keyof ApiCall,
  'apiType' | 'query' | 'request' | 'response' | 'feed' | 'format' | 'trust' | 'recovered' | 'extra'
>;

const BY_ADDRESS = 'it falls back to the source address, which many callers may share';
const BY_PATH =
  'it is derived from the path: deployed routes where they are known, otherwise learned templates';

/**
 * What fills each field of a call, best first: the reading side of `CALL_VARIABLES`, by field. Coverage and the
 * recommended log formats rest on it; a test prints lines with nothing but a source and sees the field filled.
 */
export const FIELD_SOURCES: Readonly<Record<LoggedField, readonly FieldSource[]>> = {
  id: [
    { from: 'extendedRequestId' },
    { from: 'requestId', only: 'rest', weakness: 'on REST APIs the client may choose the request id' },
    { from: 'requestId', only: 'http' },
    { from: 'requestId', only: 'websocket' },
  ],
  timeMs: [{ from: 'epochTime' }, { from: 'time' }],
  requestId: [{ from: 'requestId' }],
  extendedRequestId: [{ from: 'extendedRequestId' }],
  accountId: [{ from: 'accountId' }],
  region: [{ from: 'host', weakness: 'only execute-api hosts name the region' }],
  apiId: [{ from: 'apiId' }, { from: 'host', weakness: 'only execute-api hosts name the API' }],
  stage: [{ from: 'stage' }],
  host: [{ from: 'host' }],
  method: [
    { from: 'method' },
    {
      from: 'routeKey',
      only: 'http',
      weakness: 'the route key names no method where the route is ANY or $default',
    },
  ],
  path: [{ from: 'path' }],
  route: [{ from: 'resourcePath' }, { from: 'routeKey' }, { from: 'path', weakness: BY_PATH }],
  routeSource: [{ from: 'resourcePath' }, { from: 'routeKey' }, { from: 'path' }],
  protocol: [{ from: 'protocol' }],
  status: [{ from: 'status' }],
  sourceIp: [{ from: 'sourceIp' }],
  userAgent: [{ from: 'userAgent' }],
  principal: [
    { from: 'userArn' },
    { from: 'caller' },
    { from: 'cognitoIdentity' },
    { from: 'subject' },
    { from: 'apiKeyId' },
    { from: 'certificate' },
    { from: 'sourceIp', weakness: BY_ADDRESS },
  ],
  principalKind: [
    { from: 'userArn' },
    { from: 'caller' },
    { from: 'cognitoIdentity' },
    { from: 'subject' },
    { from: 'apiKeyId' },
    { from: 'certificate' },
    { from: 'sourceIp' },
  ],
  apiKeyId: [{ from: 'apiKeyId' }],
  latencyMs: [{ from: 'latency' }],
  integrationLatencyMs: [{ from: 'integrationLatency' }],
  integrationStatus: [{ from: 'integrationStatus' }],
  authorizerLatencyMs: [{ from: 'authorizerLatency' }],
  responseBytes: [{ from: 'responseBytes' }],
  errorType: [{ from: 'errorType' }],
  errorMessage: [{ from: 'errorMessage' }],
  authorizerError: [{ from: 'authorizerError' }],
  wafResult: [{ from: 'waf' }],
  tlsVersion: [{ from: 'tlsVersion' }],
  tlsCipher: [{ from: 'tlsCipher' }],
  eventType: [{ from: 'eventType' }],
  connectionId: [{ from: 'connectionId' }],
};

/** Where a caller of each kind gets its name; `proxy` is an address too. */
export const PRINCIPAL_VARIABLES = {
  iam: ['userArn', 'caller'],
  subject: ['cognitoIdentity', 'subject'],
  'api-key': ['apiKeyId'],
  'client-certificate': ['certificate'],
  ip: ['sourceIp'],
  proxy: ['sourceIp'],
  unknown: [],
} as const satisfies Readonly<Record<NonNullable<ApiCall['principalKind']>, readonly CallVariable[]>>;

/**
 * Where a route of each source comes from; whether a path is `deployed` depends on the routes that are known. A call
 * that nothing places is of source `template` too, so that needs no variable.
 */
export const ROUTE_VARIABLES = {
  line: ['resourcePath', 'routeKey'],
  deployed: ['path'],
  template: [],
} as const satisfies Readonly<Record<NonNullable<ApiCall['routeSource']>, readonly CallVariable[]>>;
