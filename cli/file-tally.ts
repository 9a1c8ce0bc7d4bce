import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { IngestReport } from '../core/ingest/ingest-report.js';

/** A reason for which records were rejected, with the first of them. */
export interface Rejection {
  readonly reason: string;
  readonly records: number;
  readonly firstRecord: number;
  /** Masked to its shape. */
  readonly sample: string;
}

/** Reasons that are told apart in one file: they come from formats, never from lines, and are few. */
const REASONS_MAX = 20;

/** What came of one file: every record of it was read as (part of) a call, or rejected. */
export class FileTally {
  readonly counts = {
    records: 0,
    /** Records that calls were read from: more than calls where a call takes several lines. */
    callRecords: 0,
    calls: 0,
    recovered: 0,
    rejected: 0,
    setAside: 0,
    late: 0,
    duplicates: 0,
    newEndpoints: 0,
  };
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #rejections = new Map<string, Rejection>();

  add(report: IngestReport, batch: DecodedBatch): void {
    const { counts } = this;
    counts.records += report.records;
    counts.calls += report.calls;
    counts.recovered += report.recovered;
    counts.rejected += report.rejected;
    counts.setAside += report.poison;
    counts.late += report.late;
    counts.duplicates += report.duplicates;
    counts.newEndpoints += report.newEndpoints;
    for (const source of batch.sources) counts.callRecords += typeof source === 'number' ? 1 : source.length;
    for (const { timeMs } of batch.calls) {
      if (timeMs < this.#firstMs) this.#firstMs = timeMs;
      if (timeMs > this.#lastMs) this.#lastMs = timeMs;
    }
    for (const { reason, record, sample } of batch.rejected) this.#reject(reason, record, sample);
  }

  /** First and last time of a call; `undefined` where there was none. */
  get span(): { readonly firstMs: number; readonly lastMs: number } | undefined {
    return this.#firstMs > this.#lastMs ? undefined : { firstMs: this.#firstMs, lastMs: this.#lastMs };
  }

  /** Most frequent first. */
  get rejections(): readonly Rejection[] {
    return [...this.#rejections.values()].sort((a, b) => b.records - a.records);
  }

  #reject(reason: string, record: number, sample: string): void {
    const known = this.#rejections.get(reason);
    if (known !== undefined) this.#rejections.set(reason, { ...known, records: known.records + 1 });
    else if (this.#rejections.size < REASONS_MAX)
      this.#rejections.set(reason, { reason, records: 1, firstRecord: record, sample });
  }
}
