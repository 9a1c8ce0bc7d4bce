import type { ApiCall } from '../calls/api-call.js';
import { Fault } from '../fault.js';
import type { Compression } from '../ports/compression.js';
import { ByteReader, corruptSegment } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { API_TYPES, oneOf, PRINCIPAL_KINDS, ROUTE_SOURCES, TRUSTS } from './closed-sets.js';
import { extraToText, messageToText, textToExtra, textToMessage } from './message-text.js';
import { readNumberColumn, writeNumberColumn } from './number-column.js';
import { readPathColumn, writePathColumn } from './path-column.js';
import { SegmentReader, SegmentWriter } from './segment-streams.js';
import { readTextColumn, type TextColumn, writeTextColumn } from './text-column.js';

/** The first byte of every segment. A reader takes this one and, once there is one, the one before. */
const SEGMENT_FORMAT = 1;
/** More than fit 256 KiB at a byte a call; bounds what a damaged count may ask for. */
const CALLS_MAX = 1_000_000;

/**
 * Calls as columns: repeated values once, times as steps, ids as their bits, paths as what their route leaves open,
 * then gzip over the rest. Order is kept; every field comes back exactly, whatever a caller wrote into it.
 */
export function encodeCalls(calls: readonly ApiCall[], compression: Compression): Uint8Array {
  const out = new SegmentWriter();
  const texts = (pick: (call: ApiCall) => string | undefined): TextColumn => calls.map(pick);
  const write = (pick: (call: ApiCall) => string | undefined, likes: readonly TextColumn[] = []) => {
    const values = texts(pick);
    writeTextColumn(out, values, likes);
    return values;
  };
  const numbers = (pick: (call: ApiCall) => number | undefined, near?: readonly (number | undefined)[]) => {
    const values = calls.map(pick);
    writeNumberColumn(out, values, near === undefined ? {} : { near });
    return values;
  };

  writeNumberColumn(
    out,
    calls.map((call) => call.timeMs),
    { steps: true },
  );
  const requestIds = write((call) => call.requestId);
  const extendedIds = write((call) => call.extendedRequestId, [requestIds]);
  write((call) => call.id, [extendedIds, requestIds]);
  write((call) => call.accountId);
  write((call) => call.region);
  write((call) => call.apiId);
  write((call) => call.apiType);
  write((call) => call.stage);
  write((call) => call.host);
  write((call) => call.method);
  const routes = write((call) => call.route);
  writePathColumn(
    out,
    texts((call) => call.path),
    routes,
  );
  write((call) => call.query);
  write((call) => call.routeSource);
  write((call) => call.protocol);
  const statuses = numbers((call) => call.status);
  const addresses = write((call) => call.sourceIp);
  write((call) => call.userAgent);
  const keyIds = write((call) => call.apiKeyId);
  write((call) => call.principal, [addresses, keyIds]);
  write((call) => call.principalKind);
  const latencies = numbers((call) => call.latencyMs);
  numbers((call) => call.integrationLatencyMs, latencies);
  numbers((call) => call.integrationStatus, statuses);
  numbers((call) => call.responseBytes);
  write((call) => call.errorType);
  write((call) => call.errorMessage);
  write((call) => call.authorizerError);
  write((call) => call.wafResult);
  write((call) => call.tlsVersion);
  write((call) => call.tlsCipher);
  write((call) => call.eventType);
  write((call) => call.connectionId);
  write((call) => messageToText(call.request));
  write((call) => messageToText(call.response));
  write((call) => call.feed);
  write((call) => call.format);
  write((call) => call.trust);
  numbers((call) => (call.recovered ? 1 : 0));
  write((call) => extraToText(call.extra));

  const bytes = new ByteWriter();
  bytes.byte(SEGMENT_FORMAT);
  bytes.varint(calls.length);
  return out.finish(bytes, compression);
}

/** Throws `Fault('store.corrupt')` on a format it does not know and on bytes that are not a segment. */
export function decodeCalls(bytes: Uint8Array, compression: Compression): ApiCall[] {
  const header = new ByteReader(bytes);
  const format = header.byte();
  if (format !== SEGMENT_FORMAT) throw new Fault('store.corrupt', { what: 'segment', format });
  const rows = header.count(CALLS_MAX);
  const source = new SegmentReader(header, compression);
  const read = (likes: readonly TextColumn[] = []) => readTextColumn(source, rows, likes);
  const numbers = (near?: readonly (number | undefined)[]) => readNumberColumn(source, rows, near);

  const times = numbers();
  const requestIds = read();
  const extendedIds = read([requestIds]);
  const ids = read([extendedIds, requestIds]);
  const accountIds = read();
  const regions = read();
  const apiIds = read();
  const apiTypes = read();
  const stages = read();
  const hosts = read();
  const methods = read();
  const routes = read();
  const paths = readPathColumn(source, routes);
  const queries = read();
  const routeSources = read();
  const protocols = read();
  const statuses = numbers();
  const addresses = read();
  const userAgents = read();
  const keyIds = read();
  const principals = read([addresses, keyIds]);
  const principalKinds = read();
  const latencies = numbers();
  const integrationLatencies = numbers(latencies);
  const integrationStatuses = numbers(statuses);
  const responseBytes = numbers();
  const errorTypes = read();
  const errorMessages = read();
  const authorizerErrors = read();
  const wafResults = read();
  const tlsVersions = read();
  const tlsCiphers = read();
  const eventTypes = read();
  const connectionIds = read();
  const requests = read();
  const responses = read();
  const feeds = read();
  const formats = read();
  const trusts = read();
  const recovered = numbers();
  const extras = read();

  return ids.map((id, row) => ({
    id: id ?? corruptSegment('call without id'),
    timeMs: times[row] ?? corruptSegment('call without time'),
    requestId: requestIds[row],
    extendedRequestId: extendedIds[row],
    accountId: accountIds[row],
    region: regions[row],
    apiId: apiIds[row],
    apiType: oneOf(API_TYPES, apiTypes[row]),
    stage: stages[row],
    host: hosts[row],
    method: methods[row],
    path: paths[row],
    query: queries[row],
    route: routes[row],
    routeSource: oneOf(ROUTE_SOURCES, routeSources[row]),
    protocol: protocols[row],
    status: statuses[row],
    sourceIp: addresses[row],
    userAgent: userAgents[row],
    principal: principals[row],
    principalKind: oneOf(PRINCIPAL_KINDS, principalKinds[row]),
    apiKeyId: keyIds[row],
    latencyMs: latencies[row],
    integrationLatencyMs: integrationLatencies[row],
    integrationStatus: integrationStatuses[row],
    responseBytes: responseBytes[row],
    errorType: errorTypes[row],
    errorMessage: errorMessages[row],
    authorizerError: authorizerErrors[row],
    wafResult: wafResults[row],
    tlsVersion: tlsVersions[row],
    tlsCipher: tlsCiphers[row],
    eventType: eventTypes[row],
    connectionId: connectionIds[row],
    request: textToMessage(requests[row]),
    response: textToMessage(responses[row]),
    feed: feeds[row] ?? corruptSegment('call without feed'),
    format: formats[row] ?? corruptSegment('call without format'),
    trust: oneOf(TRUSTS, trusts[row]) ?? corruptSegment('call without trust'),
    recovered: recovered[row] === 1,
    extra: textToExtra(extras[row]),
  }));
}
