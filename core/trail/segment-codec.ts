import type { ApiCall } from '../calls/api-call.js';
import { Fault } from '../fault.js';
import type { Compression } from '../ports/compression.js';
import { ByteReader, corruptSegment } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { toColumns } from './call-columns.js';
import { API_TYPES, oneOf, PRINCIPAL_KINDS, ROUTE_SOURCES, TRUSTS } from './closed-sets.js';
import { textToExtra, textToMessage } from './message-text.js';
import { readNumberColumn, writeNumberColumn } from './number-column.js';
import { readPathColumn, writePathColumn } from './path-column.js';
import { SegmentReader, SegmentWriter } from './segment-streams.js';
import { readTextColumn, type TextColumn, writeTextColumn } from './text-column.js';

/** The first byte of every segment. A reader takes this one and the one before, which lacks `authorizerLatencyMs`. */
const SEGMENT_FORMAT = 2;
const SEGMENT_FORMAT_BEFORE = 1;
/** More than fit 256 KiB at a byte a call; bounds what a damaged count may ask for. */
const CALLS_MAX = 1_000_000;

/**
 * Calls as columns: repeated values once, times as steps, ids as their bits, paths as what their route leaves open,
 * then gzip over the rest. Order is kept; every field comes back exactly, whatever a caller wrote into it.
 */
export function encodeCalls(calls: readonly ApiCall[], compression: Compression): Uint8Array {
  const out = new SegmentWriter(compression);
  const columns = toColumns(calls);

  writeNumberColumn(out, columns.timeMs, { steps: true });
  writeTextColumn(out, columns.requestId);
  writeTextColumn(out, columns.extendedRequestId, [columns.requestId]);
  writeTextColumn(out, columns.id, [columns.extendedRequestId, columns.requestId]);
  writeTextColumn(out, columns.accountId);
  writeTextColumn(out, columns.region);
  writeTextColumn(out, columns.apiId);
  writeTextColumn(out, columns.apiType);
  writeTextColumn(out, columns.stage);
  writeTextColumn(out, columns.host);
  writeTextColumn(out, columns.method);
  writeTextColumn(out, columns.route);
  writePathColumn(out, columns.path, columns.route);
  writeTextColumn(out, columns.query);
  writeTextColumn(out, columns.routeSource);
  writeTextColumn(out, columns.protocol);
  writeNumberColumn(out, columns.status);
  writeTextColumn(out, columns.sourceIp);
  writeTextColumn(out, columns.userAgent);
  writeTextColumn(out, columns.apiKeyId);
  writeTextColumn(out, columns.principal, [columns.sourceIp, columns.apiKeyId]);
  writeTextColumn(out, columns.principalKind);
  writeNumberColumn(out, columns.latencyMs);
  writeNumberColumn(out, columns.integrationLatencyMs, { near: columns.latencyMs });
  writeNumberColumn(out, columns.integrationStatus, { near: columns.status });
  writeNumberColumn(out, columns.responseBytes);
  writeTextColumn(out, columns.errorType);
  writeTextColumn(out, columns.errorMessage);
  writeTextColumn(out, columns.authorizerError);
  writeTextColumn(out, columns.wafResult);
  writeTextColumn(out, columns.tlsVersion);
  writeTextColumn(out, columns.tlsCipher);
  writeTextColumn(out, columns.eventType);
  writeTextColumn(out, columns.connectionId);
  writeTextColumn(out, columns.request);
  writeTextColumn(out, columns.response);
  writeTextColumn(out, columns.feed);
  writeTextColumn(out, columns.format);
  writeTextColumn(out, columns.trust);
  writeNumberColumn(out, columns.recovered);
  writeTextColumn(out, columns.extra);
  writeNumberColumn(out, columns.authorizerLatencyMs);

  const bytes = new ByteWriter();
  bytes.byte(SEGMENT_FORMAT);
  bytes.varint(calls.length);
  return out.finish(bytes);
}

/** Throws `Fault('store.corrupt')` on a format it does not know and on bytes that are not a segment. */
export function decodeCalls(bytes: Uint8Array, compression: Compression): ApiCall[] {
  const header = new ByteReader(bytes);
  const format = header.byte();
  if (format !== SEGMENT_FORMAT && format !== SEGMENT_FORMAT_BEFORE)
    throw new Fault('store.corrupt', { what: 'segment', format });
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
  const authorizerLatencies = format === SEGMENT_FORMAT_BEFORE ? [] : numbers();

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
    authorizerLatencyMs: authorizerLatencies[row],
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
