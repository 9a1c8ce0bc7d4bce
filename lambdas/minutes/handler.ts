import { Fault } from '../../core/fault.js';
import type { CompiledBundle } from '../../core/ingest/compiled-bundle.js';
import type { JudgeDeps } from '../../core/ingest/judge-records.js';
import { type JudgedMinutes, judgeMinutes, type MinutePorts } from '../../core/minutes/judge-minutes.js';
import { UsualRatesOfHour } from '../../core/minutes/usual-rates.js';
import type { Clock } from '../../core/ports/clock.js';
import type { StateStore } from '../../core/ports/state-store.js';
import type { Telemetry } from '../../core/ports/telemetry.js';

/** What the schedule is answered. */
export type MinutesAnswer = Omit<JudgedMinutes, 'failures'>;

export interface MinutesHandlerDeps {
  readonly bundles: () => Promise<CompiledBundle>;
  readonly ports: MinutePorts & { readonly state: Pick<StateStore, 'lease'> };
  readonly judge: JudgeDeps;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** What the handler uses of Lambda's context. */
export interface TimeLeft {
  getRemainingTimeInMillis(): number;
}

const LEASE = 'minutes';
/** Longer than the function may run, so that a run never outlives its lease. */
const LEASE_MS = 6 * 60_000;
/** Left for the stage in hand once a run has to end. */
const RESERVED_MS = 30_000;

/**
 * Judges the minutes that are over, once a minute. A run that finds another under way leaves the work to it. One
 * stage-hour that cannot be judged does not stop the others, but the invocation then fails, so that the error alarm rings.
 */
export function createMinutesHandler(
  deps: MinutesHandlerDeps,
): (event: unknown, context: TimeLeft) => Promise<MinutesAnswer> {
  const { bundles, ports, judge, clock, telemetry } = deps;
  const usual = new UsualRatesOfHour(ports.trail);
  return async (_event, context) => {
    const compiled = await bundles();
    const lease = await ports.state.lease(LEASE, LEASE_MS);
    if (lease === undefined) {
      telemetry.info('minutes.busy', {});
      return { rows: 0, alerts: 0, complete: false };
    }
    try {
      const arrival = { kind: 'live', atMs: clock.nowMs() } as const;
      const hasTime = (): boolean => context.getRemainingTimeInMillis() > RESERVED_MS;
      const run = { ports, compiled, judge, usual, arrival, hasTime };
      const { failures, ...judged } = await judgeMinutes(run);
      telemetry.info('minutes.judged', { ...judged });
      for (const { apiId, stage, hourMs, error } of failures)
        telemetry.error('minutes.failed', { apiId, stage, hour: new Date(hourMs).toISOString() }, error);
      if (failures.length > 0)
        throw new Fault('store.failed', { hoursFailed: failures.length }, { cause: failures[0]?.error });
      return judged;
    } finally {
      await lease.release();
    }
  };
}
