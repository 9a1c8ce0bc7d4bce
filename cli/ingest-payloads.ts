import type { OffsetLines } from '../adapters/files/offset-lines.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { asObject, type JsonObject, objectOf, parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { maskedSample } from '../core/calls/format/masked-sample.js';
import { Fault } from '../core/fault.js';

/** JSON over several lines is read whole up to this; a larger file of payloads has one a line. */
const LARGEST_DOCUMENT = 256 * 1024 * 1024;

/** How a file holds payloads: one a line, or one document over many lines; `undefined` when it holds log lines. */
export function payloadLayout(
  head: readonly string[],
  decoder: PayloadDecoder,
): 'lines' | 'document' | undefined {
  const first = head.find((line) => line.trim() !== '') ?? '';
  const document = parseJsonObject(first);
  if (document !== undefined) return decoder.accepts(unwrapped(document)) ? 'lines' : undefined;
  if (!/^\s*[[{]/.test(first)) return undefined;
  const names = /"(?:awslogs|logEvents|Records|records|messageType|requestPayload)"/;
  return head.slice(0, 200).some((line) => names.test(line)) ? 'document' : undefined;
}

/** The batches of a file that holds payloads; a document that is none is a rejected record, and the rest goes on. */
export async function* payloadBatches(
  layout: 'lines' | 'document',
  pieces: AsyncIterable<OffsetLines>,
  decoder: PayloadDecoder,
): AsyncGenerator<readonly DecodedBatch[]> {
  const whole: string[] = [];
  let size = 0;
  for await (const { lines } of pieces) {
    for (const line of lines) {
      if (layout === 'lines') {
        if (line.trim() !== '') yield decodeDocument(parseJsonObject(line), line, decoder);
        continue;
      }
      size += line.length + 1;
      if (size <= LARGEST_DOCUMENT) whole.push(line);
    }
  }
  if (layout === 'lines') return;
  if (size > LARGEST_DOCUMENT)
    throw new Fault('payload.unreadable', {
      what: 'one JSON document',
      characters: size,
      atMost: LARGEST_DOCUMENT,
    });
  const text = whole.join('\n');
  const documents = parseList(text);
  if (documents === undefined) yield decoder.decodeBytes(Buffer.from(text));
  else
    for (const document of documents)
      yield decodeDocument(asObject(document), JSON.stringify(document), decoder);
}

function parseList(text: string): readonly unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function decodeDocument(
  document: JsonObject | undefined,
  text: string,
  decoder: PayloadDecoder,
): readonly DecodedBatch[] {
  try {
    if (document !== undefined) return decoder.decodeEvent(unwrapped(document));
    return [rejected(text, 'not a JSON document')];
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
    return [rejected(text, error.message)];
  }
}

/** What Lambda's failure destination wraps around the event that failed. */
function unwrapped(document: JsonObject): JsonObject {
  return objectOf(document, 'requestPayload') ?? document;
}

function rejected(body: string, reason: string): DecodedBatch {
  return {
    feed: 'unreadable',
    kind: 'access-log',
    digest: nodeDigest.hex(['unreadable', body], 32),
    control: false,
    records: 1,
    calls: [],
    sources: [],
    rejected: [{ record: 1, reason, sample: maskedSample(body), body }],
  };
}
