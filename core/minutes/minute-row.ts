import type { PrincipalKind } from '../calls/api-call.js';

/** What a row of a minute is about: one endpoint, one principal, or a whole stage. */
export type MinuteDimension = 'endpoint' | 'principal' | 'stage';

/**
 * One minute of one endpoint, principal or stage, computed from its calls: the events of
 * `product: aws, service: apigateway-minute`. The same calls give the same row, whatever segments they lie in.
 */
export interface MinuteRow {
  /** Epoch milliseconds of the minute's start. */
  readonly timeMs: number;
  readonly dimension: MinuteDimension;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  /** `-` where the feed tells no API. */
  readonly apiId: string;
  readonly stage: string;
  /** Rows of endpoints only. */
  readonly method: string | undefined;
  readonly route: string | undefined;
  /** Rows of principals only. */
  readonly principal: string | undefined;
  readonly principalKind: PrincipalKind | undefined;
  readonly calls: number;
  readonly errors4xx: number;
  readonly errors5xx: number;
  /** Shares of the calls, from 0 to 1: of the server's errors, and of the callers'. Absent in a silent minute. */
  readonly errorRatio: number | undefined;
  readonly clientErrorRatio: number | undefined;
  /**
   * The 95th percentile by nearest rank, of the calls that carry a latency; latencies of a second and more are kept to
   * three digits (at most 0.5 % off). Absent when no call carries one.
   */
  readonly p95LatencyMs: number | undefined;
  /** Of the responses; absent when no call carries their length. */
  readonly bytes: number | undefined;
  /** No call came, although calls usually do. Endpoints and stages only. */
  readonly silent: boolean;
  /** Whether and how many calls a minute are usual at this time (see `usualRates`). */
  readonly normallyBusy: boolean;
  readonly usualCalls: number | undefined;
}
