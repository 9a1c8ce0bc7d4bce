import { nodeDigest } from '../adapters/node/node-digest.js';
import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { asObject, type JsonObject, memberOf, parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { maskedSample } from '../core/calls/format/masked-sample.js';
import { Fault } from '../core/fault.js';

/** JSON over several lines is read whole up to this; what is longer is taken for lines, and payloads come one a line. */
const LARGEST_DOCUMENT = 256 * 1024 * 1024;

/** What a file says of where it came from is nobody's word but the file's. */
const FROM_FILE = { trust: 'file' } as const;

/** Lines of an input, as they come. */
interface Piece {
  readonly lines: readonly string[];
}

/** What an input holds. */
export type Input<P extends Piece> =
  | { readonly kind: 'empty' }
  /** CloudWatch payloads, the Lambda events around them, or the records of failed invocations around those. */
  | { readonly kind: 'payloads'; readonly documents: AsyncIterable<PayloadDocument> }
  | {
      readonly kind: 'lines';
      readonly pieces: AsyncIterable<P>;
      /** The first line that is not blank, and the piece that it came in. */
      readonly firstLine: string;
      readonly firstPiece: P | undefined;
      /** The beginning of the text, as long as was asked for where there is so much. */
      readonly head: string;
    };

/** One JSON document, decoded; one that is no payload is a batch with one rejected record. */
export interface PayloadDocument {
  readonly text: string;
  readonly batches: readonly DecodedBatch[];
}

/**
 * Tells what an input holds: payloads where its first line, or the whole text, is one; else lines. The first record decides
 * for all, so that no line can make itself a payload. Reads no more ahead than that, and `headCharacters`.
 */
export async function openInput<P extends Piece>(
  pieces: AsyncGenerator<P>,
  decoder: PayloadDecoder,
  headCharacters = 0,
): Promise<Input<P>> {
  const head = await readHead(pieces, headCharacters);
  if (head.length === 0) return { kind: 'empty' };
  const isText = (line: string): boolean => withoutMark(line).trim() !== '';
  const firstPiece = head.find(({ lines }) => lines.some(isText));
  const first = withoutMark(firstPiece?.lines.find(isText) ?? '');
  const document = parseJsonObject(first);
  if (document !== undefined && decoder.accepts(unwrapped(document)))
    return { kind: 'payloads', documents: documentsByLine(chain(head, pieces), decoder) };
  if (document === undefined && mayOpenDocument(first, head)) {
    const whole = await readWhole(head, pieces);
    const documents = whole === undefined ? undefined : documentsOf(whole, decoder);
    if (documents !== undefined) return { kind: 'payloads', documents: toAsync(documents) };
  }
  const lines = { pieces: chain(head, pieces), firstLine: first, firstPiece };
  return { kind: 'lines', ...lines, head: headText(head, headCharacters) };
}

/** Whether text over several lines may be a payload: JSON that is not complete on its line, with a payload's names. */
function mayOpenDocument(first: string, head: readonly Piece[]): boolean {
  if (!/^\s*[[{]/.test(first)) return false;
  const names = /"(?:awslogs|logEvents|Records|records|messageType|requestPayload|payload)"/;
  let seen = 0;
  for (const { lines } of head)
    for (const line of lines)
      if (names.test(line)) return true;
      else if (++seen === 200) return false;
  return false;
}

async function* documentsByLine(
  pieces: AsyncIterable<Piece>,
  decoder: PayloadDecoder,
): AsyncGenerator<PayloadDocument> {
  let isFirst = true;
  for await (const { lines } of pieces) {
    for (const line of lines) {
      const text = isFirst ? withoutMark(line) : line;
      isFirst = false;
      const document = parseJsonObject(text);
      const reason = text.trim() === '' ? 'blank line' : 'not a subscription payload';
      yield document !== undefined && decoder.accepts(unwrapped(document))
        ? decoded(text, () => decoder.decodeEvent(unwrapped(document), FROM_FILE))
        : { text, batches: [unreadable(text, reason)] };
    }
  }
}

/** A payload or event, a list of them, or several behind each other; `undefined` where there is none among them. */
function documentsOf(text: string, decoder: PayloadDecoder): readonly PayloadDocument[] | undefined {
  const parsed = parseJson(text);
  if (parsed === undefined) {
    try {
      return [{ text, batches: decoder.decodeBytes(Buffer.from(text), FROM_FILE) }];
    } catch (error) {
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  }
  const documents = Array.isArray(parsed) ? (parsed as readonly unknown[]) : [parsed];
  const objects = documents.map((document) => {
    const object = asObject(document);
    return object === undefined ? undefined : unwrapped(object);
  });
  if (!objects.some((object) => object !== undefined && decoder.accepts(object))) return undefined;
  return objects.map((object, at) =>
    decoded(documents.length === 1 ? text : JSON.stringify(documents[at]), () =>
      decoder.decodeEvent(object, FROM_FILE),
    ),
  );
}

function decoded(text: string, decode: () => readonly DecodedBatch[]): PayloadDocument {
  try {
    return { text, batches: decode() };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    return { text, batches: [unreadable(text, String(error.details['what'] ?? error.message))] };
  }
}

/** Members of the records that Lambda writes about failed invocations. */
const FAILURE_RECORD: ReadonlySet<string> = new Set([
  'version',
  'timestamp',
  'requestContext',
  'requestPayload',
  'responseContext',
  'responsePayload',
  'KinesisBatchInfo',
  'payload',
]);

/**
 * What Lambda's failure destination wraps around the event that failed: an object for asynchronous invocations, JSON as
 * text for those that read a stream.
 */
export function unwrapped(document: JsonObject): JsonObject {
  // A log line could carry such a member too, by a caller's hand: only Lambda's own record is unwrapped.
  if (!Object.keys(document).every((name) => FAILURE_RECORD.has(name))) return document;
  const event = memberOf(document, 'requestPayload') ?? memberOf(document, 'payload');
  return (typeof event === 'string' ? parseJsonObject(event) : asObject(event)) ?? document;
}

/** A document that is no payload, as a rejected record in a batch of its own. */
function unreadable(body: string, reason: string): DecodedBatch {
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

function isUnreadable(error: unknown): error is Fault {
  return error instanceof Fault && error.code === 'payload.unreadable';
}

/** Pieces until there is a line that is not blank and so much text, however it comes in chunks. */
async function readHead<P extends Piece>(pieces: AsyncGenerator<P>, characters: number): Promise<P[]> {
  const head: P[] = [];
  let size = 0;
  let hasText = false;
  while (!hasText || size < characters) {
    const next = await pieces.next();
    if (next.done === true) break;
    head.push(next.value);
    for (const line of next.value.lines) {
      size += line.length + 1;
      hasText ||= line.trim() !== '';
    }
  }
  return head;
}

/** Reads on to the end, into `head`; `undefined` where that is too much. */
async function readWhole<P extends Piece>(head: P[], pieces: AsyncGenerator<P>): Promise<string | undefined> {
  let size = head.reduce((sum, piece) => sum + sizeOf(piece), 0);
  for (let next = await pieces.next(); next.done !== true; next = await pieces.next()) {
    head.push(next.value);
    size += sizeOf(next.value);
    if (size > LARGEST_DOCUMENT) return undefined;
  }
  return withoutMark(head.flatMap(({ lines }) => lines).join('\n'));
}

function sizeOf({ lines }: Piece): number {
  return lines.reduce((sum, line) => sum + line.length + 1, 0);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

function headText(head: readonly Piece[], characters: number): string {
  return head
    .flatMap(({ lines }) => lines)
    .join('\n')
    .slice(0, characters);
}

async function* chain<P>(head: readonly P[], rest: AsyncIterable<P>): AsyncGenerator<P> {
  yield* head;
  yield* rest;
}

async function* toAsync<T>(values: readonly T[]): AsyncGenerator<T> {
  yield* values;
}

function withoutMark(line: string): string {
  return line.charCodeAt(0) === 0xfeff ? line.slice(1) : line;
}
