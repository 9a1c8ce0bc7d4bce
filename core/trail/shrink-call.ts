import type { ApiCall, CallMessage } from '../calls/api-call.js';

/** Thirty fields of it stay well under a segment's 256 KiB even where nothing compresses (a UTF-16 unit is up to 5 bytes when escaped). */
const TEXT_MAX = 1024;

/** The name in `extra` under which a shrunk call says which of its fields were cut or left out, separated by commas. */
const TRUNCATED = 'gatewarden.truncated';

/**
 * A call that fits a segment whatever was written into it: without bodies, headers and extras, its texts cut. What was
 * lost is named in `extra['gatewarden.truncated']`.
 */
export function shrinkCall(call: ApiCall): ApiCall {
  const lost: string[] = [];
  const cut = (name: TextField): string | undefined => {
    const text = call[name];
    if (text === undefined || text.length <= TEXT_MAX) return text;
    lost.push(name);
    return text.slice(0, TEXT_MAX);
  };
  const drop = (name: 'request' | 'response'): CallMessage | undefined => {
    if (call[name] === undefined) return undefined;
    lost.push(name);
    return { headers: undefined, body: undefined, truncated: true };
  };
  const shrunk: ApiCall = {
    ...call,
    id: cut('id') ?? '',
    requestId: cut('requestId'),
    extendedRequestId: cut('extendedRequestId'),
    accountId: cut('accountId'),
    region: cut('region'),
    apiId: cut('apiId'),
    stage: cut('stage'),
    host: cut('host'),
    method: cut('method'),
    path: cut('path'),
    query: cut('query'),
    route: cut('route'),
    protocol: cut('protocol'),
    sourceIp: cut('sourceIp'),
    userAgent: cut('userAgent'),
    principal: cut('principal'),
    apiKeyId: cut('apiKeyId'),
    errorType: cut('errorType'),
    errorMessage: cut('errorMessage'),
    authorizerError: cut('authorizerError'),
    wafResult: cut('wafResult'),
    tlsVersion: cut('tlsVersion'),
    tlsCipher: cut('tlsCipher'),
    eventType: cut('eventType'),
    connectionId: cut('connectionId'),
    request: drop('request'),
    response: drop('response'),
    feed: cut('feed') ?? '',
    format: cut('format') ?? '',
  };
  if (call.extra !== undefined) lost.push('extra');
  return { ...shrunk, extra: { [TRUNCATED]: lost.join(',') } };
}

/** The fields that hold whatever a caller or a log wrote. */
type TextField = {
  [Name in keyof ApiCall]: string extends ApiCall[Name] ? Name : never;
}[keyof ApiCall];
