import type { StageHour } from '../inventory/count-hour.js';
import { floorQuarter, pendingHours, startOf } from '../inventory/pending-hours.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStage, TrailStore } from '../ports/trail-store.js';
import { type HourFailure, JudgedHours, type JudgeHourDeps } from './judge-hour.js';
import { MINUTE_MS } from './minute-tally.js';
import {
  type MinutesPosition,
  placeOf,
  type Round,
  readPosition,
  writePosition,
} from './minutes-position.js';

export type MinutePorts = JudgeHourDeps['ports'] & {
  readonly trail: Pick<TrailStore, 'heads' | 'segment' | 'hours' | 'stages' | 'openMarkers'>;
  readonly state: Pick<StateStore, 'cursor' | 'setCursor'>;
};

export interface JudgeMinutesInput extends JudgeHourDeps {
  readonly ports: MinutePorts;
  /** False once the run should end; the next one goes on where it stopped. */
  readonly hasTime: () => boolean;
}

export interface JudgedMinutes {
  readonly rows: number;
  readonly alerts: number;
  /** Whether everything that had arrived was judged. */
  readonly complete: boolean;
  /** Stage-hours that could not be judged; live ones are tried again with the next whole hours. */
  readonly failures: readonly HourFailure[];
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
 * judging again is harmless. A run that runs out of time leaves its place to the next, and the first turn to the other part, so
 * that all stages, and the whole hours, get theirs however far it is behind.
 */
export async function judgeMinutes(input: JudgeMinutesInput): Promise<JudgedMinutes> {
  if (!input.compiled.detector.reads('minutes')) return { rows: 0, alerts: 0, complete: true, failures: [] };
  const judged = new JudgedHours(input);
  const isComplete =
    input.arrival.kind === 'live' ? await judgeLive(input, judged) : await judgeImported(input, judged);
  const { rows, alerts, failures } = judged;
  return { rows, alerts, complete: isComplete && failures.length === 0, failures };
}

async function judgeLive(input: JudgeMinutesInput, judged: JudgedHours): Promise<boolean> {
  const { ports, arrival } = input;
  const known = await readPosition(ports.state);
  const retried = new Map(known.failed.map((hour) => [placeOf(hour, hour.hourMs), hour]));
  let { edge, hours } = known;
  for (const part of known.first === 'edge' ? (['edge', 'hours'] as const) : (['hours', 'edge'] as const)) {
    if (part === 'edge') edge = await judgeEdge(input, judged, edge);
    else hours = await judgeHours(input, judged, { round: hours, retried });
  }
  for (const { apiId, stage, hourMs } of judged.failures)
    retried.set(placeOf({ apiId, stage }, hourMs), { apiId, stage, hourMs, shards: 1 });
  const isComplete = edge === undefined && hours === undefined;
  const first: MinutesPosition['first'] = isComplete || known.first === 'hours' ? 'edge' : 'hours';
  const next = { first, edge, hours, failed: [...retried.values()] };
  await writePosition(ports.state, { known, next, nowMs: arrival.atMs });
  return isComplete;
}

/** The minutes since the last round, of every stage, silent ones too. Answers with the round where it is not at its end. */
async function judgeEdge(
  { ports, arrival, hasTime }: JudgeMinutesInput,
  judged: JudgedHours,
  begun: Round | undefined,
): Promise<Round | undefined> {
  const edgeMs = floorMinute(arrival.atMs - SETTLE_MS);
  const cursor = Number((await ports.state.cursor(EDGE_CURSOR)) ?? 0);
  const oldestMs = Math.max(cursor, edgeMs - CATCH_UP_MS);
  // One that was begun long ago is over: its minutes are left to the whole hours.
  const round = begun !== undefined && begun.untilMs > oldestMs ? begun : { untilMs: edgeMs, after: '' };
  const toMs = round.untilMs;
  const fromMs = cursor > 0 ? oldestMs : toMs - MINUTE_MS;
  if (fromMs >= toMs) return undefined;
  let after = round.after;
  for (const { stage, place } of inOrder(await ports.trail.stages(), round)) {
    if (!hasTime()) return { untilMs: toMs, after };
    for (let hourMs = floorHour(fromMs); hourMs < toMs; hourMs += HOUR_MS) {
      const span = { fromMs: Math.max(fromMs, hourMs), toMs: Math.min(toMs, hourMs + HOUR_MS) };
      await judged.judge({ ...stage, hourMs }, async () => ({
        hour: { ...stage, hourMs, shards: await shardsOf(ports, stage, hourMs) },
        span,
      }));
    }
    after = place;
  }
  await ports.state.setCursor(EDGE_CURSOR, String(toMs));
  return undefined;
}

function inOrder(stages: readonly TrailStage[], { after }: Round) {
  return stages
    .map((stage) => ({ stage, place: placeOf(stage) }))
    .filter(({ place }) => place > after)
    .sort((a, b) => (a.place < b.place ? -1 : 1));
}

async function shardsOf(ports: MinutePorts, stage: TrailStage, hourMs: number): Promise<number> {
  for await (const { shards } of ports.trail.hours(stage, hourMs, hourMs)) return shards;
  return 1;
}

interface HoursToDo {
  readonly round: Round | undefined;
  /** By place: hours that failed in earlier runs; those that are judged now are taken out. */
  readonly retried: Map<string, StageHour>;
}

/** Whole hours that something has arrived for since the last round, and that are over. Answers as `judgeEdge` does. */
async function judgeHours(
  { ports, arrival, hasTime }: JudgeMinutesInput,
  judged: JudgedHours,
  { round, retried }: HoursToDo,
): Promise<Round | undefined> {
  const untilMs = round?.untilMs ?? floorHour(arrival.atMs - HOUR_SETTLE_MS);
  const cursor = await ports.state.cursor(HOURS_CURSOR);
  if (Number(cursor) >= untilMs) return undefined;
  const since = startOf(cursor, { oldestMs: arrival.atMs - LOOK_BACK_MS, nowMs: arrival.atMs });
  const due = new Map(retried);
  // What arrives later than `untilMs` is met again by the next round, whatever this one has passed.
  for (const { hour } of await pendingHours(ports.trail, since, arrival.atMs))
    due.set(placeOf(hour, hour.hourMs), hour);
  let after = round?.after ?? '';
  for (const [place, hour] of [...due].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const toMs = hour.hourMs + HOUR_MS;
    if (place <= after || toMs > untilMs) continue;
    if (!hasTime()) return { untilMs, after };
    const isJudged = await judged.judge(hour, async () => ({
      hour: { ...hour, shards: Math.max(hour.shards, await shardsOf(ports, hour, hour.hourMs)) },
      span: { fromMs: hour.hourMs, toMs },
    }));
    if (isJudged) retried.delete(place);
    after = place;
  }
  await ports.state.setCursor(HOURS_CURSOR, String(untilMs));
  return undefined;
}

/** The hours that something has arrived for since the last import. One that fails keeps the cursor where it is. */
async function judgeImported(
  { ports, arrival, hasTime }: JudgeMinutesInput,
  judged: JudgedHours,
): Promise<boolean> {
  const cursor = await ports.state.cursor(HOURS_CURSOR);
  const since = startOf(cursor, { oldestMs: arrival.atMs - LOOK_BACK_MS, nowMs: arrival.atMs });
  for (const { hour } of await pendingHours(ports.trail, since, arrival.atMs)) {
    if (!hasTime()) return false;
    await judged.judge(hour, async () => ({
      hour,
      span: { fromMs: hour.hourMs, toMs: await knownUntil(ports, hour) },
    }));
  }
  if (judged.failures.length > 0) return false;
  await ports.state.setCursor(HOURS_CURSOR, String(floorQuarter(arrival.atMs)));
  return true;
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

const floorMinute = (ms: number): number => Math.floor(ms / MINUTE_MS) * MINUTE_MS;
const floorHour = (ms: number): number => Math.floor(ms / HOUR_MS) * HOUR_MS;
