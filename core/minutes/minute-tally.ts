import type { ApiCall } from '../calls/api-call.js';
import { parseEndpointLabel } from '../inventory/endpoint-label.js';
import type { Digest } from '../ports/digest.js';
import type { TrailStage } from '../ports/trail-store.js';
import { MinuteEvent } from './minute-event.js';
import type { MinuteRow } from './minute-row.js';
import { CallSums, MinuteSums } from './minute-sums.js';
import type { UsualRates } from './usual-rates.js';

export const MINUTE_MS = 60_000;

/** Makes rows of the calls of one stage. Memory holds the minutes that are not closed yet. */
export class MinuteTally {
  private readonly minutes = new Map<number, MinuteSums>();

  constructor(
    private readonly stage: TrailStage,
    private readonly usual: UsualRates,
    private readonly digest: Digest,
  ) {}

  add(call: ApiCall): void {
    const timeMs = Math.floor(call.timeMs / MINUTE_MS) * MINUTE_MS;
    let sums = this.minutes.get(timeMs);
    if (sums === undefined) {
      sums = new MinuteSums();
      this.minutes.set(timeMs, sums);
    }
    sums.add(call);
  }

  /** Closes a minute, and gives its rows. */
  close(timeMs: number): readonly MinuteEvent[] {
    const sums = this.minutes.get(timeMs) ?? NO_CALLS;
    this.minutes.delete(timeMs);
    const { usual } = this;
    const events: MinuteEvent[] = [];
    const add = (...row: [Subject, CallSums, number | undefined, CallSums?]) =>
      events.push(new MinuteEvent(this.toRow(timeMs, ...row), this.digest));
    if (sums.stage.calls > 0 || usual.stage !== undefined)
      add({ dimension: 'stage' }, sums.stage, usual.stage);
    for (const label of new Set([...sums.endpoints.keys(), ...usual.endpoints.keys()])) {
      const subject = { dimension: 'endpoint', ...parseEndpointLabel(label) } as const;
      add(subject, sums.endpoints.get(label) ?? SILENCE, usual.endpoints.get(label));
    }
    for (const [key, of] of sums.principals) add(principalSubject(key), of, undefined, sums.stage);
    return events;
  }

  private toRow(
    timeMs: number,
    subject: Subject,
    sums: CallSums,
    usualCalls: number | undefined,
    whole?: CallSums,
  ): MinuteRow {
    const { apiId, stage } = this.stage;
    const { dimension, method, route, principal, principalKind } = subject;
    const { calls, errors4xx, errors5xx, integrationErrors, gatewayErrors, identified, anonymous } = sums;
    return {
      timeMs,
      dimension,
      accountId: sums.accountId,
      region: sums.region,
      apiId,
      stage,
      method,
      route,
      principal,
      principalKind,
      calls,
      errors4xx,
      errors5xx,
      errorRatio: share(errors5xx, calls),
      clientErrorRatio: share(errors4xx, calls),
      p95LatencyMs: sums.latencies.p95(),
      p95AuthorizerLatencyMs: sums.authorizerLatencies.p95(),
      integrationErrors,
      gatewayErrors,
      integrationErrorRatio: share(integrationErrors, calls),
      gatewayErrorRatio: share(gatewayErrors, calls),
      identified,
      anonymous,
      anonymousRatio: share(anonymous, identified + anonymous),
      defaultHostCalls: sums.defaultHostCalls,
      customHostCalls: sums.customHostCalls,
      shareOfCalls: whole && share(calls, whole.calls),
      shareOfErrors5xx: whole && share(errors5xx, whole.errors5xx),
      bytes: sums.bytes,
      silent: calls === 0,
      normallyBusy: usualCalls !== undefined,
      usualCalls,
    };
  }
}

type Sums = Pick<MinuteSums, 'stage' | 'endpoints' | 'principals'>;
type Subject = Pick<MinuteRow, 'dimension'> &
  Partial<Pick<MinuteRow, 'method' | 'route' | 'principal' | 'principalKind'>>;

const SILENCE = new CallSums();
const NO_CALLS: Sums = new MinuteSums();

function share(part: number, whole: number): number | undefined {
  return whole === 0 ? undefined : part / whole;
}

function principalSubject(key: string): Subject {
  const space = key.indexOf(' ');
  // what MinuteSums wrote before the space
  const principalKind = key.slice(0, space) as NonNullable<MinuteRow['principalKind']>;
  return { dimension: 'principal', principalKind, principal: key.slice(space + 1) };
}
