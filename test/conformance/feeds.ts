/**
 * Decodes a folder of real inputs: `npx tsx test/conformance/feeds.ts --data DIR`. Every record must be a call or a
 * rejection with a reason, execution logs must give the calls that their own lines state, and no secret that the
 * project knows by shape may come out. Fails when it finds nothing.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { nodeCompression } from '../../adapters/node/node-compression.js';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { DecodedBatch } from '../../core/calls/feeds/decoded-batch.js';
import { arrayOf, asObject, type JsonObject, objectOf, stringOf } from '../../core/calls/feeds/json-value.js';
import { createPayloadDecoder } from '../../core/calls/feeds/payload-decoder.js';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const folder = values.data ?? process.env['GATEWARDEN_DATA'];
if (folder === undefined) throw new Error('give the folder of inputs: --data DIR');

const decoder = createPayloadDecoder({
  bundle: { feeds: [], settings: { hotDays: 7, proxies: [], keepExtra: [], redact: [] } },
  compression: nodeCompression,
  digest: nodeDigest,
  regexEngine: undefined,
});
const problems: string[] = [];
const totals = { sources: 0, records: 0, calls: 0, rejected: 0 };

checkExecutionLogs(join(folder, 'execution-logs'));
checkLambdaEvents(join(folder, 'lambda-events', 'events.jsonl'));
checkAccessLogs(join(folder, 'access-logs'));

console.log(JSON.stringify(totals));
for (const problem of problems) console.error(`FAILED ${problem}`);
if (totals.sources === 0 || totals.calls === 0) console.error('FAILED nothing was found to decode');
process.exit(problems.length > 0 || totals.sources === 0 || totals.calls === 0 ? 1 : 0);

function checkExecutionLogs(at: string): void {
  for (const name of filesIn(at, '.json')) {
    const cases: unknown = JSON.parse(readFileSync(join(at, name), 'utf8'));
    for (const entry of Array.isArray(cases) ? cases : [cases]) {
      const object = asObject(entry);
      const payload = objectOf(object, 'cloudwatchLogsData') ?? object;
      if (payload === undefined) continue;
      const label = `${name}: ${stringOf(object, 'test') ?? 'payload'}`;
      for (const batch of account(label, decoder.decodeEvent(payload)))
        checkExecutionBatch(label, batch, payload);
    }
  }
}

/** What a few plain searches of the raw lines say must be what the call says. */
function checkExecutionBatch(label: string, batch: DecodedBatch, payload: JsonObject): void {
  const messages = (arrayOf(payload, 'logEvents') ?? []).map(
    (event) => stringOf(asObject(event), 'message') ?? '',
  );
  const ids = new Set(
    messages.map((message) => /^\(([^)]+)\)/.exec(message)?.[1]).filter((id) => id !== undefined),
  );
  expect(label, 'calls', batch.calls.length, ids.size);
  for (const call of batch.calls) {
    const own = messages.filter((message) => message.startsWith(`(${call.requestId})`));
    const find = (pattern: RegExp) =>
      own.map((message) => pattern.exec(message)?.[1]).find((hit) => hit !== undefined);
    const status = find(/Method completed with status: (\d+)/);
    const latency = find(/Integration latency: (\d+) ms/);
    const forwarded = find(/Method request headers: .*X-Forwarded-For=([^,}]+)/);
    expect(label, 'status', call.status, status === undefined ? undefined : Number(status));
    expect(
      label,
      'integration latency',
      call.integrationLatencyMs,
      latency === undefined ? undefined : Number(latency),
    );
    expect(label, 'extended request id', call.extendedRequestId, find(/Extended Request Id: (\S+)/));
    expect(label, 'path', call.path, find(/Resource Path: (\S+)/));
    expect(label, 'method', call.method, find(/HTTP Method: ([A-Z]+)/) ?? find(/HttpMethod ([A-Z]+)/));
    expect(label, 'source address', call.sourceIp, forwarded);
    expect(label, 'user agent', call.userAgent, find(/Method request headers: .*?User-Agent=([^,}]+)/));
    if (status === '429') expect(label, 'error type', call.errorType, 'THROTTLED');
  }
}

function checkLambdaEvents(path: string): void {
  if (!existsSync(path)) return;
  for (const [at, line] of readFileSync(path, 'utf8').split('\n').entries()) {
    const entry = line.trim() === '' ? undefined : asObject(JSON.parse(line));
    if (entry === undefined || stringOf(entry, 'kind') !== 'cloudwatch-logs') continue;
    const label = `${path}:${at + 1} ${stringOf(entry, 'source') ?? ''}`;
    const batches = account(label, decoder.decodeEvent(objectOf(entry, 'event')));
    const data = stringOf(objectOf(objectOf(entry, 'event'), 'awslogs'), 'data') ?? '';
    const text = nodeCompression.decodeUtf8(nodeCompression.gunzip(nodeCompression.decodeBase64(data), 1e9));
    const events = arrayOf(asObject(JSON.parse(text)), 'logEvents') ?? [];
    expect(
      label,
      'records',
      batches.reduce((sum, batch) => sum + batch.records, 0),
      events.length,
    );
  }
}

function checkAccessLogs(at: string): void {
  const logs = existsSync(at) ? readdirSync(at, { recursive: true, encoding: 'utf8' }) : [];
  for (const name of logs.filter((entry) => entry.endsWith('.log'))) {
    const text = readFileSync(join(at, name), 'utf8');
    const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
    const reader = decoder.lines({ feed: name, identity: name, firstLine: 1, timeMs: 0, trust: 'file' });
    for (const line of lines) reader.push(line);
    const batch = reader.batch(`0-${text.length}`);
    account(name, [batch]);
    expect(name, 'records', batch.records, lines.length);
    for (const call of batch.calls) {
      for (const field of ['timeMs', 'status', 'sourceIp', 'apiType'] as const) {
        if (!call[field]) problems.push(`${name}: a call without ${field}`);
      }
    }
  }
}

/** Every record belongs to exactly one call or rejection, and nothing that looks like a secret came out. */
function account(label: string, batches: readonly DecodedBatch[]): readonly DecodedBatch[] {
  for (const batch of batches) {
    const records = [...batch.sources.flat(), ...batch.rejected.map((rejected) => rejected.record)];
    expect(label, 'records accounted for', new Set(records).size, batch.records);
    expect(label, 'records counted once', records.length, batch.records);
    if (batch.rejected.some((rejected) => rejected.reason === ''))
      problems.push(`${label}: a rejection without a reason`);
    for (const call of batch.calls) checkSecrets(label, call);
    totals.sources += 1;
    totals.records += batch.records;
    totals.calls += batch.calls.length;
    totals.rejected += batch.rejected.length;
  }
  return batches;
}

function checkSecrets(label: string, call: ApiCall): void {
  const headers = call.request?.headers ?? {};
  for (const name of ['authorization', 'cookie', 'x-api-key', 'x-amz-security-token']) {
    const value = headers[name];
    if (value !== undefined && value !== '[redacted]') problems.push(`${label}: header ${name} came out`);
  }
  if (/\beyJ[\w-]{20,}\.[\w-]+/.test(JSON.stringify(call))) problems.push(`${label}: a token came out`);
}

function expect(label: string, what: string, seen: unknown, right: unknown): void {
  if (seen !== right) problems.push(`${label}: ${what} is ${String(seen)}, expected ${String(right)}`);
}

function filesIn(at: string, ending: string): readonly string[] {
  return existsSync(at) ? readdirSync(at).filter((name) => name.endsWith(ending)) : [];
}
