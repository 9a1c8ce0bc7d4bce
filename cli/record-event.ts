import { gzipSync } from 'node:zlib';
import { parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PoisonRecord } from '../core/ports/state-store.js';
import { unwrapped } from './payload-documents.js';

/**
 * The event by which the collector gets one record again that it had set aside: a log event in a payload of its own, under the
 * id it had, so that its call is the one it would have been; a whole payload as it came. `undefined` where the record came out
 * of a file: what a file says of a log group is not the gateway's word, and the collector would take it for that.
 */
export function recordEvent({ body, origin }: PoisonRecord): string | undefined {
  if (origin === undefined) {
    const document = parseJsonObject(body);
    return JSON.stringify(document === undefined ? { awslogs: { data: body } } : unwrapped(document));
  }
  const { eventId, position, timeMs, feed } = origin;
  if (eventId === undefined || feed.trust === 'file' || !position.endsWith(`/${eventId}`)) return undefined;
  const payload = {
    messageType: 'DATA_MESSAGE',
    owner: feed.accountId ?? '',
    logGroup: feed.feed,
    logStream: position.slice(0, -eventId.length - 1),
    subscriptionFilters: [],
    logEvents: [{ id: eventId, timestamp: timeMs, message: body }],
  };
  return JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } });
}
