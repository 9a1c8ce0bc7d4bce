import { offsetLines } from '../adapters/files/offset-lines.js';
import { arrayOf, asObject, parseJsonObject } from '../core/calls/feeds/json-value.js';
import { isCloudTrailRecord } from '../core/control-plane/management-event.js';
import { Fault } from '../core/fault.js';

export type Opened =
  /** Records as they stand in the file; what is no JSON object comes as `undefined`. */
  | { readonly kind: 'records'; readonly records: AsyncIterable<unknown> }
  /** Something else: the same bytes, from the first on. */
  | { readonly kind: 'chunks'; readonly chunks: AsyncIterable<Uint8Array> };

/** Enough to see whether a file may be CloudTrail's; then so much that its first record is told for certain. */
const HEAD_BYTES = 4 * 1024;
const FIRST_RECORD_BYTES = 256 * 1024;
/** A file that CloudTrail delivers is one line of JSON, some megabytes long, and is read whole; this is far beyond any. */
const LARGEST_FILE = 256 * 1024 * 1024;

/**
 * Tells files of CloudTrail: as it delivers them (`{"Records":[…]}`), and one record a line. The first record decides for all, so
 * that no line of an access log can make itself a management event. Reads no more ahead than that.
 */
export async function openCloudTrail(chunks: AsyncIterable<Uint8Array>): Promise<Opened> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head: Uint8Array[] = [];
  let text = await readHead(iterator, head, HEAD_BYTES);
  if (/^\s*\{/.test(text) && /"(?:Records|eventVersion)"\s*:/.test(text))
    text = await readHead(iterator, head, FIRST_RECORD_BYTES);
  const all = chain(head, iterator);
  if (opensDelivery(text)) return { kind: 'records', records: recordsOfDelivery(all) };
  const [firstLine = ''] = text.trimStart().split('\n', 1);
  if (isCloudTrailRecord(parseJsonObject(firstLine))) return { kind: 'records', records: recordsByLine(all) };
  return { kind: 'chunks', chunks: all };
}

/** Reads on into `head` until it holds so much, and answers with its text. */
async function readHead(
  iterator: AsyncIterator<Uint8Array>,
  head: Uint8Array[],
  bytes: number,
): Promise<string> {
  let size = head.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  while (size < bytes) {
    const next = await iterator.next();
    if (next.done === true) break;
    head.push(next.value);
    size += next.value.byteLength;
  }
  return Buffer.concat(head)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

/** A list of records whose first has CloudTrail's members; events of Kinesis and S3 are named `aws:…`. */
function opensDelivery(text: string): boolean {
  if (!/^\s*\{\s*"Records"\s*:\s*\[\s*\{/.test(text)) return false;
  return /"eventSource"\s*:\s*"[a-z0-9-]+\.amazonaws\.com"/.test(text) && /"eventTime"\s*:\s*"/.test(text);
}

async function* recordsOfDelivery(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    size += chunk.byteLength;
    if (size > LARGEST_FILE) throw new Fault('payload.unreadable', { what: 'larger than 256 MiB' });
  }
  const document = parseJsonObject(
    Buffer.concat(parts)
      .toString('utf8')
      .replace(/^\ufeff/, ''),
  );
  const records = document && arrayOf(document, 'Records');
  if (records === undefined)
    throw new Fault('payload.unreadable', { what: 'a file of CloudTrail that is not whole' });
  yield* records;
}

async function* recordsByLine(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<unknown> {
  let isFirst = true;
  for await (const { lines } of offsetLines(chunks)) {
    for (const line of lines) {
      const text = isFirst ? line.replace(/^\ufeff/, '') : line;
      isFirst = false;
      if (text.trim() !== '') yield asObject(parseJsonObject(text));
    }
  }
}

async function* chain(
  head: readonly Uint8Array[],
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    yield* head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}
