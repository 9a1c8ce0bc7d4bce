import type { DecodedBatch } from '../../core/calls/feeds/decoded-batch.js';
import { type IngestReport, toCounts } from '../../core/ingest/ingest-report.js';
import { apiDimension } from '../../core/ingest/known-apis.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

/**
 * One line and its metrics for the payload, one for what was rejected in it. An alert's own line is written by whoever
 * announces it: a crash between the alert and a line here would lose the line.
 */
export function reportPayload(
  telemetry: Telemetry,
  report: IngestReport,
  { batch, known }: { readonly batch: DecodedBatch; readonly known: ReadonlySet<string> },
): void {
  telemetry.count(
    'payload',
    {
      Calls: report.calls,
      Rejected: report.rejected,
      Recovered: report.recovered,
      Late: report.late,
      Unjudged: report.unjudged,
      Duplicates: report.duplicates,
    },
    {},
    {
      feed: report.feed,
      digest: report.digest,
      // No dimension: each of these metrics would be paid for once more for every API.
      api: apiDimension(apiOf(batch), known),
      records: report.records,
      waiting: report.waiting,
      segments: report.segments,
      newEndpoints: report.newEndpoints,
      unlisted: report.unlisted,
      newAlerts: toCounts(report)['alerts'],
    },
  );
  const first = batch.rejected[0];
  if (first !== undefined) {
    telemetry.warn('records.rejected', {
      feed: report.feed,
      digest: report.digest,
      rejected: report.rejected,
      setAside: report.poison,
      onlyCounted: report.rejected - report.poison,
      record: first.record,
      reason: first.reason,
      sample: first.sample,
    });
  }
  for (const { alert, outcome } of report.alerts)
    if (outcome === 'retracted')
      telemetry.info('alert.retracted', { id: alert.id, rule: alert.ruleId, title: alert.title });
}

/** The API that a payload is of: its lines name one, but for a log group that several share. */
function apiOf({ calls }: DecodedBatch): string | undefined {
  const [first] = calls;
  return calls.every(({ apiId }) => apiId === first?.apiId) ? first?.apiId : undefined;
}
