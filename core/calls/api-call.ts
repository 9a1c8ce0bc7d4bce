/** The kinds of API Gateway API that write access logs. */
export type ApiType = 'rest' | 'http' | 'websocket';

/** How clients reach an API: over CloudFront (`edge`), or directly. */
export type EndpointType = 'edge' | 'regional' | 'private';

/**
 * Who called, strongest identity first: IAM ARN, JWT or authorizer subject, API key id, client certificate,
 * then the source address (`ip`: of IPv6 the /64 it lies in, `2001:db8:1:2::/64`; the full address is `sourceIp`).
 * `proxy` marks an address that belongs to a CDN or proxy: never a group, never blocked. `unknown` marks a call whose line had to be
 * mended and could have had its address from the caller: it has no principal, and its `sourceIp` is a claim.
 */
export type PrincipalKind = 'iam' | 'subject' | 'api-key' | 'client-certificate' | 'ip' | 'proxy' | 'unknown';

/**
 * How far the writer of a feed is to be trusted. `gateway`: written by API Gateway into a log group; `guard`:
 * a signed guard line; `file`: imported by an operator; `client`: sent by a FireTail client or another
 * unauthenticated writer; `unknown`: a log group that nobody said API Gateway writes. No automatic action rests on `client` or
 * `unknown`, nor on a `recovered` line of any feed.
 */
export type Trust = 'gateway' | 'guard' | 'file' | 'client' | 'unknown';

/** Where a route template came from: the log line, the deployed routes, or templating of the path. */
export type RouteSource = 'line' | 'deployed' | 'template';

/** What an execution log or a FireTail record carries beyond an access log; redacted like everything else. */
export interface CallMessage {
  readonly headers: Readonly<Record<string, string>> | undefined;
  readonly body: string | undefined;
  /** The log cut the headers or the body short. */
  readonly truncated: boolean;
}

/**
 * One observed API request with its response. All keys are always present (absent values are `undefined`), so
 * that every call has the same hidden class: the hot path reads millions of these. The names are the published
 * Sigma taxonomy of `product: aws, service: apigateway`.
 */
export interface ApiCall {
  /** The same in every delivery of the call: extended request id, request id, event id, or a hash of line and position. */
  readonly id: string;
  /** Epoch milliseconds of the request; of the log event where the line carries no time. */
  readonly timeMs: number;
  /** On REST APIs the client may choose this one; `extendedRequestId` is the gateway's own. */
  readonly requestId: string | undefined;
  readonly extendedRequestId: string | undefined;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly apiId: string | undefined;
  readonly apiType: ApiType | undefined;
  readonly stage: string | undefined;
  readonly host: string | undefined;
  readonly method: string | undefined;
  /** Without the stage and base-path prefix; never with a query string. */
  readonly path: string | undefined;
  /** Only feeds that carry it (execution logs, FireTail); redacted. Access logs never do. */
  readonly query: string | undefined;
  /** Route template such as `/pets/{id}`, without the method; WebSocket: the route key. */
  readonly route: string | undefined;
  readonly routeSource: RouteSource | undefined;
  readonly protocol: string | undefined;
  readonly status: number | undefined;
  readonly sourceIp: string | undefined;
  readonly userAgent: string | undefined;
  readonly principal: string | undefined;
  readonly principalKind: PrincipalKind | undefined;
  readonly apiKeyId: string | undefined;
  readonly latencyMs: number | undefined;
  readonly integrationLatencyMs: number | undefined;
  readonly integrationStatus: number | undefined;
  /** What the authorizer took; absent where none was asked, or the answer came from its cache. */
  readonly authorizerLatencyMs: number | undefined;
  readonly responseBytes: number | undefined;
  /** Gateway response type, such as `MISSING_AUTHENTICATION_TOKEN` or `THROTTLED`. */
  readonly errorType: string | undefined;
  readonly errorMessage: string | undefined;
  readonly authorizerError: string | undefined;
  /** WAF verdict such as `WAF_BLOCK`, or its status code. */
  readonly wafResult: string | undefined;
  readonly tlsVersion: string | undefined;
  readonly tlsCipher: string | undefined;
  /** WebSocket only: `CONNECT`, `MESSAGE`, `DISCONNECT`. */
  readonly eventType: string | undefined;
  readonly connectionId: string | undefined;
  readonly request: CallMessage | undefined;
  readonly response: CallMessage | undefined;
  /** The feed's name: a log group, a file, `guard`, `firetail`. */
  readonly feed: string;
  /** Id of the log format that read the line. */
  readonly format: string;
  readonly trust: Trust;
  /** The line did not parse as its format says and was mended: a caller may have injected separators. */
  readonly recovered: boolean;
  /** Variables we have no field for, by name; the value only where the allow list names it, else `null`. */
  readonly extra: Readonly<Record<string, string | null>> | undefined;
}
