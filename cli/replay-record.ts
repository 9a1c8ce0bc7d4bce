import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import { parseJsonObject } from '../core/calls/feeds/json-value.js';
import type { PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { maskedSample } from '../core/calls/format/masked-sample.js';
import { Fault } from '../core/fault.js';
import type { PoisonRecord, StateStore } from '../core/ports/state-store.js';
import { unwrapped } from './payload-documents.js';
import type { ReplayOutcome } from './replay-outcome.js';

export interface RecordReplay {
  readonly decoder: PayloadDecoder;
  readonly state: Pick<StateStore, 'poison' | 'deletePoison'>;
  readonly isDryRun: boolean;
  /** Stores what the record was read as, any number of times to the same effect; a reason where it could not. */
  take(record: PoisonRecord, batches: readonly DecodedBatch[]): Promise<string | undefined>;
}

/** Tries every record set aside since then again: what reads is taken and no longer set aside, what does not stays. */
export async function replayRecords(
  replay: RecordReplay,
  sinceMs: number,
): Promise<readonly ReplayOutcome[]> {
  const outcomes: { readonly record: PoisonRecord; readonly outcome: ReplayOutcome }[] = [];
  for await (const record of replay.state.poison(sinceMs))
    outcomes.push({ record, outcome: await replayRecord(record, replay) });
  outcomes.sort(({ record: a }, { record: b }) => {
    const byDigest = a.digest < b.digest ? -1 : a.digest > b.digest ? 1 : 0;
    return a.atMs - b.atMs || byDigest || a.position - b.position;
  });
  return outcomes.map(({ outcome }) => outcome);
}

async function replayRecord(record: PoisonRecord, replay: RecordReplay): Promise<ReplayOutcome> {
  if (record.truncated) return toOutcome(record, 'cut', 0, 'only its first 64 KiB were kept');
  const batches = decodeAgain(record, replay.decoder);
  const calls = batches.reduce((sum, batch) => sum + batch.calls.length, 0);
  if (calls === 0) {
    const reason = batches.flatMap(({ rejected }) => rejected).at(0)?.reason ?? 'holds no call';
    return toOutcome(record, 'unreadable', calls, reason);
  }
  if (replay.isDryRun) return toOutcome(record, 'readable', calls, '');
  const refused = await replay.take(record, batches);
  if (refused !== undefined) return toOutcome(record, 'failed', calls, refused);
  // Only now: a crash before leaves it set aside, and trying again changes nothing.
  await replay.state.deletePoison(record.digest, record.position);
  return toOutcome(record, 'replayed', calls, '');
}

function toOutcome(
  { digest, position, feed, atMs: setAsideMs, reason: setAsideFor, body, origin }: PoisonRecord,
  outcome: ReplayOutcome['outcome'],
  calls: number,
  reason: string,
): ReplayOutcome {
  const sizeBytes = Buffer.byteLength(body);
  // A whole payload is compressed, and in base64: its shape tells nothing.
  const sample = origin === undefined ? '' : maskedSample(body);
  const details = { digest, position, feed, setAsideMs, setAsideFor, sizeBytes, sample };
  return {
    outcome,
    feed,
    kind: origin === undefined ? 'payload' : `record ${position}`,
    setAsideMs,
    sizeBytes,
    calls,
    sample,
    why: reason === '' || reason === setAsideFor ? setAsideFor : `${reason} (set aside: ${setAsideFor})`,
    details: { ...details, outcome, calls, reason },
  };
}

/** A record of a feed as what it would have been; a whole payload, as JSON or in base64, as its records. */
function decodeAgain({ body, origin }: PoisonRecord, decoder: PayloadDecoder): readonly DecodedBatch[] {
  if (origin !== undefined) return [decoder.again(body, origin)];
  try {
    const document = parseJsonObject(body);
    return document === undefined
      ? decoder.decodeBytes(Buffer.from(body, 'base64'))
      : decoder.decodeEvent(unwrapped(document));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'payload.unreadable') throw error;
    return [];
  }
}
