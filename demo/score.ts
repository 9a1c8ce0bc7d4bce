import type { Level } from '../core/sigma/rule-source.js';
import type { IncidentRecord } from './incidents.js';
import { ORDINARY_LABEL } from './labels.js';

/** What scoring needs of an alert; any stored alert fits. */
export interface ScorableAlert {
  readonly id: string;
  readonly ruleId: string;
  readonly level: Level;
  readonly group: Readonly<Record<string, string>>;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  /** When the alert could first be seen, in simulated time; without it the last event of the alert stands in. */
  readonly detectedMs?: number | undefined;
  /** Labels of the calls kept as evidence: they decide where the group names nobody, for it may hold good and bad. */
  readonly evidenceLabels?: readonly string[] | undefined;
}

export interface AttackScore {
  readonly incident: IncidentRecord;
  readonly found: boolean;
  /** By an alert that is true by its evidence. */
  readonly foundByEvidence: boolean;
  /** Rules that found it, first to fire first. */
  readonly rules: readonly string[];
  /** From its first call to its first alert, milliseconds. */
  readonly timeToDetectMs: number | undefined;
}

export interface LookAlikeScore {
  readonly incident: IncidentRecord;
  readonly silent: boolean;
  readonly rules: readonly string[];
  readonly alerts: number;
}

export interface AlertScore {
  readonly alertId: string;
  readonly ruleId: string;
  readonly isTrue: boolean;
  /** The strict measure: more than half of the calls kept as its evidence are an attack's. */
  readonly isTrueByEvidence: boolean;
  /** How many of its evidence calls bear which label. */
  readonly evidence: Readonly<Record<string, number>>;
  /** Id of the incident behind it, or `benign:ordinary`. */
  readonly cause: string;
}

export interface Score {
  readonly attacks: readonly AttackScore[];
  readonly lookAlikes: readonly LookAlikeScore[];
  readonly alerts: readonly AlertScore[];
  readonly falseAlarms: number;
  readonly falseAlarmsPerDay: number;
  /** By the strict measure. */
  readonly falseAlarmsByEvidence: number;
}

/** Fields of a group that name who called; each must be one of the incident's actors. */
const WHO = new Set(['sourceIp', 'principal', 'apiKeyId', 'userAgent']);

/**
 * Compares alerts with what really happened. An alert is true when its group names an actor of an attack (address,
 * principal or key) at a time that overlaps: also the one that a stolen key's owner sets off while the theft is still in
 * the window. Of a group that names nobody, the calls behind it decide, by majority; where they are not known, its
 * API and time. Everything else is a false alarm, charged to a look-alike where one fits, else to ordinary traffic.
 *
 * That is lenient where a group's own calls set an alert off during an attack on it. By the strict measure, beside it, an alert
 * is true when most of the calls kept as its evidence are an attack's, whoever its group names.
 */
export function scoreAlerts(
  alerts: readonly ScorableAlert[],
  incidents: readonly IncidentRecord[],
  days: number,
): Score {
  const known = incidents.map((record) => ({ record, actors: new Set(record.actors) }));
  const causes = alerts.map((alert) => ({ alert, cause: causeOf(alert, known) }));
  const of = (record: IncidentRecord) =>
    causes.filter(({ cause }) => cause === record).map(({ alert }) => alert);
  const scored = causes.map(
    ({ alert, cause }): AlertScore => ({
      alertId: alert.id,
      ruleId: alert.ruleId,
      isTrue: cause?.kind === 'attack',
      isTrueByEvidence: isAttackByEvidence(alert),
      evidence: Object.fromEntries(countsOf(alert.evidenceLabels ?? [])),
      cause: cause?.id ?? ORDINARY_LABEL,
    }),
  );
  const falseAlarms = scored.filter((alert) => !alert.isTrue).length;
  return {
    attacks: incidents
      .filter(({ kind }) => kind === 'attack')
      .map((record) => attackScore(record, of(record))),
    lookAlikes: incidents
      .filter(({ kind }) => kind === 'benign')
      .map((incident) => {
        const mine = of(incident);
        return { incident, silent: mine.length === 0, rules: rulesOf(mine), alerts: mine.length };
      }),
    alerts: scored,
    falseAlarms,
    falseAlarmsPerDay: falseAlarms / days,
    falseAlarmsByEvidence: scored.filter((alert) => !alert.isTrueByEvidence).length,
  };
}

function isAttackByEvidence({ evidenceLabels = [] }: ScorableAlert): boolean {
  const attacks = evidenceLabels.filter((label) => label.startsWith('attack:')).length;
  return attacks * 2 > evidenceLabels.length;
}

function attackScore(incident: IncidentRecord, alerts: readonly ScorableAlert[]): AttackScore {
  const firstMs = Math.min(...alerts.map(seenMs));
  return {
    incident,
    found: alerts.length > 0,
    foundByEvidence: alerts.some(isAttackByEvidence),
    rules: rulesOf(alerts),
    timeToDetectMs: alerts.length === 0 ? undefined : Math.max(0, firstMs - incident.startMs),
  };
}

function rulesOf(alerts: readonly ScorableAlert[]): readonly string[] {
  return [...new Set([...alerts].sort((a, b) => seenMs(a) - seenMs(b)).map((alert) => alert.ruleId))];
}

function seenMs(alert: ScorableAlert): number {
  return alert.detectedMs ?? alert.lastMs;
}

interface Known {
  readonly record: IncidentRecord;
  readonly actors: ReadonlySet<string>;
}

function causeOf(alert: ScorableAlert, known: readonly Known[]): IncidentRecord | undefined {
  // Browsers share their names with thousands: a user agent alone names nobody.
  const isNamed = Object.keys(alert.group).some((field) => WHO.has(field) && field !== 'userAgent');
  const named = known.find((one) => isNamed && one.record.kind === 'attack' && fits(alert, one));
  if (named !== undefined) return named.record;
  const evidence = alert.evidenceLabels;
  if (evidence !== undefined && evidence.length > 0) {
    const label = commonest(evidence);
    const behind = known.filter((one) => labelOf(one) === label);
    // Of several incidents of one name, the one whose actor or time fits; evidence alone names no number.
    return (behind.find((one) => fits(alert, one)) ?? behind[0])?.record;
  }
  const fitting = known.filter((one) => fits(alert, one)).map(({ record }) => record);
  return fitting.find(({ kind }) => kind === 'attack') ?? fitting[0];
}

function labelOf({ record }: Known): string {
  return `${record.kind}:${record.name}`;
}

function fits(alert: ScorableAlert, { record, actors }: Known): boolean {
  if (alert.lastMs < record.startMs || alert.firstMs > record.endMs) return false;
  if (alert.apiId !== undefined && alert.apiId !== record.apiId) return false;
  if (alert.stage !== undefined && alert.stage !== record.stage) return false;
  return Object.entries(alert.group).every(([field, value]) => {
    if (field === 'apiId') return value === record.apiId;
    return !WHO.has(field) || actors.has(value);
  });
}

function commonest(labels: readonly string[]): string {
  let best = ORDINARY_LABEL;
  let most = 0;
  for (const [label, count] of countsOf(labels)) {
    if (count > most) [best, most] = [label, count];
  }
  return best;
}

function countsOf(labels: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return counts;
}
