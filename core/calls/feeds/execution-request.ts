import type { LogRecord } from './log-record.js';
import { cutMark, type ParameterMap, parseParameterMap } from './parameter-map.js';

/** What the lines of one request have said so far. Mutable while its lines come in, in any mixture with others'. */
export interface ExecutionRequest {
  readonly requestId: string;
  readonly records: number[];
  readonly lines: LogRecord[];
  readonly firstTimeMs: number;
  readonly firstEventId: string | undefined;
  readonly firstPosition: string;
  readonly firstText: string;
  lastTimeMs: number;
  completed: boolean;
  /** A line of it came where a body may have printed it. */
  isForgeable: boolean;
  /** A line told of a failure: all that logging at level ERROR prints before the status. */
  failed: boolean;
  /** A line of level INFO came. */
  traced: boolean;
  extendedRequestId: string | undefined;
  apiId: string | undefined;
  stage: string | undefined;
  region: string | undefined;
  accountId: string | undefined;
  method: string | undefined;
  path: string | undefined;
  /** `GET /pets/{id}` where a usage-plan line names the method. */
  template: string | undefined;
  pathParameters: ParameterMap | undefined;
  query: ParameterMap | undefined;
  requestHeaders: ParameterMap | undefined;
  requestBody: string | undefined;
  responseHeaders: ParameterMap | undefined;
  responseBody: string | undefined;
  status: number | undefined;
  integrationStatus: number | undefined;
  integrationLatencyMs: number | undefined;
  principal: string | undefined;
  apiKey: string | undefined;
  errorType: string | undefined;
  errorMessage: string | undefined;
  authorizerError: string | undefined;
  wafResult: string | undefined;
  /** Lines without a prefix go on here: bodies and headers may span lines in a file. */
  continues: 'requestBody' | 'responseBody' | undefined;
}

type Reader = (request: ExecutionRequest, rest: string) => void;

/** By how a line begins. Endpoint lines (what the gateway sent on, with its own credentials) are not read. */
const READERS: readonly (readonly [prefix: string, read: Reader])[] = [
  [
    'Extended Request Id: ',
    (r, rest) => {
      r.extendedRequestId = rest.trim();
    },
  ],
  ['HTTP Method: ', readMethod],
  [
    'Method request path: ',
    (r, rest) => {
      r.pathParameters = parseParameterMap(rest);
    },
  ],
  [
    'Method request query string: ',
    (r, rest) => {
      r.query = parseParameterMap(rest);
    },
  ],
  [
    'Method request headers: ',
    (r, rest) => {
      r.requestHeaders = parseParameterMap(rest);
    },
  ],
  ['Method request body before transformations: ', readRequestBody],
  [
    'Method response headers: ',
    (r, rest) => {
      r.responseHeaders = parseParameterMap(rest);
    },
  ],
  [
    'Gateway response headers: ',
    (r, rest) => {
      r.responseHeaders = parseParameterMap(rest);
    },
  ],
  ['Method response body after transformations: ', readResponseBody],
  ['Gateway response body: ', readResponseBody],
  ['Method completed with status: ', readCompletion],
  ['Received response. ', readIntegration],
  ['Verifying Usage Plan for request: ', readUsagePlan],
  ['API Key ', readApiKey],
  ['Using valid authorizer policy for principal: ', readPrincipal],
  ['Authorizer result body before parsing: ', readAuthorizerResult],
  [
    'Key throttle limit exceeded',
    (r, rest) => readLimit(r, 'THROTTLED', `Key throttle limit exceeded${rest}`),
  ],
  ['Usage plan throttle limit', (r, rest) => readLimit(r, 'THROTTLED', `Usage plan throttle limit${rest}`)],
  ['Method throttle limit', (r, rest) => readLimit(r, 'THROTTLED', `Method throttle limit${rest}`)],
  ['Key quota limit', (r, rest) => readLimit(r, 'QUOTA_EXCEEDED', `Key quota limit${rest}`)],
  ['Usage plan quota limit', (r, rest) => readLimit(r, 'QUOTA_EXCEEDED', `Usage plan quota limit${rest}`)],
  ['Gateway response type: ', readGatewayResponse],
  ['Endpoint request headers: ', readSourceArn],
  ['Endpoint request URI: ', readSourceArn],
];

/** Lines that carry the caller's or the endpoint's own text, where the words of a failure mean nothing. */
const UNREAD =
  /^(?:Endpoint|Method|Gateway|Sending request|Incoming identity|Starting|Successfully|X-ray|AWS Integration)\b/;

/** Takes in the text of one line, without its prefix. */
export function readExecutionText(request: ExecutionRequest, text: string): void {
  request.continues = undefined;
  for (const [prefix, read] of READERS) {
    if (text.startsWith(prefix)) {
      read(request, text.slice(prefix.length));
      if (read !== readCompletion) request.traced = true;
      return;
    }
  }
  if (UNREAD.test(text)) {
    request.traced = true;
    return;
  }
  // Bounded: a hostile file may hold a line of megabytes.
  if (
    /\bfail(?:ed|ure)\b|\berror\b|not authorized|unauthorized|denied|invalid|forbidden|blocked by/i.test(
      text.slice(0, 2048),
    )
  ) {
    request.failed = true;
    readFailure(request, text.slice(0, 2048));
  }
}

function readMethod(request: ExecutionRequest, rest: string): void {
  const [, method, path] = /^([A-Za-z-]{1,32}), Resource Path: (.*)$/s.exec(rest) ?? [];
  request.method = method ?? request.method;
  request.path = path === undefined ? request.path : cutMark(path).text;
}

function readRequestBody(request: ExecutionRequest, rest: string): void {
  request.requestBody = rest;
  request.continues = 'requestBody';
}

function readResponseBody(request: ExecutionRequest, rest: string): void {
  request.responseBody = rest;
  request.continues = 'responseBody';
}

function readCompletion(request: ExecutionRequest, rest: string): void {
  const status = /^(\d{3})\b/.exec(rest)?.[1];
  if (status !== undefined) request.status = Number(status);
  request.completed = true;
}

function readIntegration(request: ExecutionRequest, rest: string): void {
  const status = /Status: (\d{3})\b/.exec(rest)?.[1];
  const latency = /Integration latency: (\d{1,9}) ms/.exec(rest)?.[1];
  if (status !== undefined) request.integrationStatus = Number(status);
  if (latency !== undefined) request.integrationLatencyMs = Number(latency);
}

function readUsagePlan(request: ExecutionRequest, rest: string): void {
  // Bounded runs of spaces: two open ones beside an empty key would cost the square of a line of spaces.
  const [, key, apiId, stage] = /API Key: {0,8}(\S*?) {0,8}API Stage: ([a-z0-9]+)\/(\S+)/i.exec(rest) ?? [];
  if (key !== undefined && key !== '') request.apiKey = key;
  request.apiId = apiId ?? request.apiId;
  request.stage = stage ?? request.stage;
}

function readApiKey(request: ExecutionRequest, rest: string): void {
  const key = /^(\S+) authorized /.exec(rest)?.[1];
  if (key !== undefined && key !== 'authorized') request.apiKey = key;
  request.template = /method '([A-Z]+ \/[^']*)'/.exec(rest)?.[1] ?? request.template;
}

function readPrincipal(request: ExecutionRequest, rest: string): void {
  request.principal ??= named(cutMark(rest).text.trim());
}

function readAuthorizerResult(request: ExecutionRequest, rest: string): void {
  // Only the principal: the context behind it is the authorizer's own, secrets included.
  const principal = /"principalId"\s{0,8}:\s{0,8}"([^"\\]{1,256})"/.exec(rest)?.[1];
  request.principal = named(principal) ?? request.principal;
}

/** API Gateway masks some values with asterisks: nothing but those names nobody. */
function named(value: string | undefined): string | undefined {
  return value === undefined || /^[*\s]*$/.test(value) ? undefined : value;
}

function readLimit(request: ExecutionRequest, errorType: string, text: string): void {
  request.errorType ??= errorType;
  request.errorMessage ??= cutMark(text).text;
  const [, apiId] = /RestApi ([a-z0-9]+)/i.exec(text) ?? [];
  const [, stage] = /Stage ([^,\s]+)/.exec(text) ?? [];
  const [, method] = /HttpMethod ([A-Z]+)/.exec(text) ?? [];
  request.apiId ??= apiId;
  request.stage ??= stage;
  request.method ??= method;
}

function readGatewayResponse(request: ExecutionRequest, rest: string): void {
  const [, type, status] = /^([A-Z0-9_]{3,64})(?: with status code: (\d{3}))?/.exec(rest) ?? [];
  request.errorType = type ?? request.errorType;
  if (status !== undefined) request.status ??= Number(status);
}

function readSourceArn(request: ExecutionRequest, rest: string): void {
  const [, region, account] = /arn:aws[\w-]*:execute-api:([a-z0-9-]+):(\d{12}):/.exec(rest) ?? [];
  request.region = region ?? request.region;
  request.accountId = account ?? request.accountId;
}

function readFailure(request: ExecutionRequest, text: string): void {
  const message = cutMark(text).text;
  if (/blocked by .*waf|waf.*block/i.test(message)) request.wafResult ??= 'WAF_BLOCK';
  else if (/authoriz/i.test(message)) request.authorizerError ??= message;
  else request.errorMessage ??= message;
}
