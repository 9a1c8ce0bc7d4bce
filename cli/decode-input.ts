import { textLines } from '../adapters/files/text-lines.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { asObject, parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { LineSource } from '../core/calls/feeds/line-reader.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import type { ReadRecords } from '../core/calls/feeds/record-reader.js';
import { maskedSample } from '../core/calls/format/masked-sample.js';
import { Fault } from '../core/fault.js';

/** A piece of what was decoded; its record numbers count on from those of the pieces before it. */
export type DecodedPiece = Pick<ReadRecords, 'calls' | 'sources' | 'rejected'>;

// JSON documents over several lines are read whole; beyond this they are read line by line.
const LARGEST_DOCUMENT = 256 * 1024 * 1024;

/**
 * Decodes any input the product knows: payloads (one or several JSON documents) where the first line or the whole
 * text is one, else lines. The first record decides for all, so that no line can make itself a payload.
 */
export async function* decodeInput(
  chunks: AsyncIterable<Uint8Array>,
  source: LineSource,
  decoder: PayloadDecoder,
): AsyncGenerator<DecodedPiece> {
  const batches = textLines(chunks)[Symbol.asyncIterator]();
  const head: string[] = [];
  let next = await batches.next();
  while (next.done !== true) {
    // Not by spreading: a chunk of line feeds is a quarter of a million arguments.
    for (const line of next.value) head.push(line);
    if (head.some((line) => line.trim() !== '')) break;
    next = await batches.next();
  }
  const first = withoutMark(head.find((line) => withoutMark(line).trim() !== '') ?? '');
  const document = parseJsonObject(first);
  if (document !== undefined && decoder.accepts(document)) {
    yield* decodeDocuments(head, batches, decoder);
    return;
  }
  if (document === undefined && opensPayload(first, head)) {
    const whole = await readDocument(head, batches);
    const events = whole === undefined ? undefined : eventsOf(whole, decoder);
    if (events !== undefined) {
      yield* numbered(events.map((event) => () => decoder.decodeEvent(event)));
      return;
    }
  }
  yield* decodeLines(head, batches, source, decoder);
}

/** Whether text over several lines may be a payload: JSON that is not complete on its line, with a payload's names. */
function opensPayload(first: string, head: readonly string[]): boolean {
  if (!/^\s*[[{]/.test(first)) return false;
  return head.slice(0, 200).some((line) => /"(?:awslogs|logEvents|Records|records|messageType)"/.test(line));
}

/** Reads on to the end; `undefined` when the text is no JSON (`head` then holds what was read). */
async function readDocument(head: string[], batches: AsyncIterator<readonly string[]>): Promise<unknown> {
  let size = head.reduce((sum, line) => sum + line.length, 0);
  for (let next = await batches.next(); next.done !== true; next = await batches.next()) {
    for (const line of next.value) {
      head.push(line);
      size += line.length + 1;
    }
    if (size > LARGEST_DOCUMENT) return undefined;
  }
  try {
    return JSON.parse(withoutMark(head.join('\n')));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

/** A payload or event, or a list of them. */
function eventsOf(document: unknown, decoder: PayloadDecoder): readonly unknown[] | undefined {
  const events = Array.isArray(document) ? document : [document];
  const objects = events.map((event) => asObject(event));
  return objects.some((object) => object !== undefined && decoder.accepts(object)) ? events : undefined;
}

async function* decodeDocuments(
  head: readonly string[],
  batches: AsyncIterator<readonly string[]>,
  decoder: PayloadDecoder,
): AsyncGenerator<DecodedPiece> {
  let offset = 0;
  for (let lines = head; ; ) {
    for (const line of lines) {
      const text = offset === 0 ? withoutMark(line) : line;
      const piece = numberedFrom(offset, () => decodeDocument(text, decoder));
      offset += piece.records;
      yield piece;
    }
    const next = await batches.next();
    if (next.done === true) return;
    lines = next.value;
  }
}

function decodeDocument(line: string, decoder: PayloadDecoder): readonly DecodedBatch[] {
  const document = line.trim() === '' ? undefined : parseJsonObject(line);
  if (document !== undefined && decoder.accepts(document)) return decoder.decodeEvent(document);
  const what = line.trim() === '' ? 'blank line' : 'not a subscription payload';
  throw new Fault('payload.unreadable', { what });
}

async function* numbered(decodes: readonly (() => readonly DecodedBatch[])[]): AsyncGenerator<DecodedPiece> {
  let offset = 0;
  for (const decode of decodes) {
    const piece = numberedFrom(offset, decode);
    offset += piece.records;
    yield piece;
  }
}

/** Decodes one document; what cannot be read at all is one rejected record. Numbers count on from `offset`. */
function numberedFrom(
  offset: number,
  decode: () => readonly DecodedBatch[],
): DecodedPiece & { readonly records: number } {
  const pieces: {
    calls: DecodedBatch['calls'][number][];
    sources: number[];
    rejected: DecodedPiece['rejected'][number][];
  } = { calls: [], sources: [], rejected: [] };
  let records = 0;
  try {
    for (const batch of decode()) {
      batch.calls.forEach((call, at) => {
        const source = batch.sources[at] ?? 0;
        pieces.calls.push(call);
        pieces.sources.push(offset + records + (typeof source === 'number' ? source : (source[0] ?? 0)));
      });
      for (const rejected of batch.rejected) {
        pieces.rejected.push({ ...rejected, record: offset + records + rejected.record });
      }
      records += batch.records;
    }
  } catch (cause) {
    if (!(cause instanceof Fault) || cause.code !== 'payload.unreadable') throw cause;
    records = 1;
    const reason = String(cause.details['what'] ?? cause.message);
    pieces.rejected.push({ record: offset + 1, reason, sample: maskedSample(''), body: '' });
  }
  return { ...pieces, records };
}

async function* decodeLines(
  head: readonly string[],
  batches: AsyncIterator<readonly string[]>,
  source: LineSource,
  decoder: PayloadDecoder,
): AsyncGenerator<DecodedPiece> {
  const reader = decoder.lines(source);
  for (let lines = head; ; ) {
    for (const line of lines) reader.push(line);
    yield reader.take();
    const next = await batches.next();
    if (next.done === true) break;
    lines = next.value;
  }
  yield reader.finish();
}

function withoutMark(line: string): string {
  return line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
}
