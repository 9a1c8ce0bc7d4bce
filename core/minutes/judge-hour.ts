import type { Arrival } from '../alerts/lateness.js';
import type { CompiledBundle } from '../ingest/compiled-bundle.js';
import { type JudgeDeps, judgeRecords } from '../ingest/judge-records.js';
import type { CountPorts, StageHour } from '../inventory/count-hour.js';
import type { TrailStage } from '../ports/trail-store.js';
import { rowsOfHour } from './rows-of-hour.js';
import type { UsualRatesOfHour } from './usual-rates.js';

export interface JudgeHourDeps {
  readonly ports: CountPorts;
  readonly compiled: Pick<CompiledBundle, 'bundle' | 'detector' | 'sampler'>;
  readonly judge: JudgeDeps;
  readonly usual: UsualRatesOfHour;
  readonly arrival: Arrival;
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A stage-hour that could not be judged, and why. */
export interface HourFailure extends TrailStage {
  readonly hourMs: number;
  readonly error: unknown;
}

/** What a run has judged. An hour that fails is noted and keeps no other from being judged. */
export class JudgedHours {
  rows = 0;
  alerts = 0;
  readonly failures: HourFailure[] = [];

  constructor(private readonly deps: JudgeHourDeps) {}

  /** Whether it could be judged. */
  async judge(
    { apiId, stage, hourMs }: TrailStage & { readonly hourMs: number },
    find: () => Promise<{ readonly hour: StageHour; readonly span: Span }>,
  ): Promise<boolean> {
    try {
      const { hour, span } = await find();
      const judged = await judgeHour(this.deps, hour, span);
      this.rows += judged.rows;
      this.alerts += judged.alerts;
      return true;
    } catch (error) {
      this.failures.push({ apiId, stage, hourMs, error });
      return false;
    }
  }
}

async function judgeHour(
  { ports, compiled, judge, usual, arrival }: JudgeHourDeps,
  hour: StageHour,
  span: Span,
): Promise<{ readonly rows: number; readonly alerts: number }> {
  const rates = await usual.of(hour, hour.hourMs);
  const batches = rowsOfHour(ports, { hour, usual: rates, ...span }, judge.digest);
  const { records, alerts } = await judgeRecords({ feed: 'minutes', batches, arrival }, compiled, judge);
  return { rows: records, alerts: alerts.filter(({ outcome }) => outcome === 'created').length };
}
