import type { DecodedBatch } from '../../core/calls/feeds/decoded-batch.js';
import { Fault } from '../../core/fault.js';
import type { CompiledBundle } from '../../core/ingest/compiled-bundle.js';
import type { Counters } from '../../core/ingest/counters.js';
import { type IngestDeps, ingestBatch } from '../../core/ingest/ingest-batch.js';
import { toCounts } from '../../core/ingest/ingest-report.js';
import { mergeBatches } from '../../core/ingest/merge-batches.js';
import type { Clock } from '../../core/ports/clock.js';
import type { Telemetry } from '../../core/ports/telemetry.js';
import { type KinesisRecord, kinesisRecords } from './kinesis-records.js';
import { reportPayload } from './report-payload.js';

export interface IngestHandlerDeps {
  readonly bundles: () => Promise<CompiledBundle>;
  readonly ingest: IngestDeps;
  readonly counters: Counters;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  /** Write units charged since the process began. */
  readonly writeUnits: () => number;
}

/** What Kinesis is told; CloudWatch Logs, which waits for no answer, ignores it. */
export interface IngestAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/**
 * Takes a CloudWatch Logs subscription event or a Kinesis event of such payloads. A record that cannot be read is set aside
 * and the rest goes through. A payload that is unreadable as a whole, or that a store failed on, is given back: by
 * throwing (Lambda retries, then sends it to the failure destination), for Kinesis by naming its record.
 */
export function createIngestHandler(deps: IngestHandlerDeps): (event: unknown) => Promise<IngestAnswer> {
  const { bundles, counters, telemetry, clock } = deps;
  let countedUnits = 0;

  async function ingest(batches: readonly DecodedBatch[], compiled: CompiledBundle): Promise<void> {
    for (const batch of batches) {
      if (batch.control) {
        telemetry.info('control.message', { feed: batch.feed });
        counters.add({ control: 1 });
        continue;
      }
      const arrival = { kind: 'live', atMs: clock.nowMs() } as const;
      const report = await ingestBatch(batch, compiled, deps.ingest, arrival);
      counters.add(toCounts(report));
      reportPayload(telemetry, report, { batch, known: compiled.known });
    }
  }

  async function ingestEvent(event: unknown, compiled: CompiledBundle): Promise<void> {
    try {
      await ingest(compiled.decoder.decodeEvent(event), compiled);
    } catch (error) {
      givenBack(error, {});
      throw error;
    }
  }

  /** `undefined` where it cannot be read, nor set aside whole. */
  function readRecord(record: KinesisRecord, compiled: CompiledBundle): ReadRecord | undefined {
    try {
      const batches = compiled.decoder.decodeEvent({ Records: [record.raw] });
      // What is set aside is cut to 64 KiB; a larger record stays whole only in the failure destination.
      if (record.dataCharacters > SET_ASIDE_MAX && batches.some((batch) => batch.feed === 'unreadable'))
        throw new Fault('payload.unreadable', { record: record.sequenceNumber });
      return { record, batches };
    } catch (error) {
      givenBack(error, { record: record.sequenceNumber });
      return undefined;
    }
  }

  /** Answers with the records that failed: where all together do, each has its turn alone, unless the store has had enough. */
  async function ingestTogether(
    read: readonly ReadRecord[],
    compiled: CompiledBundle,
  ): Promise<readonly KinesisRecord[]> {
    try {
      const batches = read.flatMap((one) => one.batches);
      await ingest(mergeBatches(batches, deps.ingest.digest), compiled);
      return [];
    } catch (error) {
      if (read.length === 1 || (error instanceof Fault && error.code === 'store.throttled')) {
        const records = read.map((one) => one.record);
        for (const { sequenceNumber } of records) givenBack(error, { record: sequenceNumber });
        return records;
      }
      const failed: KinesisRecord[] = [];
      for (const one of read) failed.push(...(await ingestTogether([one], compiled)));
      return failed;
    }
  }

  /** In as few payloads as hold some thousand log events each, readable or not. Answers with the Kinesis records that failed. */
  async function ingestRecords(
    records: readonly KinesisRecord[],
    compiled: CompiledBundle,
  ): Promise<readonly KinesisRecord[]> {
    const failed: KinesisRecord[] = [];
    let open: ReadRecord[] = [];
    let events = 0;
    for (const record of records) {
      const read = readRecord(record, compiled);
      if (read === undefined) {
        failed.push(record);
        continue;
      }
      open.push(read);
      events += read.batches.reduce((sum, batch) => sum + batch.records, 0);
      if (events < EVENTS_TOGETHER) continue;
      failed.push(...(await ingestTogether(open, compiled)));
      open = [];
      events = 0;
    }
    if (open.length > 0) failed.push(...(await ingestTogether(open, compiled)));
    return failed;
  }

  function givenBack(error: unknown, facts: Readonly<Record<string, string>>): void {
    telemetry.error('payload.given-back', facts, error);
    counters.add({ givenBack: 1 });
  }

  async function flushCounters(): Promise<void> {
    const units = deps.writeUnits();
    counters.add({ writeUnits: units - countedUnits });
    countedUnits = units;
    try {
      await counters.flushWhenDue(clock.nowMs());
    } catch (error) {
      // Counts are for operators: they stay gathered, and a payload that is safely stored does not come again for them.
      telemetry.warn('counters.kept', {}, error);
    }
  }

  return async (event) => {
    const compiled = await bundles();
    const records = kinesisRecords(event);
    try {
      if (records === undefined) {
        await ingestEvent(event, compiled);
        return { batchItemFailures: [] };
      }
      const failed = await ingestRecords(records, compiled);
      return { batchItemFailures: failed.map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })) };
    } finally {
      await flushCounters();
    }
  };
}

interface ReadRecord {
  readonly record: KinesisRecord;
  readonly batches: readonly DecodedBatch[];
}

/** 64 KiB of base64. */
const SET_ASIDE_MAX = 65_536;
/** More would cost little less a call, and take more memory. */
const EVENTS_TOGETHER = 2_000;
