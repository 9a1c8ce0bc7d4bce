import type { DemoResult } from './run-demo.js';

/** The result as one stable JSON document: names and order do not change between versions without notice. */
export function toResultJson(result: DemoResult, elapsedMs: number): Readonly<Record<string, unknown>> {
  const { score, trail } = result;
  const verdicts = new Map(score.alerts.map((alert) => [alert.alertId, alert]));
  return {
    seed: result.seed,
    days: result.days,
    start: new Date(result.startMs).toISOString(),
    calls: result.calls,
    deliveries: result.deliveries,
    repeatedDeliveries: result.repeatedDeliveries,
    logBytesPerCall: round(result.logBytes / Math.max(1, result.calls)),
    inventory: result.inventory,
    unknownApis: result.unknownApis,
    trail: { ...trail, bytesPerCall: round(trail.bytes / Math.max(1, trail.calls)) },
    alerts: result.alerts.map((alert) => ({
      id: alert.id,
      ruleId: alert.ruleId,
      title: alert.title,
      level: alert.level,
      group: alert.group,
      first: new Date(alert.firstMs).toISOString(),
      last: new Date(alert.lastMs).toISOString(),
      count: alert.count,
      why: alert.why,
      true: verdicts.get(alert.id)?.isTrue ?? false,
      trueByEvidence: verdicts.get(alert.id)?.isTrueByEvidence ?? false,
      evidence: verdicts.get(alert.id)?.evidence ?? {},
      cause: verdicts.get(alert.id)?.cause,
    })),
    attacks: score.attacks.map(({ incident, found, foundByEvidence, rules, timeToDetectMs }) => ({
      id: incident.id,
      api: incident.api,
      start: new Date(incident.startMs).toISOString(),
      end: new Date(incident.endMs).toISOString(),
      calls: incident.calls,
      found,
      foundByEvidence,
      rules,
      timeToDetectSeconds: timeToDetectMs === undefined ? null : Math.round(timeToDetectMs / 1000),
    })),
    lookAlikes: score.lookAlikes.map(({ incident, silent, rules, alerts }) => ({
      id: incident.id,
      api: incident.api,
      calls: incident.calls,
      silent,
      rules,
      alerts,
    })),
    falseAlarms: score.falseAlarms,
    falseAlarmsPerDay: round(score.falseAlarmsPerDay),
    falseAlarmsByEvidence: score.falseAlarmsByEvidence,
    elapsedSeconds: round(elapsedMs / 1000),
    callsPerSecond: Math.round(result.calls / Math.max(0.001, elapsedMs / 1000)),
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
