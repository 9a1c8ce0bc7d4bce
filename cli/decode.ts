import { Command, Option } from 'commander';
import { fromStream, openFile } from '../adapters/files/byte-source.js';
import { nodeCompression } from '../adapters/node/node-compression.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import type { ApiCall, ApiType } from '../core/calls/api-call.js';
import { createPayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { firstRecord } from '../core/calls/feeds/record-reader.js';
import type { ExtractedLine } from '../core/calls/format/line-format.js';
import { type CliIo, UsageError, write } from './cli-io.js';
import { type DecodedPiece, decodeInput } from './decode-input.js';
import { type DecodeTable, decodeTable, rejectedRow } from './decode-table.js';
import { callVariables } from './decode-variables.js';
import { checkedFormat } from './format-option.js';
import { tableStyle } from './table.js';

interface DecodeOptions {
  readonly format?: string;
  readonly apiType?: ApiType;
  readonly raw?: true;
  readonly json?: true;
}

const EXAMPLES = `
Examples:
  $ gatewarden decode access.log --json
  $ gatewarden decode access.log.gz --format '$context.identity.sourceIp [$context.requestTime] $context.status'
  $ gatewarden decode - --format @format.txt --raw --json < access.log

Reads access log lines of any format (inferred without --format), execution logs, CloudWatch subscription payloads
and Lambda events around them, CloudWatch exports and FireTail NDJSON; plain or gzip. Each record gives one object,
in order: the call, or why there is none. Calls are redacted; --raw prints the values exactly as the log holds them.`;

/** `gatewarden decode`: shows what the product reads in a log. */
export function decodeCommand(io: CliIo): Command {
  return new Command('decode')
    .description('decode a log: one object per record, in order')
    .argument('<file>', 'a log file, or - for standard input')
    .option(
      '--format <format>',
      'accessLogSettings.format of the log, or @FILE that holds it (default: infer it)',
    )
    .addOption(new Option('--api-type <type>', 'the type of the API').choices(['rest', 'http', 'websocket']))
    .option('--raw', 'print the $context variables as logged, unredacted, in place of the call')
    .option('--json', 'print one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action((file: string, options: DecodeOptions) => decode(file, options, io));
}

async function decode(file: string, options: DecodeOptions, io: CliIo): Promise<void> {
  const format = options.format === undefined ? undefined : await checkedFormat(options.format, io);
  const source = file === '-' ? fromStream('standard input', io.stdin) : await openFile(file);
  if ('problem' in source)
    throw new UsageError(`${source.problem}; give a log file, or - for standard input`);

  const seen: ExtractedLine[] = [];
  const feed = file === '-' ? 'stdin' : file;
  const unknown = { accountId: undefined, region: undefined, apiId: undefined, stage: undefined };
  const configured = { feed, trust: 'file', format, apiType: options.apiType, ...unknown } as const;
  const decoder = createPayloadDecoder({
    bundle: {
      feeds: format === undefined ? [] : [configured],
      settings: { hotDays: 7, proxies: [], keepExtra: [], redact: [] },
    },
    compression: nodeCompression,
    digest: nodeDigest,
    regexEngine: undefined,
    ...(options.raw === true ? { onLine: (line) => void seen.push(line) } : {}),
  });
  const timeMs = Math.trunc(source.modifiedMs ?? io.nowMs());
  const lines = {
    feed,
    identity: feed,
    firstLine: 1,
    timeMs,
    trust: 'file',
    apiType: options.apiType,
  } as const;

  const table = decodeTable(tableStyle(io).widthColumns);
  let records = 0;
  for await (const piece of decodeInput(source.chunks, lines, decoder)) {
    const head = records === 0 && !options.json && !options.raw ? `${table.header}\n` : '';
    const text = render(piece, options, seen, table, head);
    records += piece.calls.length + piece.rejected.length;
    seen.length = 0;
    if (text !== '') await write(io.stdout, text);
  }
  if (records === 0) await write(io.stderr, `gatewarden: ${source.name} holds no records\n`);
}

/** Calls and rejections of one piece in the order of their records. */
function render(
  piece: DecodedPiece,
  options: DecodeOptions,
  seen: readonly ExtractedLine[],
  table: DecodeTable,
  head: string,
): string {
  let line = 0;
  const rows = piece.calls.map((call, at) => {
    const extracted = OTHER_FEEDS.has(call.format) ? undefined : seen[line++];
    return { record: firstRecord(piece.sources[at] ?? 0), text: renderCall(call, extracted, options, table) };
  });
  for (const { record, reason, sample } of piece.rejected) {
    const text = options.json
      ? JSON.stringify({ rejected: true, line: record, reason, sample })
      : rejectedRow(record, reason, sample);
    rows.push({ record, text });
  }
  if (rows.length === 0) return '';
  rows.sort((a, b) => a.record - b.record);
  return `${head}${rows.map((row) => row.text).join('\n')}\n`;
}

/** Records of these feeds are no access log lines. */
const OTHER_FEEDS = new Set(['execution-log', 'firetail']);

function renderCall(
  call: ApiCall,
  line: ExtractedLine | undefined,
  options: DecodeOptions,
  table: DecodeTable,
): string {
  if (!options.raw) return options.json ? JSON.stringify(call) : table.callRow(call);
  const variables = line === undefined ? callVariables(call) : lineVariables(line);
  return JSON.stringify({ variables }, undefined, options.json ? undefined : 2);
}

function lineVariables({ format, values }: ExtractedLine): Readonly<Record<string, string | null>> {
  // The first of several slots of one variable counts, as everywhere.
  const entries = format.variables.map((name, slot) => [name, values[slot] ?? null] as const);
  return Object.fromEntries(entries.reverse());
}
