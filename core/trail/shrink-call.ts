import type { ApiCall, CallMessage } from '../calls/api-call.js';

/** Thirty fields of it stay well under a segment's 256 KiB even where nothing compresses (a UTF-16 unit is up to 5 bytes when escaped). */
const TEXT_MAX = 1024;

/** A call that fits a segment whatever was written into it: without bodies and headers, its texts cut. */
export function shrinkCall(call: ApiCall): ApiCall {
  const cut = <T extends string>(text: T | undefined) => text?.slice(0, TEXT_MAX);
  return {
    ...call,
    id: call.id.slice(0, TEXT_MAX),
    requestId: cut(call.requestId),
    extendedRequestId: cut(call.extendedRequestId),
    accountId: cut(call.accountId),
    region: cut(call.region),
    apiId: cut(call.apiId),
    stage: cut(call.stage),
    host: cut(call.host),
    method: cut(call.method),
    path: cut(call.path),
    query: cut(call.query),
    route: cut(call.route),
    protocol: cut(call.protocol),
    sourceIp: cut(call.sourceIp),
    userAgent: cut(call.userAgent),
    principal: cut(call.principal),
    apiKeyId: cut(call.apiKeyId),
    errorType: cut(call.errorType),
    errorMessage: cut(call.errorMessage),
    authorizerError: cut(call.authorizerError),
    wafResult: cut(call.wafResult),
    tlsVersion: cut(call.tlsVersion),
    tlsCipher: cut(call.tlsCipher),
    eventType: cut(call.eventType),
    connectionId: cut(call.connectionId),
    request: withoutContent(call.request),
    response: withoutContent(call.response),
    feed: call.feed.slice(0, TEXT_MAX),
    format: call.format.slice(0, TEXT_MAX),
    extra: undefined,
  };
}

function withoutContent(message: CallMessage | undefined): CallMessage | undefined {
  return message === undefined ? undefined : { headers: undefined, body: undefined, truncated: true };
}
