import type { CountPorts } from '../inventory/count-hour.js';
import type { MinuteEvent } from '../minutes/minute-event.js';
import { MINUTE_MS } from '../minutes/minute-tally.js';
import { rowsOfHour } from '../minutes/rows-of-hour.js';
import type { UsualRatesOfHour } from '../minutes/usual-rates.js';
import type { Digest } from '../ports/digest.js';
import type { HourOfStage, TrailHours } from './trail-hours.js';

export interface MinuteScope {
  readonly hourMs: number;
  /** Calls were read from there to there, epoch ms. */
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * How calls came, as live minutes are judged: of a live feed silence lasts until now; an imported file ends with its last
   * call, and hours without calls are none of it.
   */
  readonly feed: 'live' | 'import';
}

const HOUR_MS = 3_600_000;

/** The rows of all stages in one hour. */
export async function* rowsOfStages(
  ports: CountPorts & { readonly usual: UsualRatesOfHour; readonly digest: Digest },
  { stages, hours }: TrailHours,
  { hourMs, fromMs, toMs, feed }: MinuteScope,
): AsyncGenerator<readonly MinuteEvent[]> {
  const present = hours.get(hourMs) ?? [];
  for (const here of feed === 'import' ? present : withSilent(present, stages)) {
    const hour = { ...here.stage, shards: here.shards, hourMs };
    const endMs = feed === 'live' ? hourMs + HOUR_MS : await knownUntil(ports, hours, here, hourMs);
    const span = {
      fromMs: Math.max(hourMs, Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS),
      toMs: Math.min(endMs, Math.ceil(toMs / MINUTE_MS) * MINUTE_MS),
    };
    if (span.fromMs >= span.toMs) continue;
    const usual = await ports.usual.of(here.stage, hourMs);
    yield* rowsOfHour(ports, { hour, usual, ...span }, ports.digest);
  }
}

function withSilent(present: readonly HourOfStage[], stages: TrailHours['stages']): readonly HourOfStage[] {
  const nameOf = ({ stage }: Pick<HourOfStage, 'stage'>) => JSON.stringify([stage.apiId, stage.stage]);
  const seen = new Set(present.map(nameOf));
  const silent = stages.map((stage) => ({ stage, shards: 1 })).filter((one) => !seen.has(nameOf(one)));
  return [...present, ...silent];
}

async function knownUntil(
  ports: CountPorts,
  hours: TrailHours['hours'],
  { stage, shards }: HourOfStage,
  hourMs: number,
): Promise<number> {
  const endMs = hourMs + HOUR_MS;
  for (const [later, there] of hours)
    if (
      later > hourMs &&
      there.some((one) => one.stage.apiId === stage.apiId && one.stage.stage === stage.stage)
    )
      return endMs;
  let lastMs = hourMs;
  for await (const head of ports.trail.heads({ ...stage, shards, fromMs: hourMs, toMs: endMs - 1 }))
    lastMs = Math.max(lastMs, head.lastMs);
  return Math.min(endMs, Math.floor(lastMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS);
}
