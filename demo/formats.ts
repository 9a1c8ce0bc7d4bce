import { fullFormat, leanFormat } from '../core/coverage/recommended-formats.js';

/**
 * Access log formats in the styles that people deploy: the CLF, XML, CSV and JSON of the AWS documentation with what
 * teams add to them, JSON with bare numbers, and two of the recommended ones: lean for HTTP, full for REST.
 */
export const FORMATS = {
  /** REST, everything an investigator asks for. */
  'rest-full': fullFormat('rest'),
  /** HTTP, lean: one identity per call, trusted fields first, what callers write last. */
  'http-lean': leanFormat('http'),
  /** REST, JSON with API keys, spaced as in the documentation. */
  'rest-json-keys':
    '{ "requestId":"$context.requestId", "extendedRequestId":"$context.extendedRequestId", "ip": "$context.identity.sourceIp", "apiKeyId":"$context.identity.apiKeyId", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod", "resourcePath":"$context.resourcePath", "path":"$context.path", "status":"$context.status", "protocol":"$context.protocol", "responseLength":"$context.responseLength", "userAgent":"$context.identity.userAgent", "errorType":"$context.error.responseType" }',
  /** REST, numbers without quotes: `"status":-` when there is none. Two APIs share its log group. */
  'rest-json-bare':
    '{"apiId":"$context.apiId","stage":"$context.stage","requestId":"$context.requestId","extendedRequestId":"$context.extendedRequestId","requestTimeEpoch":$context.requestTimeEpoch,"httpMethod":"$context.httpMethod","path":"$context.path","resourcePath":"$context.resourcePath","status":$context.status,"responseLength":$context.responseLength,"responseLatency":$context.responseLatency,"integrationLatency":$context.integrationLatency,"sourceIp":"$context.identity.sourceIp","userArn":"$context.identity.userArn","caller":"$context.identity.caller","sub":"$context.authorizer.claims.sub","userAgent":"$context.identity.userAgent"}',
  /** HTTP, Apache's shape with the concrete path and the two quoted fields of the combined format. */
  'http-clf':
    '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength $context.requestId "$context.identity.userAgent"',
  /** REST, the XML of the documentation with the path added. */
  'rest-xml':
    '<request id="$context.requestId"> <extendedRequestId>$context.extendedRequestId</extendedRequestId> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> <user>$context.identity.user</user> <requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> <path>$context.path</path> <resourcePath>$context.resourcePath</resourcePath> <status>$context.status</status> <protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> </request>',
  /** HTTP, the CSV of the documentation: no path and no principal, so several rules stay dark here. */
  'http-csv':
    '$context.identity.sourceIp,$context.requestTime,$context.httpMethod,$context.routeKey,$context.protocol,$context.status,$context.responseLength,$context.requestId,$context.extendedRequestId',
  /** HTTP, the format of a much-copied Terraform tutorial, with the path. */
  'http-tutorial':
    '{"httpMethod":"$context.httpMethod","integrationErrorMessage":"$context.integrationErrorMessage","path":"$context.path","protocol":"$context.protocol","requestId":"$context.requestId","requestTime":"$context.requestTime","responseLength":"$context.responseLength","routeKey":"$context.routeKey","sourceIp":"$context.identity.sourceIp","status":"$context.status"}',
  /** REST, JSON as the CDK writes it by default plus what the team missed at its first incident. */
  'rest-cdk':
    '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","user":"$context.identity.user","caller":"$context.identity.caller","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status","protocol":"$context.protocol","responseLength":"$context.responseLength","path":"$context.path","userAgent":"$context.identity.userAgent"}',
  'websocket-json':
    '{"requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", "user":"$context.identity.user", "requestTime":"$context.requestTime", "eventType":"$context.eventType", "routeKey":"$context.routeKey", "status":"$context.status", "connectionId":"$context.connectionId"}',
  'websocket-clf':
    '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.eventType $context.routeKey $context.connectionId" $context.status $context.requestId',
} as const;

export type FormatName = keyof typeof FORMATS;
