import type { Digest } from '../ports/digest.js';
import type { ApiCall, ApiType, Trust } from './api-call.js';
import type { RecordOrigin } from './feed-context.js';

export interface IdentityFacts {
  readonly requestId: string | undefined;
  readonly extendedRequestId: string | undefined;
  readonly apiType: ApiType | undefined;
  readonly trust: Trust;
  readonly recovered: boolean;
}

/**
 * The identity a call is deduplicated by, from the strongest source that its caller cannot choose: were it chosen, one
 * caller could hide a flood behind a single id. On REST APIs the plain request id is the client's (any UUID); a line
 * that had to be mended, or that a client or nobody knows who wrote, may hold an id that somebody planted.
 */
export function callIdentity(facts: IdentityFacts, origin: RecordOrigin, digest: Digest): string {
  if (!facts.recovered && facts.trust !== 'client' && facts.trust !== 'unknown') {
    if (facts.extendedRequestId !== undefined) return facts.extendedRequestId;
    if (facts.requestId !== undefined && isGatewayMade(facts.requestId, facts.apiType))
      return facts.requestId;
  }
  return origin.eventId ?? digest.hex(['line', origin.position, origin.text], 16);
}

/**
 * Whether the same call may be there once more, with its status: a request of an execution log of which one payload brought the
 * beginning and another one the end. Of the two the one with the status counts.
 */
export function isUnended(call: ApiCall): boolean {
  return call.status === undefined && call.format === 'execution-log';
}

const CLIENT_CHOOSABLE = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$|REPLACED_INVALID_REQUEST_ID$/i;

function isGatewayMade(requestId: string, apiType: ApiType | undefined): boolean {
  if (apiType === 'rest') return false;
  return apiType !== undefined || !CLIENT_CHOOSABLE.test(requestId);
}

/**
 * What a payload is, however it was compressed: SHA-256 over owner, group, stream and the sorted event ids, each
 * behind its length. Lower-case hexadecimal, 64 digits.
 */
export function payloadDigest(
  payload: {
    readonly owner: string;
    readonly logGroup: string;
    readonly logStream: string;
    readonly eventIds: readonly string[];
  },
  digest: Digest,
): string {
  const { owner, logGroup, logStream, eventIds } = payload;
  let ids = '';
  for (const id of isSorted(eventIds) ? eventIds : [...eventIds].sort()) ids += `${id.length}:${id}`;
  return digest.hex(['payload', owner, logGroup, logStream, ids], 32);
}

/** As CloudWatch sends them, nearly always: its ids begin with the time. */
function isSorted(texts: readonly string[]): boolean {
  for (let at = 1; at < texts.length; at++) if ((texts[at - 1] ?? '') > (texts[at] ?? '')) return false;
  return true;
}
