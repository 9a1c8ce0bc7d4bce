import type { RecordedAlert } from '../alerts/record-alert.js';

/** What one payload came to; every record of it is in exactly one of `calls`' records or `rejected`. */
export interface IngestReport {
  readonly feed: string;
  readonly digest: string;
  readonly records: number;
  readonly calls: number;
  /** Calls read from a line that had to be mended. */
  readonly recovered: number;
  readonly rejected: number;
  /** Requests of execution logs whose beginning has not come: they are no call before it does. */
  readonly waiting: number;
  /** Rejected records set aside; the rest of `rejected` was too many to keep, and is only counted. */
  readonly poison: number;
  /** Calls too old for their windows: in the trail, judged by no rule. */
  readonly late: number;
  /** Matches that a rule could not count, for want of a field it groups or counts by. */
  readonly unjudged: number;
  /** Calls in segments that had been written before: the payload, or part of it, came again. */
  readonly duplicates: number;
  readonly segments: number;
  readonly newEndpoints: number;
  /** Endpoints that the hourly fold will list: too many were new at once. */
  readonly unlisted: number;
  /** Alerts that were new, grew, or no longer hold; without those of rules in shadow. */
  readonly alerts: readonly RecordedAlert[];
}

/** The report as counters of the day. */
export function toCounts(report: IngestReport): Readonly<Record<string, number>> {
  const created = report.alerts.filter((recorded) => recorded.outcome === 'created').length;
  return {
    payloads: 1,
    records: report.records,
    calls: report.calls,
    recovered: report.recovered,
    rejected: report.rejected,
    waiting: report.waiting,
    poison: report.poison,
    unkept: report.rejected - report.poison,
    late: report.late,
    unjudged: report.unjudged,
    duplicates: report.duplicates,
    segments: report.segments,
    endpoints: report.newEndpoints,
    unlisted: report.unlisted,
    alerts: created,
  };
}
