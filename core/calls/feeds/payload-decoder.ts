import type { Bundle } from '../../bundle.js';
import { Fault } from '../../fault.js';
import type { Compression } from '../../ports/compression.js';
import type { Digest } from '../../ports/digest.js';
import type { RegexEngine } from '../../ports/regex-engine.js';
import { createCallNormaliser } from '../call-normaliser.js';
import { maskedSample } from '../format/masked-sample.js';
import { createRedactor } from '../redaction/redactor.js';
import { decodeAgain } from './decode-again.js';
import type { DecodedBatch, RejectedOrigin } from './decoded-batch.js';
import { createFeedRegistry } from './feed-registry.js';
import { splitJsonDocuments } from './json-documents.js';
import { arrayOf, asObject, type JsonObject, memberOf, objectOf, parseJsonObject } from './json-value.js';
import { createLineReader, type LineReader, type LineSource } from './line-reader.js';
import { decodePlainPayload } from './plain-payload.js';
import { type JoinedCall, joinRequest, type SplitRequest, type WaitingLine } from './split-request.js';
import {
  decodeSubscriptionPayload,
  isSubscriptionPayload,
  type PayloadContext,
} from './subscription-payload.js';

export interface PayloadDecoderOptions {
  readonly bundle: Pick<Bundle, 'feeds' | 'settings'>;
  readonly compression: Compression;
  readonly digest: Digest;
  /** Needed only where `settings.redact` names patterns. */
  readonly regexEngine: RegexEngine | undefined;
  /** Sees the variables of each access log line as logged, unredacted, before its call comes out. */
  readonly onLine?: PayloadContext['onLine'];
}

/** Where a payload was read. */
export interface PayloadOrigin {
  /** `file`: nothing in the payload, nor the configuration of the feed it names, gives its calls the trust `gateway`. */
  readonly trust?: 'file' | undefined;
}

/** Everything that arrives, decoded to batches of calls. Create one a bundle: it remembers compiled formats. */
export interface PayloadDecoder {
  /**
   * A Lambda event (CloudWatch Logs, Kinesis, Firehose) or a bare subscription payload, already parsed. A Kinesis
   * record that cannot be read is a rejection in a batch of its own, so that the others go through; anything else that
   * cannot, or holds more than 10,000 records or documents, is `Fault('payload.unreadable')`.
   */
  decodeEvent(event: unknown, from?: PayloadOrigin): readonly DecodedBatch[];
  /** The same as bytes: gzip, zlib or plain UTF-8, one JSON document or several behind each other. */
  decodeBytes(bytes: Uint8Array, from?: PayloadOrigin): readonly DecodedBatch[];
  /** Whether a parsed JSON document is one that `decodeEvent` reads. */
  accepts(document: JsonObject): boolean;
  /** Lines of a file or a stream, of any feed, in as many pieces as the caller likes. */
  lines(source: LineSource): LineReader;
  /** A rejected record, by what the feeds are configured to be now. */
  again(body: string, origin: RejectedOrigin): DecodedBatch;
  /** The calls that all known lines of a split request tell of. */
  join(request: SplitRequest, lines: readonly WaitingLine[]): readonly JoinedCall[];
}

// A subscription payload is cut at 1 MB by Kinesis and 6 MB by Lambda; log text compresses some 20-fold.
const LARGEST_PAYLOAD = 128 * 1024 * 1024;

// The most records that Lambda takes from a stream at a time. A few hundred bytes of gzip could hold any number.
const MOST_DOCUMENTS = 10_000;

/** One call of the decoder. */
interface Input {
  readonly context: PayloadContext;
  /** Records and documents met so far. */
  documents: number;
}

function count(documents: number, input: Input): void {
  input.documents += documents;
  if (input.documents > MOST_DOCUMENTS)
    throw new Fault('payload.unreadable', { what: 'too many documents', most: MOST_DOCUMENTS });
}

export function createPayloadDecoder(options: PayloadDecoderOptions): PayloadDecoder {
  const { bundle, compression, digest } = options;
  const normaliser = createCallNormaliser({
    redactor: createRedactor(bundle.settings.redact, options.regexEngine),
    digest,
    proxies: bundle.settings.proxies,
    keepExtra: bundle.settings.keepExtra,
  });
  const context: PayloadContext = {
    registry: createFeedRegistry(bundle.feeds),
    normaliser,
    digest,
    onLine: options.onLine,
  };

  function startInput(from: PayloadOrigin | undefined): Input {
    return { context: from?.trust === undefined ? context : { ...context, trust: from.trust }, documents: 0 };
  }

  function decodeDocument(event: unknown, input: Input): readonly DecodedBatch[] {
    const document = asObject(event);
    if (document === undefined) throw new Fault('payload.unreadable', { what: 'not a JSON object' });
    if (isSubscriptionPayload(document)) return [decodeSubscriptionPayload(document, input.context)];
    const data = memberOf(objectOf(document, 'awslogs'), 'data');
    if (typeof data === 'string') return decodePacked(data, input);
    const records = arrayOf(document, 'Records') ?? arrayOf(document, 'records');
    if (records !== undefined) {
      count(records.length, input);
      return records.flatMap((record, at) => decodeStreamRecord(asObject(record), at + 1, input));
    }
    throw new Fault('payload.unreadable', { what: 'neither awslogs.data, Records nor logEvents' });
  }

  function decodeStreamRecord(record: JsonObject | undefined, number: number, input: Input) {
    const data = memberOf(objectOf(record, 'kinesis'), 'data') ?? memberOf(record, 'data');
    if (typeof data !== 'string') return [unreadable('a record without data', '', number)];
    try {
      return decodePacked(data, input);
    } catch (cause) {
      if (!(cause instanceof Fault) || cause.code !== 'payload.unreadable') throw cause;
      return [unreadable(cause.message, data, number)];
    }
  }

  /** Within an event there are payloads only: events within events would go as deep as someone cares to pack them. */
  function decodePacked(data: string, input: Input): readonly DecodedBatch[] {
    const bytes = compression.decodeBase64(data);
    return decodeDocuments(bytes, input, isSubscriptionPayload, (document) => {
      if (isSubscriptionPayload(document)) return [decodeSubscriptionPayload(document, input.context)];
      throw new Fault('payload.unreadable', { what: 'not a subscription payload' });
    });
  }

  function unreadable(reason: string, body: string, record: number): DecodedBatch {
    const rejected = [{ record, reason, sample: maskedSample(body), body }];
    const head = { feed: 'unreadable', kind: 'access-log', control: false, records: 1 } as const;
    return { ...head, digest: digest.hex(['unreadable', body], 32), calls: [], sources: [], rejected };
  }

  function decodeDocuments(
    bytes: Uint8Array,
    input: Input,
    isReadable: (document: JsonObject) => boolean,
    decode: (document: JsonObject) => readonly DecodedBatch[],
  ): readonly DecodedBatch[] {
    const isPacked = isGzip(bytes) || isZlib(bytes);
    const text = compression.decodeUtf8(isPacked ? compression.gunzip(bytes, LARGEST_PAYLOAD) : bytes);
    const plain = decodePlainPayload(text, input.context);
    if (plain !== undefined) return [plain];
    const whole = parseJsonObject(text);
    if (whole !== undefined) return decode(whole);
    const documents = splitJsonDocuments(text, MOST_DOCUMENTS);
    count(documents.length, input);
    const parsed = documents.map((document) => parseJsonObject(document));
    // All or nothing would lose the good ones to a damaged last one; nothing readable at all is not a payload.
    if (parsed.every((document) => document === undefined || !isReadable(document))) {
      throw new Fault('payload.unreadable', { what: 'not a JSON document', bytes: bytes.byteLength });
    }
    return parsed.flatMap((document, at) =>
      document !== undefined && isReadable(document)
        ? decode(document)
        : [unreadable('not a subscription payload', documents[at] ?? '', at + 1)],
    );
  }

  return {
    decodeEvent: (event, from) => decodeDocument(event, startInput(from)),
    decodeBytes(bytes, from) {
      const input = startInput(from);
      return decodeDocuments(bytes, input, accepts, (document) => decodeDocument(document, input));
    },
    accepts,
    lines: (source) => createLineReader(source, context),
    again: (body, origin) => decodeAgain(body, origin, context),
    join: (request, lines) => joinRequest(request, lines, normaliser),
  };
}

function accepts(document: JsonObject): boolean {
  if (isSubscriptionPayload(document)) return true;
  if (typeof memberOf(objectOf(document, 'awslogs'), 'data') === 'string') return true;
  const records = arrayOf(document, 'Records') ?? arrayOf(document, 'records');
  const first = asObject(records?.[0]);
  return typeof (memberOf(objectOf(first, 'kinesis'), 'data') ?? memberOf(first, 'data')) === 'string';
}

/** RFC 1952 magic bytes. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** RFC 1950 header: deflate with a check sum over its two bytes. No JSON text begins so. */
export function isZlib(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return first === 0x78 && ((first << 8) | second) % 31 === 0;
}
