import type { FailureRecord } from '../adapters/aws/failure-record.js';
import type { Installation } from '../adapters/aws/installation.js';
import { nodeCompression } from '../adapters/node/node-compression.js';
import { nodeDigest } from '../adapters/node/node-digest.js';
import { shippedBundle } from '../adapters/shipped/shipped-bundle.js';
import { createPayloadDecoder, type PayloadDecoder } from '../core/calls/feeds/payload-decoder.js';
import { Fault } from '../core/fault.js';
import { recordEvent } from './record-event.js';
import type { ReplayOutcome, ReplayResult } from './replay-outcome.js';
import { replayRecords } from './replay-record.js';

export interface InstallationReplay {
  readonly sinceMs: number;
  readonly isDryRun: boolean;
}

/** Payloads given to the collector at a time: a heap of them must not take the concurrency that live traffic needs. */
const IN_FLIGHT = 4;

/**
 * Gives the collector again what it had given up on (whole payloads, in the failure bucket) and what it had set aside (single
 * records). Each is taken from where it lies only once the collector has answered that it is stored; so a run may be broken off
 * and repeated at any time. What the collector stores of a payload does not depend on how often it gets it.
 */
export async function replayInstallation(
  installation: Installation,
  { sinceMs, isDryRun }: InstallationReplay,
): Promise<ReplayResult> {
  const { collector, failures, state } = installation;
  const decoder = await deployedDecoder(state);
  const payloads: ReplayOutcome[] = [];

  async function replayPayload(key: string): Promise<ReplayOutcome | undefined> {
    const record = await failures.record(key);
    // Other functions leave theirs here too; they make up for a failed run by themselves.
    if (record === undefined || record.functionName !== collector.name) return undefined;
    const read = readPayload(record, decoder);
    if (isDryRun) return toOutcome(key, record, read, read.reason === '' ? 'readable' : 'unreadable');
    const given = await collector.give(record.event);
    if (given.kind === 'failed') return toOutcome(key, record, { ...read, reason: given.reason }, 'failed');
    await failures.remove(key);
    return toOutcome(key, record, { ...read, reason: '' }, 'replayed');
  }

  for await (const keys of inGroups(failures.objects(collector.name, sinceMs), IN_FLIGHT)) {
    const outcomes = await Promise.all(keys.map(({ key }) => replayPayload(key)));
    payloads.push(...outcomes.flatMap((outcome) => outcome ?? []));
  }
  const records = await replayRecords(
    {
      decoder,
      state,
      isDryRun,
      async take(record) {
        const event = recordEvent(record);
        if (event === undefined) return 'came out of a file: ingest that';
        const given = await collector.give(event);
        return given.kind === 'failed' ? given.reason : undefined;
      },
    },
    sinceMs,
  );
  return { payloads, records };
}

/** Reads as the collector does: by the bundle that it uses. */
async function deployedDecoder(state: Installation['state']): Promise<PayloadDecoder> {
  const bundle = (await state.bundle()) ?? shippedBundle();
  const needsRegex = bundle.settings.redact.length > 0;
  const regexEngine = needsRegex ? (await import('../adapters/regex/re2-engine.js')).re2Engine : undefined;
  return createPayloadDecoder({ bundle, compression: nodeCompression, digest: nodeDigest, regexEngine });
}

interface ReadPayload {
  readonly feed: string;
  readonly calls: number;
  /** Why it cannot be read. */
  readonly reason: string;
}

function readPayload({ event }: FailureRecord, decoder: PayloadDecoder): ReadPayload {
  try {
    const batches = decoder.decodeEvent(JSON.parse(event));
    const feeds = [...new Set(batches.map(({ feed }) => feed))];
    const calls = batches.reduce((sum, batch) => sum + batch.calls.length, 0);
    return { feed: feeds.join(', '), calls, reason: '' };
  } catch (error) {
    const isUnreadable =
      error instanceof SyntaxError || (error instanceof Fault && error.code === 'payload.unreadable');
    if (!isUnreadable) throw error;
    return { feed: '-', calls: 0, reason: error instanceof Fault ? error.message : 'no JSON' };
  }
}

function toOutcome(
  key: string,
  { failedMs, condition, attempts, event }: FailureRecord,
  { feed, calls, reason }: ReadPayload,
  outcome: ReplayOutcome['outcome'],
): ReplayOutcome {
  return {
    outcome,
    feed,
    kind: 'payload',
    setAsideMs: failedMs,
    sizeBytes: Buffer.byteLength(event),
    calls,
    sample: '',
    why: reason === '' ? `${condition}, ${attempts} attempts, ${new Date(failedMs).toISOString()}` : reason,
    details: {
      key,
      failedMs,
      condition,
      attempts,
      sizeBytes: Buffer.byteLength(event),
      feed,
      outcome,
      calls,
      reason,
    },
  };
}

async function* inGroups<T>(values: AsyncIterable<T>, size: number): AsyncGenerator<readonly T[]> {
  let group: T[] = [];
  for await (const value of values) {
    group.push(value);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
