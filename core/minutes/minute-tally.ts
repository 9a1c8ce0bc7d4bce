import type { ApiCall } from '../calls/api-call.js';
import { parseEndpointLabel } from '../inventory/endpoint-label.js';
import type { Digest } from '../ports/digest.js';
import type { TrailStage } from '../ports/trail-store.js';
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

  /** Closes the minutes from `fromMs` up to `toMs`, both whole, and gives their rows. */
  *close(fromMs: number, toMs: number): Generator<MinuteRow> {
    for (let timeMs = fromMs; timeMs < toMs; timeMs += MINUTE_MS) {
      yield* this.rowsOf(timeMs, this.minutes.get(timeMs) ?? NO_CALLS);
      this.minutes.delete(timeMs);
    }
  }

  private *rowsOf(timeMs: number, sums: Sums): Generator<MinuteRow> {
    const { usual } = this;
    if (sums.stage.calls > 0 || usual.stage !== undefined)
      yield this.toRow(timeMs, { dimension: 'stage' }, sums.stage, usual.stage);
    for (const label of new Set([...sums.endpoints.keys(), ...usual.endpoints.keys()])) {
      const subject = { dimension: 'endpoint', ...parseEndpointLabel(label) } as const;
      yield this.toRow(timeMs, subject, sums.endpoints.get(label) ?? SILENCE, usual.endpoints.get(label));
    }
    for (const [key, sumsOfOne] of sums.principals)
      yield this.toRow(timeMs, principalSubject(key), sumsOfOne, undefined, sums.stage);
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
    const { digest } = this;
    return {
      // Hashed, and sorted for, only when asked: most rows match no rule.
      get id() {
        const about = [dimension, method, route, principalKind, principal].map((part) => part ?? '');
        return digest.hex([apiId, stage, String(timeMs), ...about], 16);
      },
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
      get p95LatencyMs() {
        return sums.latencies.p95();
      },
      get p95AuthorizerLatencyMs() {
        return sums.authorizerLatencies.p95();
      },
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
