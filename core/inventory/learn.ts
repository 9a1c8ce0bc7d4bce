import { Fault } from '../fault.js';
import type { InventoryStore } from '../ports/inventory-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import { type CountedHour, type CountPorts, countHour } from './count-hour.js';
import { floorQuarter, ownerOf, pendingHours, QUARTER_MS, startOf } from './pending-hours.js';
import { type Learned, observedRoutes, type PublishPorts, publishLearned } from './publish-learned.js';

/** The cursor in `State`: arrival quarter-hours before it have been folded. */
export const LEARN_CURSOR = 'learn';

/**
 * A writer may mark a quarter-hour at its start and write the segment as late as its time limit (15 minutes) after that; so the
 * last two quarters are looked at again.
 */
const REVISIT_MS = 2 * QUARTER_MS;

/** A stage-hour that cannot be folded holds the cursor back so long, then it is given up. */
const GIVE_UP_MS = 48 * 3_600_000;

/** Stage-hours folded at a time. */
const CONCURRENCY = 8;

export interface LearnPorts extends CountPorts, PublishPorts {
  readonly trail: Pick<TrailStore, 'heads' | 'segment' | 'hours' | 'openMarkers'>;
  readonly inventory: Pick<InventoryStore, 'apis' | 'endpoints' | 'putFold'>;
  readonly state: Pick<StateStore, 'bundle' | 'publishBundle' | 'cursor' | 'setCursor' | 'lease'>;
}

export interface LearnOptions {
  readonly nowMs: number;
  /** Where to begin when there is no cursor: no marker is older. */
  readonly oldestMs: number;
  /** False once the run should end; the next one goes on where it stopped. */
  readonly hasTime: () => boolean;
}

export interface LearnReport {
  /** Stage-hours that had news, and folds written for them. */
  readonly hours: number;
  readonly folds: number;
  /** Stage-hours that failed, with the reason; they are tried again by the next run. */
  readonly failures: readonly {
    readonly apiId: string;
    readonly stage: string;
    readonly hourMs: number;
    readonly error: unknown;
  }[];
  /** Version of the bundle that the run published. */
  readonly published: string | undefined;
  /** What was learned does not fit into the bundle any more: it is not in force. */
  readonly tooLarge: Fault | undefined;
  /** Whether everything that had arrived was folded. */
  readonly complete: boolean;
}

/**
 * One run: folds every event hour that has new segments since the cursor, then learns templates from the routes of the APIs
 * concerned, and the shards that the busiest stages need. Repeatable at any time: a fold is written whole from what the trail holds, templates only grow, the cursor moves
 * last. Late calls mark their old hour anew, so it is folded again. Runs must not overlap, for of two at once the one that read
 * earlier could write last: `learnAlone` sees to that.
 */
export async function learn(ports: LearnPorts, options: LearnOptions): Promise<LearnReport> {
  const { nowMs } = options;
  const fromMs = startOf(await ports.state.cursor(LEARN_CURSOR), options);
  const pending = await pendingHours(ports.trail, fromMs, nowMs);
  const apis = await ports.inventory.apis();

  const folded: CountedHour[] = [];
  const failures: LearnReport['failures'][number][] = [];
  let cursorMs = floorQuarter(nowMs) - REVISIT_MS;
  let done = 0;
  while (done < pending.length && options.hasTime()) {
    const batch = pending.slice(done, done + CONCURRENCY);
    done += batch.length;
    await Promise.all(
      batch.map(async ({ hour, arrivalMs }) => {
        try {
          const counted = await countHour(ports, hour, ownerOf(apis, hour.apiId));
          for (const fold of counted.folds) await ports.inventory.putFold(fold);
          folded.push(counted);
        } catch (error) {
          // reported by the caller, and tried again: the cursor stays before it
          failures.push({ apiId: hour.apiId, stage: hour.stage, hourMs: hour.hourMs, error });
          if (arrivalMs > nowMs - GIVE_UP_MS) cursorMs = Math.min(cursorMs, arrivalMs);
        }
      }),
    );
  }
  const next = pending[done];
  if (next !== undefined) cursorMs = Math.min(cursorMs, next.arrivalMs);

  const learned = {
    routes: await observedRoutes(ports.inventory, folded),
    loads: folded.map(({ load }) => load),
  };
  const { published, tooLarge } = await publishWithin(ports, learned);
  await ports.state.setCursor(LEARN_CURSOR, String(Math.max(cursorMs, fromMs)));
  return {
    hours: done,
    folds: folded.reduce((total, { folds }) => total + folds.length, 0),
    failures,
    published,
    tooLarge,
    complete: next === undefined && failures.length === 0,
  };
}

/** A bundle that is full does not hold folding up: the counts are in the inventory, and the cursor moves on. */
async function publishWithin(
  ports: PublishPorts,
  learned: Learned,
): Promise<Pick<LearnReport, 'published' | 'tooLarge'>> {
  try {
    return { published: await publishLearned(ports, learned), tooLarge: undefined };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'bundle.oversized') throw error;
    return { published: undefined, tooLarge: error };
  }
}
