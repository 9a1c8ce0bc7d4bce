import type { ApiCall } from '../calls/api-call.js';
import { extraToText, messageToText } from './message-text.js';

type Texts = (string | undefined)[];
type Numbers = (number | undefined)[];

/** The calls turned on their side: one array a field, a row a call. */
export type CallColumns = ReturnType<typeof emptyColumns>;

/** One pass over the calls, written out: a closure for each field and call would cost as much as all the rest. */
export function toColumns(calls: readonly ApiCall[]): CallColumns {
  const columns = emptyColumns(calls.length);
  const extraOf = rememberLast(extraToText);
  for (let row = 0; row < calls.length; row++) {
    const call = calls[row] as ApiCall;
    columns.timeMs[row] = call.timeMs;
    columns.requestId[row] = call.requestId;
    columns.extendedRequestId[row] = call.extendedRequestId;
    columns.id[row] = call.id;
    columns.accountId[row] = call.accountId;
    columns.region[row] = call.region;
    columns.apiId[row] = call.apiId;
    columns.apiType[row] = call.apiType;
    columns.stage[row] = call.stage;
    columns.host[row] = call.host;
    columns.method[row] = call.method;
    columns.route[row] = call.route;
    columns.path[row] = call.path;
    columns.query[row] = call.query;
    columns.routeSource[row] = call.routeSource;
    columns.protocol[row] = call.protocol;
    columns.status[row] = call.status;
    columns.sourceIp[row] = call.sourceIp;
    columns.userAgent[row] = call.userAgent;
    columns.apiKeyId[row] = call.apiKeyId;
    columns.principal[row] = call.principal;
    columns.principalKind[row] = call.principalKind;
    columns.latencyMs[row] = call.latencyMs;
    columns.integrationLatencyMs[row] = call.integrationLatencyMs;
    columns.integrationStatus[row] = call.integrationStatus;
    columns.authorizerLatencyMs[row] = call.authorizerLatencyMs;
    columns.responseBytes[row] = call.responseBytes;
    columns.errorType[row] = call.errorType;
    columns.errorMessage[row] = call.errorMessage;
    columns.authorizerError[row] = call.authorizerError;
    columns.wafResult[row] = call.wafResult;
    columns.tlsVersion[row] = call.tlsVersion;
    columns.tlsCipher[row] = call.tlsCipher;
    columns.eventType[row] = call.eventType;
    columns.connectionId[row] = call.connectionId;
    columns.request[row] = messageToText(call.request);
    columns.response[row] = messageToText(call.response);
    columns.feed[row] = call.feed;
    columns.format[row] = call.format;
    columns.trust[row] = call.trust;
    columns.recovered[row] = call.recovered ? 1 : 0;
    columns.extra[row] = extraOf(call.extra);
  }
  return columns;
}

function emptyColumns(rows: number) {
  const texts = (): Texts => new Array<string | undefined>(rows);
  const numbers = (): Numbers => new Array<number | undefined>(rows);
  return {
    timeMs: numbers(),
    requestId: texts(),
    extendedRequestId: texts(),
    id: texts(),
    accountId: texts(),
    region: texts(),
    apiId: texts(),
    apiType: texts(),
    stage: texts(),
    host: texts(),
    method: texts(),
    route: texts(),
    path: texts(),
    query: texts(),
    routeSource: texts(),
    protocol: texts(),
    status: numbers(),
    sourceIp: texts(),
    userAgent: texts(),
    apiKeyId: texts(),
    principal: texts(),
    principalKind: texts(),
    latencyMs: numbers(),
    integrationLatencyMs: numbers(),
    integrationStatus: numbers(),
    authorizerLatencyMs: numbers(),
    responseBytes: numbers(),
    errorType: texts(),
    errorMessage: texts(),
    authorizerError: texts(),
    wafResult: texts(),
    tlsVersion: texts(),
    tlsCipher: texts(),
    eventType: texts(),
    connectionId: texts(),
    request: texts(),
    response: texts(),
    feed: texts(),
    format: texts(),
    trust: texts(),
    recovered: numbers(),
    extra: texts(),
  };
}

/** The calls of one log format share one object of names. */
function rememberLast<From, To>(convert: (from: From) => To): (from: From) => To {
  let last: { readonly from: From; readonly to: To } | undefined;
  return (from) => {
    if (last === undefined || last.from !== from) last = { from, to: convert(from) };
    return last.to;
  };
}
