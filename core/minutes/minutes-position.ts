import * as v from 'valibot';
import type { StageHour } from '../inventory/count-hour.js';
import type { StateStore } from '../ports/state-store.js';

/** Where a round stopped that ran out of time: everything up to `untilMs` is judged of what sorts no later than `after`. */
export interface Round {
  readonly untilMs: number;
  readonly after: string;
}

/** What a run leaves to the next one, besides the cursors of what is done. */
export interface MinutesPosition {
  /** Which part has the time first: after a run that ran out of it, the other one. */
  readonly first: 'edge' | 'hours';
  readonly edge: Round | undefined;
  readonly hours: Round | undefined;
  /** Stage-hours that could not be judged, to be tried again with the next whole hours. */
  readonly failed: readonly StageHour[];
}

const CURSOR = 'minutes-position';
const START: MinutesPosition = { first: 'edge', edge: undefined, hours: undefined, failed: [] };

/** More than these are not remembered: then something is wrong that trying again does not mend. */
const FAILED_MAX = 100;
/** A stage-hour that cannot be judged is tried again for so long, then it is given up. */
const GIVE_UP_MS = 48 * 3_600_000;

const ROUND = v.optional(v.object({ untilMs: v.number(), after: v.string() }));
const POSITION = v.object({
  first: v.picklist(['edge', 'hours']),
  edge: ROUND,
  hours: ROUND,
  failed: v.array(v.object({ apiId: v.string(), stage: v.string(), hourMs: v.number(), shards: v.number() })),
});

/** The position as it was left; the start where there is none, or none that this version reads: judging again does no harm. */
export async function readPosition(state: Pick<StateStore, 'cursor'>): Promise<MinutesPosition> {
  const decoded = v.safeParse(v.pipe(v.string(), v.parseJson(), POSITION), await state.cursor(CURSOR));
  if (!decoded.success) return START;
  const { first, edge, hours, failed } = decoded.output;
  return { first, edge, hours, failed };
}

/** Written only where it has changed: most runs leave nothing to the next. */
export async function writePosition(
  state: Pick<StateStore, 'setCursor'>,
  {
    known,
    next,
    nowMs,
  }: { readonly known: MinutesPosition; readonly next: MinutesPosition; readonly nowMs: number },
): Promise<void> {
  const failed = next.failed.filter(({ hourMs }) => hourMs > nowMs - GIVE_UP_MS).slice(0, FAILED_MAX);
  const text = JSON.stringify({ ...next, failed });
  if (text !== JSON.stringify(known)) await state.setCursor(CURSOR, text);
}

/** Orders stages, and hours of stages, the same in every run. */
export function placeOf({ apiId, stage }: Pick<StageHour, 'apiId' | 'stage'>, hourMs = 0): string {
  return JSON.stringify([String(hourMs).padStart(15, '0'), apiId, stage]);
}
