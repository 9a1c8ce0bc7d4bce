import type { Arrival } from '../alerts/lateness.js';
import type { CompiledBundle } from '../ingest/compiled-bundle.js';
import { type JudgeDeps, judgeRecords } from '../ingest/judge-records.js';
import type { CountPorts, StageHour } from '../inventory/count-hour.js';
import { floorQuarter, pendingHours, startOf } from '../inventory/pending-hours.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStage, TrailStore } from '../ports/trail-store.js';
import type { MinuteRow } from './minute-row.js';
import { MINUTE_MS } from './minute-tally.js';
import { rowsOfHour } from './rows-of-hour.js';
import type { UsualRatesOfHour } from './usual-rates.js';

export interface MinutePorts extends CountPorts {
  readonly trail: Pick<TrailStore, 'heads' | 'segment' | 'hours' | 'stages' | 'openMarkers'>;
  readonly state: Pick<StateStore, 'cursor' | 'setCursor'>;
}

export interface JudgeMinutesInput {
  readonly ports: MinutePorts;
  readonly compiled: Pick<CompiledBundle, 'bundle' | 'detector' | 'sampler'>;
  readonly judge: JudgeDeps;
  readonly usual: UsualRatesOfHour;
  readonly arrival: Arrival;
  /** False once the run should end; the next one goes on where it stopped. */
  readonly hasTime: () => boolean;
}

export interface JudgedMinutes {
  readonly rows: number;
  readonly alerts: number;
  /** Whether everything that had arrived was judged. */
  readonly complete: boolean;
}

/** A live minute is judged when it is over by this much: a line takes seconds to arrive, a buffered one up to two minutes. */
const SETTLE_MS = 3 * MINUTE_MS;
/** A whole hour is judged once more when it is over by this much, for what came later. */
const HOUR_SETTLE_MS = 20 * MINUTE_MS;
/** After a longer pause only whole hours are caught up with. */
const CATCH_UP_MS = 60 * MINUTE_MS;
const HOUR_MS = 3_600_000;

const EDGE_CURSOR = 'minutes';
const HOURS_CURSOR = 'minutes-hours';

/**
 * Judges the minutes of all stages that are over. Live: each minute soon after it, and the whole hour once more when late calls
 * are in. Imports: every hour that something arrived for. Rows are a pure function of the trail and their ids do not change, so
 * judging again is harmless; a cursor moves only after what it passes is judged.
 */
export async function judgeMinutes(input: JudgeMinutesInput): Promise<JudgedMinutes> {
  if (!input.compiled.detector.reads('minutes')) return { rows: 0, alerts: 0, complete: true };
  const edge = input.arrival.kind === 'live' ? await judgeEdge(input) : NOTHING;
  const hours = edge.complete ? await judgeHours(input) : { ...NOTHING, complete: false };
  return {
    rows: edge.rows + hours.rows,
    alerts: edge.alerts + hours.alerts,
    complete: edge.complete && hours.complete,
  };
}

const NOTHING: JudgedMinutes = { rows: 0, alerts: 0, complete: true };

/** The minutes since the last run, of every stage, silent ones too. */
async function judgeEdge(input: JudgeMinutesInput): Promise<JudgedMinutes> {
  const { ports, arrival } = input;
  const toMs = floorMinute(arrival.atMs - SETTLE_MS);
  const cursor = Number(await ports.state.cursor(EDGE_CURSOR));
  const fromMs = Math.max(cursor > 0 ? cursor : toMs - MINUTE_MS, toMs - CATCH_UP_MS);
  if (fromMs >= toMs) return NOTHING;
  let rows = 0;
  let alerts = 0;
  for (const stage of await ports.trail.stages()) {
    if (!input.hasTime()) return { rows, alerts, complete: false };
    for (let hourMs = floorHour(fromMs); hourMs < toMs; hourMs += HOUR_MS) {
      const hour = { ...stage, hourMs, shards: await shardsOf(ports, stage, hourMs) };
      const span = { fromMs: Math.max(fromMs, hourMs), toMs: Math.min(toMs, hourMs + HOUR_MS) };
      const judged = await judgeHour(input, hour, span);
      rows += judged.rows;
      alerts += judged.alerts;
    }
  }
  await ports.state.setCursor(EDGE_CURSOR, String(toMs));
  return { rows, alerts, complete: true };
}

async function shardsOf(ports: MinutePorts, stage: TrailStage, hourMs: number): Promise<number> {
  for await (const { shards } of ports.trail.hours(stage, hourMs, hourMs)) return shards;
  return 1;
}

/** Whole hours that something has arrived for since the last run, and that are over. */
async function judgeHours(input: JudgeMinutesInput): Promise<JudgedMinutes> {
  const { ports, arrival } = input;
  const isLive = arrival.kind === 'live';
  const untilMs = isLive ? floorHour(arrival.atMs - HOUR_SETTLE_MS) : Number.POSITIVE_INFINITY;
  const cursor = await ports.state.cursor(HOURS_CURSOR);
  if (isLive && Number(cursor) >= untilMs) return NOTHING;
  const since = startOf(cursor, { oldestMs: arrival.atMs - LOOK_BACK_MS, nowMs: arrival.atMs });
  let rows = 0;
  let alerts = 0;
  for (const { hour } of await pendingHours(ports.trail, since, arrival.atMs)) {
    if (hour.hourMs + HOUR_MS > untilMs) continue;
    if (!input.hasTime()) return { rows, alerts, complete: false };
    const toMs = isLive ? hour.hourMs + HOUR_MS : await knownUntil(ports, hour);
    const judged = await judgeHour(input, hour, { fromMs: hour.hourMs, toMs });
    rows += judged.rows;
    alerts += judged.alerts;
  }
  await ports.state.setCursor(HOURS_CURSOR, String(isLive ? untilMs : floorQuarter(arrival.atMs)));
  return { rows, alerts, complete: true };
}

/** Markers live at least so long. */
const LOOK_BACK_MS = 7 * 24 * HOUR_MS;

/** After the last call of a stage nothing is known: an imported file ends there, and is not silence. */
async function knownUntil(ports: MinutePorts, hour: StageHour): Promise<number> {
  const endMs = hour.hourMs + HOUR_MS;
  for await (const { hourMs } of ports.trail.hours(hour, endMs, LAST_MS)) if (hourMs >= endMs) return endMs;
  let lastMs = hour.hourMs;
  const scope = { ...hour, fromMs: hour.hourMs, toMs: endMs - 1 };
  for await (const head of ports.trail.heads(scope)) lastMs = Math.max(lastMs, head.lastMs);
  return Math.min(endMs, floorMinute(lastMs) + MINUTE_MS);
}

/** 9999-12-31: the last instant that the trail's keys tell apart. */
const LAST_MS = 253_402_300_799_999;

async function judgeHour(
  { ports, compiled, judge, usual, arrival }: JudgeMinutesInput,
  hour: StageHour,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<{ readonly rows: number; readonly alerts: number }> {
  const rates = await usual.of(hour, hour.hourMs);
  const events = toEvents(rowsOfHour(ports, { hour, usual: rates, ...span }, judge.digest));
  const { records, alerts } = await judgeRecords({ feed: 'minutes', events, arrival }, compiled, judge);
  return { rows: records, alerts: alerts.filter(({ outcome }) => outcome === 'created').length };
}

async function* toEvents(rows: AsyncIterable<MinuteRow>) {
  for await (const record of rows) yield { id: record.id, timeMs: record.timeMs, record };
}

const floorMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
const floorHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
