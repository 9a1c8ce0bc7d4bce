import type { DecodedBatch } from '../../core/calls/feeds/decoded-batch.js';
import type { IngestReport } from '../../core/ingest/ingest-report.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

/** One line and its metrics for the payload, one for what was rejected in it, one for each new alert. */
export function reportPayload(telemetry: Telemetry, report: IngestReport, batch: DecodedBatch): void {
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
      records: report.records,
      segments: report.segments,
      newEndpoints: report.newEndpoints,
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
  for (const { alert, outcome } of report.alerts) {
    // A known alert that has grown is announced when it has doubled; a line for every call of a flood tells nothing.
    if (outcome === 'changed') continue;
    if (outcome === 'retracted') {
      telemetry.info('alert.retracted', { id: alert.id, rule: alert.ruleId, title: alert.title });
      continue;
    }
    telemetry.count(
      'alert',
      { Alerts: 1 },
      { Rule: alert.ruleId, Level: alert.level, Api: alert.apiId ?? '-' },
      { id: alert.id, title: alert.title, why: alert.why, firstMs: alert.firstMs, lastMs: alert.lastMs },
    );
  }
}
