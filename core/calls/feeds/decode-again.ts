import type { DecodedBatch, RejectedOrigin } from './decoded-batch.js';
import { asImported } from './feed-registry.js';
import { createGroupReader } from './record-reader.js';
import type { PayloadContext } from './subscription-payload.js';

/**
 * Reads one record that no format could read when it came, with the feeds as they are configured now. The call gets the
 * identity, the time and the feed that it would have got then; the batch is named by the record's place, so that
 * reading it any number of times gives the same.
 */
export function decodeAgain(body: string, origin: RejectedOrigin, context: PayloadContext): DecodedBatch {
  const { eventId, timeMs, position } = origin;
  const { feed: name, ...defaults } = origin.feed;
  const configured = context.registry.feed(name, defaults);
  // A log event out of a file: the file named the feed, not the user.
  const feed = defaults.trust === 'file' && eventId !== undefined ? asImported(configured) : configured;
  const reader = createGroupReader(feed, context);
  reader.push({ record: 1, eventId, timeMs, position, text: body });
  const digest = context.digest.hex(['again', name, position, eventId ?? ''], 32);
  return { feed: name, digest, control: false, records: 1, ...reader.take(true) };
}
