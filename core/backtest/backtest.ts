import type { SlotFiring } from '../alerts/correlate-events.js';
import type { AlertRate } from '../alerts/life-cycle.js';
import { poissonUpperBound } from '../alerts/poisson-bound.js';
import type { CountPorts } from '../inventory/count-hour.js';
import { UsualRatesOfHour } from '../minutes/usual-rates.js';
import type { TrailStore } from '../ports/trail-store.js';
import { AlertTally, type Example } from './alert-tally.js';
import { callsOfHour } from './calls-of-hour.js';
import { ChangesOfHour } from './changes-of-hour.js';
import { Exposure } from './exposure.js';
import type { Ranked } from './ranking.js';
import { type MinuteScope, rowsOfStages } from './rows-of-stages.js';
import type { Difference } from './slot-log.js';
import { type TrailHours, trailHours } from './trail-hours.js';
import { type RunTools, type Version, VersionRun } from './version-run.js';

export interface BacktestPorts extends Pick<CountPorts, 'decodeSegment'> {
  readonly trail: Pick<TrailStore, 'stages' | 'hours' | 'heads' | 'segment' | 'events'>;
}

export interface BacktestInput extends RunTools {
  readonly tested: Version;
  /** What they are compared with, rule by rule of the same id. */
  readonly compared: Version | undefined;
  /** Both inclusive, epoch ms. */
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly feed: MinuteScope['feed'];
  /** Told after each hour how much of the way is done, from 0 to 1. */
  readonly onProgress?: (done: number, calls: number) => void;
  /** Told of every alert of the tested version. */
  readonly onFiring?: (firing: SlotFiring) => void;
}

/** What one rule would have done. */
export interface RuleOutcome {
  readonly ruleId: string;
  /** Every UTC day with calls, oldest first, and any other that alerts fall on. */
  readonly days: readonly { readonly dayMs: number; readonly alerts: number }[];
  readonly rate: AlertRate;
  readonly principals: readonly Ranked[];
  readonly endpoints: readonly Ranked[];
  readonly examples: readonly Example[];
  /** Absent where there was nothing to compare with. */
  readonly difference: Difference | undefined;
}

export interface BacktestReport {
  readonly rules: readonly RuleOutcome[];
  /** Distinct calls within the time asked for, and the days that they cover. */
  readonly calls: number;
  readonly exposureDays: number;
  readonly span: { readonly firstMs: number; readonly lastMs: number } | undefined;
  /** Calls that were read, of all segments, and their compressed bytes: more than `calls`, for windows reach back. */
  readonly callsRead: number;
  readonly bytesRead: number;
  readonly minuteRows: number;
  /** Matches that lack what the rule counts. */
  readonly unjudged: number;
}

const HOUR_MS = 3_600_000;

/**
 * Runs rules over what the trail holds, with the live evaluator: the same calls give the same alerts. Calls that came too
 * late to be judged live are judged here. Windows that began before `sinceMs` are filled from before it; an alert counts
 * where its last event does. Hours are read oldest first, in memory that does not grow with their number.
 */
export async function backtest(ports: BacktestPorts, input: BacktestInput): Promise<BacktestReport> {
  const { tested, compared, sinceMs, untilMs } = input;
  const isWithin = (firing: SlotFiring): boolean => firing.verdict.lastMs >= sinceMs;
  const tallies = talliesOf(tested);
  const older = compared === undefined ? undefined : talliesOf(compared);
  const runs = [
    new VersionRun(tested, input, (firing) => {
      if (!isWithin(firing)) return;
      tallies.get(firing.plan.rule.id)?.add(firing);
      input.onFiring?.(firing);
    }),
  ];
  if (compared !== undefined)
    runs.push(
      new VersionRun(compared, input, (firing) => {
        if (isWithin(firing)) older?.get(firing.plan.rule.id)?.add(firing);
      }),
    );

  const fromMs = Math.max(0, sinceMs - Math.max(...runs.map(({ reachMs }) => reachMs)));
  const meter = metered(ports);
  const exposure = new Exposure();
  const known = await trailHours(ports.trail, { fromMs, toMs: untilMs });
  const minuteRuns = runs.filter(({ readsMinutes }) => readsMinutes);
  const changeRuns = runs.filter(({ readsInventory }) => readsInventory);
  const changes = new ChangesOfHour(ports.trail);
  const usual = new UsualRatesOfHour(ports.trail);
  let minuteRows = 0;
  for (const hourMs of hoursToRead(known, { fromMs, toMs: untilMs, everyHour: minuteRuns.length > 0 })) {
    for (const { stage, shards } of known.hours.get(hourMs) ?? []) {
      for await (const calls of callsOfHour(meter.ports, { ...stage, shards, hourMs })) {
        for (const { call, isRepeated } of calls) {
          if (call.timeMs < fromMs || call.timeMs > untilMs) continue;
          if (call.timeMs >= sinceMs && !isRepeated) exposure.add(hourMs, call.timeMs);
          for (const run of runs) run.addCall(call);
        }
      }
    }
    if (changeRuns.length > 0)
      for (const change of await changes.of(hourMs))
        if (change.timeMs >= fromMs && change.timeMs <= untilMs)
          for (const run of changeRuns) run.addChange(change);
    if (minuteRuns.length > 0) {
      const scope = { hourMs, fromMs, toMs: untilMs, feed: input.feed };
      for await (const rows of rowsOfStages({ ...meter.ports, usual, digest: input.digest }, known, scope)) {
        minuteRows += rows.length;
        for (const run of minuteRuns) for (const row of rows) run.addRow(row);
      }
    }
    input.onProgress?.((hourMs + HOUR_MS - fromMs) / (untilMs - fromMs), meter.calls);
  }
  for (const run of runs) run.finish();
  return {
    rules: [...tallies].map(([id, tally]) => toOutcome(id, tally, older?.get(id), exposure)),
    calls: exposure.calls,
    exposureDays: exposure.days,
    span: exposure.span,
    callsRead: meter.calls,
    bytesRead: meter.bytes,
    minuteRows,
    unjudged: runs[0]?.unjudged ?? 0,
  };
}

function talliesOf({ ids }: Version): ReadonlyMap<string, AlertTally> {
  return new Map(ids.map((id) => [id, new AlertTally()]));
}

/** Counts what is read. */
function metered({ trail, decodeSegment }: BacktestPorts) {
  const meter = {
    calls: 0,
    bytes: 0,
    ports: {
      trail: {
        heads: (scope) => trail.heads(scope),
        hours: (stage, fromMs, toMs) => trail.hours(stage, fromMs, toMs),
        async segment(key) {
          const bytes = await trail.segment(key);
          meter.bytes += bytes?.byteLength ?? 0;
          return bytes;
        },
      },
      async decodeSegment(bytes) {
        const calls = await decodeSegment(bytes);
        meter.calls += calls.length;
        return calls;
      },
    } satisfies CountPorts,
  };
  return meter;
}

/** Hours with calls; where minutes count, those without as well: silence is what some rules are about. */
function hoursToRead(
  { hours }: TrailHours,
  {
    fromMs,
    toMs,
    everyHour,
  }: { readonly fromMs: number; readonly toMs: number; readonly everyHour: boolean },
): Iterable<number> {
  const [first] = hours.keys();
  if (!everyHour || first === undefined) return hours.keys();
  const startMs = Math.max(first, Math.floor(fromMs / HOUR_MS) * HOUR_MS);
  const count = Math.max(0, Math.floor((toMs - startMs) / HOUR_MS) + 1);
  return Array.from({ length: count }, (_, at) => startMs + at * HOUR_MS);
}

function toOutcome(
  ruleId: string,
  tally: AlertTally,
  older: AlertTally | undefined,
  exposure: Exposure,
): RuleOutcome {
  const { alerts, slots } = tally;
  const days = [...new Set([...exposure.utcDays(), ...tally.days()])].sort((a, b) => a - b);
  return {
    ruleId,
    days: days.map((dayMs) => ({ dayMs, alerts: tally.ofDay(dayMs) })),
    rate: {
      alerts,
      exposureDays: exposure.days,
      perDay: exposure.days > 0 ? alerts / exposure.days : 0,
      upperBound: poissonUpperBound(alerts, exposure.days),
    },
    ...tally.top(),
    examples: tally.examples(),
    difference: older === undefined ? undefined : slots.difference(older.slots),
  };
}
