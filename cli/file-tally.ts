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

/** Times of the first and the last call. */
export interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
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
function sumOfCounts(files: readonly FileCounts[]): FileCounts {
  return countsOf((name) => files.reduce((sum, counts) => sum + counts[name], 0));
}

/** What came of one file: every record of it was read as (part of) a call, or rejected. */
export class FileTally {
  #counts = sumOfCounts([]);
  #span: Span | undefined;
  readonly #rejections = new Map<string, Rejection>();

  get counts(): FileCounts {
    return this.#counts;
  }

  add(report: IngestReport, batch: DecodedBatch): void {
    this.#counts = sumOfCounts([this.#counts, countsOf((name) => COUNTED[name](report, batch))]);
    this.#span = joined(this.#span, spanOf(batch));
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
  get span(): Span | undefined {
    return this.#span;
  }

  /** Most frequent first. */
  get rejections(): readonly Rejection[] {
    return mostFrequentFirst(this.#rejections);
  }

  #reject(reason: string, record: number, sample: string): void {
    if (this.#rejections.has(reason) || this.#rejections.size < REASONS_MAX)
      addRejection(this.#rejections, { reason, records: 1, firstRecord: record, sample });
  }
}

/** What came of several files together; of each reason the first record is of the first file that had it. */
export function sumOfTallies(files: readonly { readonly file: string; readonly tally: FileTally }[]): {
  readonly counts: FileCounts;
  readonly span: Span | undefined;
  readonly rejections: readonly (Rejection & { readonly file: string })[];
} {
  const rejections = new Map<string, Rejection & { readonly file: string }>();
  for (const { file, tally } of files)
    for (const one of tally.rejections) addRejection(rejections, { ...one, file });
  return {
    counts: sumOfCounts(files.map(({ tally }) => tally.counts)),
    span: files.reduce<Span | undefined>((span, { tally }) => joined(span, tally.span), undefined),
    rejections: mostFrequentFirst(rejections),
  };
}

function spanOf({ calls }: DecodedBatch): Span | undefined {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { timeMs } of calls) {
    if (timeMs < firstMs) firstMs = timeMs;
    if (timeMs > lastMs) lastMs = timeMs;
  }
  return calls.length === 0 ? undefined : { firstMs, lastMs };
}

function joined(a: Span | undefined, b: Span | undefined): Span | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { firstMs: Math.min(a.firstMs, b.firstMs), lastMs: Math.max(a.lastMs, b.lastMs) };
}

/** The same reason again adds to it; its first record stays. */
function addRejection<T extends Rejection>(to: Map<string, T>, one: T): void {
  const known = to.get(one.reason);
  to.set(one.reason, known === undefined ? one : { ...known, records: known.records + one.records });
}

function mostFrequentFirst<T extends Rejection>(rejections: ReadonlyMap<string, T>): readonly T[] {
  return [...rejections.values()].sort((a, b) => b.records - a.records);
}
