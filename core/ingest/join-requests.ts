import type { ApiCall } from '../calls/api-call.js';
import type { DecodedBatch } from '../calls/feeds/decoded-batch.js';
import type { PayloadDecoder } from '../calls/feeds/payload-decoder.js';
import { isOnlyTrailing, type SplitRequest } from '../calls/feeds/split-request.js';
import type { StateStore } from '../ports/state-store.js';

export interface JoinedBatch {
  readonly calls: readonly ApiCall[];
  /** Calls whose status has not come: in the trail, and judged once it has. */
  readonly unended: ReadonlySet<ApiCall>;
  /** Requests of which only later lines are known: no call until their beginning comes. */
  readonly waiting: number;
}

/**
 * Puts requests back together whose lines CloudWatch delivered in several payloads. Each payload leaves its lines first and then
 * reads all that wait: of two at once at least one sees the other's, and both tell the same call of the same identity. So any
 * order and any repetition come to the same.
 */
export async function joinRequests(
  batch: DecodedBatch,
  decoder: Pick<PayloadDecoder, 'join'>,
  state: Pick<StateStore, 'putWaiting' | 'waiting'>,
  atMs: number,
): Promise<JoinedBatch> {
  const { split } = batch;
  if (split === undefined) return { calls: batch.calls, unended: new Set(), waiting: 0 };
  const joined = new Map<number, Joined>();
  const entries = [...split];
  for (let from = 0; from < entries.length; from += IN_FLIGHT)
    await Promise.all(
      entries.slice(from, from + IN_FLIGHT).map(async ([at, request]) => {
        joined.set(at, await joinOne(request, batch.digest, decoder, state, atMs));
      }),
    );
  const calls = batch.calls.flatMap((call, at) => joined.get(at)?.calls ?? [call]);
  const unended = new Set([...joined.values()].flatMap((one) => [...one.unended]));
  const waiting = [...joined.values()].filter(({ waits }) => waits).length;
  return { calls, unended, waiting };
}

const IN_FLIGHT = 16;

interface Joined {
  readonly calls: readonly ApiCall[];
  readonly unended: readonly ApiCall[];
  readonly waits: boolean;
}

async function joinOne(
  request: SplitRequest,
  digest: string,
  decoder: Pick<PayloadDecoder, 'join'>,
  state: Pick<StateStore, 'putWaiting' | 'waiting'>,
  atMs: number,
): Promise<Joined> {
  if (isOnlyTrailing(request)) return { calls: [], unended: [], waits: false };
  await state.putWaiting({ key: request.key, digest, atMs, lines: request.lines });
  const lines = [...(await state.waiting(request.key)), ...request.lines];
  // A client may use one id for many requests: of those that wait under it, the ones that this payload has a part in.
  const own = decoder
    .join(request, lines)
    .filter(({ eventIds }) => request.lines.some(({ eventId }) => eventIds.has(eventId)));
  const told = own.filter(({ standing }) => standing !== 'fragment');
  return {
    calls: told.map(({ call }) => call),
    unended: told.filter(({ standing }) => standing === 'unended').map(({ call }) => call),
    waits: told.length === 0,
  };
}
