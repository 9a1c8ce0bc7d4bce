import type { DecodedBatch } from '../core/calls/feeds/decoded-batch.js';
import type { IngestReport } from '../core/ingest/ingest-report.js';
import type { Judged } from '../core/ingest/judge-records.js';

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

/** What is counted of files, and what each payload adds to it. */
const COUNTED = {
  records: (report: IngestReport) => report.records,
  /** Records that calls were read from: more than calls where a call takes several lines. */
  callRecords: (_: IngestReport, { sources }: DecodedBatch) =>
    sources.reduce<number>((sum, source) => sum + (typeof source === 'number' ? 1 : source.length), 0),
  calls: (report: IngestReport) => report.calls,
  recovered: (report: IngestReport) => report.recovered,
  rejected: (report: IngestReport) => report.rejected,
  setAside: (report: IngestReport) => report.poison,
  late: (report: IngestReport) => report.late,
  duplicates: (report: IngestReport) => report.duplicates,
  newEndpoints: (report: IngestReport) => report.newEndpoints,
  /** CloudTrail's: no calls, but events for the rules. */
  managementEvents: (_: IngestReport) => 0,
};

export type FileCounts = Readonly<Record<keyof typeof COUNTED, number>>;

function countsOf(count: (name: keyof FileCounts) => number): FileCounts {
  const names = Object.keys(COUNTED) as (keyof FileCounts)[];
  return Object.fromEntries(names.map((name) => [name, count(name)])) as FileCounts;
}

/** The counts of several files together. */
export function sumOfCounts(files: readonly FileCounts[]): FileCounts {
  return countsOf((name) => files.reduce((sum, counts) => sum + counts[name], 0));
}

/** What came of one file: every record of it was read as (part of) a call, or rejected. */
export class FileTally {
  #counts = sumOfCounts([]);
  #firstMs = Number.POSITIVE_INFINITY;
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #rejections = new Map<string, Rejection>();

  get counts(): FileCounts {
    return this.#counts;
  }

  add(report: IngestReport, batch: DecodedBatch): void {
    this.#counts = sumOfCounts([this.#counts, countsOf((name) => COUNTED[name](report, batch))]);
    for (const { timeMs } of batch.calls) {
      if (timeMs < this.#firstMs) this.#firstMs = timeMs;
      if (timeMs > this.#lastMs) this.#lastMs = timeMs;
    }
    for (const { reason, record, sample } of batch.rejected) this.#reject(reason, record, sample);
  }

  /** Management events, recorded. */
  addManagementEvents({ records, late }: Judged): void {
    const added = { records, late, managementEvents: records };
    this.#counts = countsOf((name) => this.#counts[name] + ((added as Partial<FileCounts>)[name] ?? 0));
  }

  /** A record in a file of management events that is none. */
  addRejected(reason: string, record: number, sample: string): void {
    const { records, rejected } = this.#counts;
    this.#counts = { ...this.#counts, records: records + 1, rejected: rejected + 1 };
    this.#reject(reason, record, sample);
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
