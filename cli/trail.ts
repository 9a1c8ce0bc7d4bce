import { Command } from 'commander';
import { nodeCompression } from '../adapters/node/node-compression.js';
import type { ApiCall } from '../core/calls/api-call.js';
import { compileIpRanges } from '../core/calls/ip-ranges.js';
import { Fault } from '../core/fault.js';
import type { SegmentHead } from '../core/ports/trail-store.js';
import { searchTrail } from '../core/trail/search.js';
import { renderCalls } from './call-table.js';
import { checked } from './checked.js';
import { type CliIo, UsageError, write } from './cli-io.js';
import { wholeNumber } from './number-option.js';
import { type OpenStores, openStores as openPlace } from './open-stores.js';
import { type PlaceOptions, withPlace } from './place-options.js';
import { tableStyle } from './table.js';
import { parseSince } from './time-option.js';

interface SearchOptions extends PlaceOptions {
  readonly since?: string;
  readonly until?: string;
  readonly api?: string;
  readonly stage?: string;
  readonly route?: string;
  readonly method?: string;
  readonly status?: string;
  readonly ip?: string;
  readonly principal?: string;
  readonly requestId?: string;
  readonly text?: string;
  readonly limit: string;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden trail search --since 24h --status 4xx
  $ gatewarden trail search --ip 192.0.2.0/24 --route '/orders/{id}' --json
  $ gatewarden trail search --stack gatewarden --since 1h --status 5xx
  $ gatewarden trail search --request-id c6af9ac6-7b61-11e6-9a41-93e8deadbeef

Newest first; every condition must hold. With --json one call a line.`;

const LIMIT_MAX = 10_000_000;
/** Rows that columns are fitted to at a time: memory stays small however many are asked for. */
const ROWS_AT_A_TIME = 500;
/** 9999-12-31: the last instant that the trail's keys tell apart. */
const LAST_MS = 253_402_300_799_999;

/** `gatewarden trail`: the calls themselves. */
export function trailCommand(io: CliIo, openStores: OpenStores = openPlace): Command {
  const trail = new Command('trail')
    .description('the audit trail: every call')
    .addHelpText('after', EXAMPLES);
  withPlace(trail.command('search', { isDefault: true }))
    .description('calls that fit, newest first (the default)')
    .option('--since <when>', 'from then on, as 24h or 7d before now, or an ISO date')
    .option('--until <when>', 'up to then')
    .option('--api <id>', 'API id')
    .option('--stage <name>', 'stage')
    .option('--route <template>', "route template, such as '/orders/{id}'")
    .option('--method <method>', 'HTTP method')
    .option('--status <status>', 'a status (403) or a class (4xx)')
    .option('--ip <address>', 'source address or CIDR')
    .option('--principal <id>', 'who called')
    .option('--request-id <id>', 'request id or extended request id')
    .option('--text <text>', 'text in path or user agent')
    .option('--limit <n>', 'at most so many', '100')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action((options: SearchOptions) => search(options, io, openStores));
  return trail;
}

async function search(options: SearchOptions, io: CliIo, openStores: OpenStores): Promise<void> {
  const nowMs = io.nowMs();
  const { since, until } = options;
  const { limit, fromMs, toMs, fits } = checked({
    limit: () => wholeNumber('--limit', options.limit, 1, LIMIT_MAX),
    fromMs: () => (since === undefined ? 0 : parseSince('--since', since, nowMs)),
    // A clock that is ahead must not hide a call from whoever asks for all.
    toMs: () => (until === undefined ? LAST_MS : parseSince('--until', until, nowMs)),
    fits: () => toPredicate(options),
  });
  const scope = { apiId: options.api, stage: options.stage, fromMs, toMs };
  if (toMs < fromMs)
    throw new UsageError(
      `--until is before --since (seen --since ${options.since ?? ''} --until ${options.until ?? ''})`,
    );
  const opened = await openStores(options, io.nowMs);
  try {
    const reading = { store: opened.stores.trail, compression: nodeCompression };
    const calls = firstOf(searchTrail(reading, { ...scope, mayHold: toHeadPredicate(options) }, fits), limit);
    if (options.json) for await (const call of calls) await write(io.stdout, `${JSON.stringify(call)}\n`);
    else await printCalls(io, calls);
  } finally {
    await opened.close();
  }
}

async function* firstOf<T>(values: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let seen = 0;
  for await (const value of values) {
    yield value;
    if (++seen === limit) return;
  }
}

async function printCalls(io: CliIo, calls: AsyncIterable<ApiCall>): Promise<void> {
  const style = tableStyle(io);
  let rows: ApiCall[] = [];
  let printed = 0;
  async function flush(): Promise<void> {
    if (rows.length === 0) return;
    await write(io.stdout, renderCalls(rows, style));
    printed += rows.length;
    rows = [];
  }
  for await (const call of calls) {
    rows.push(call);
    if (rows.length === ROWS_AT_A_TIME) await flush();
  }
  await flush();
  if (printed === 0) await write(io.stderr, 'No call fits\n');
}

/** Spares reading a segment whose head shows that no call of it fits. */
function toHeadPredicate({ route, status }: SearchOptions): (head: SegmentHead) => boolean {
  return ({ routes }) =>
    Object.entries(routes).some(
      ([label, statuses]) =>
        (route === undefined || label.endsWith(` ${route}`)) &&
        (status === undefined || Object.keys(statuses).some((seen) => fitsStatus(seen, status))),
    );
}

function fitsStatus(seen: string, wanted: string): boolean {
  return /^\dxx$/i.test(wanted) ? seen.startsWith(wanted.charAt(0)) : seen === wanted;
}

type Predicate = (call: ApiCall) => boolean;

function toPredicate(options: SearchOptions): Predicate {
  const { route, principal, requestId } = options;
  const method = options.method?.toUpperCase();
  const text = options.text?.toLowerCase();
  const conditions: Predicate[] = [];
  if (route !== undefined) conditions.push((call) => call.route === route);
  if (method !== undefined) conditions.push((call) => call.method === method);
  if (principal !== undefined) conditions.push((call) => call.principal === principal);
  if (requestId !== undefined)
    conditions.push(
      (call) => call.requestId === requestId || call.extendedRequestId === requestId || call.id === requestId,
    );
  if (text !== undefined)
    conditions.push(({ path, userAgent }) =>
      [path, userAgent].some((value) => value?.toLowerCase().includes(text)),
    );
  const { status, ip } = options;
  const { byStatus, byAddress } = checked({
    byStatus: () => (status === undefined ? [] : [statusPredicate(status)]),
    byAddress: () => (ip === undefined ? [] : [addressPredicate(ip)]),
  });
  conditions.push(...byStatus, ...byAddress);
  return (call) => conditions.every((condition) => condition(call));
}

function statusPredicate(text: string): Predicate {
  const [, hundreds] = /^([1-5])xx$/i.exec(text) ?? [];
  if (hundreds !== undefined)
    return ({ status }) => status !== undefined && Math.floor(status / 100) === Number(hundreds);
  if (!/^[1-5]\d\d$/.test(text))
    throw new UsageError(`--status: seen ${text}, expected a status such as 403, or a class such as 4xx`);
  return ({ status }) => status === Number(text);
}

function addressPredicate(text: string): Predicate {
  const isWithin = compileRange(text);
  return ({ sourceIp }) => sourceIp !== undefined && isWithin(sourceIp);
}

function compileRange(text: string): (ip: string) => boolean {
  try {
    return compileIpRanges([text]);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new UsageError(
      `--ip: seen ${text}, expected an address such as 192.0.2.7, or a CIDR such as 192.0.2.0/24`,
    );
  }
}
