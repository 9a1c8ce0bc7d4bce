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
  /** The same percentile of the authorizer's part; absent when no call carries it. */
  readonly p95AuthorizerLatencyMs: number | undefined;
  /** Server errors that the integration answered with, and those of the gateway alone: it names their type, and no integration answered. */
  readonly integrationErrors: number;
  readonly gatewayErrors: number;
  /** Shares of the calls, from 0 to 1. Absent in a silent minute. */
  readonly integrationErrorRatio: number | undefined;
  readonly gatewayErrorRatio: number | undefined;
  /** Calls answered with 200 to 299, of callers with an identity and without one; `OPTIONS` is not counted. */
  readonly identified: number;
  readonly anonymous: number;
  /** Share of the anonymous among both; absent without either. */
  readonly anonymousRatio: number | undefined;
  /** Calls answered below 400 on the API's default host (`execute-api`), and on any other. */
  readonly defaultHostCalls: number;
  readonly customHostCalls: number;
  /** Rows of principals only: its share of the calls, and of the server errors, of the stage in this minute. */
  readonly shareOfCalls: number | undefined;
  readonly shareOfErrors5xx: number | undefined;
  /** Of the responses; absent when no call carries their length. */
  readonly bytes: number | undefined;
  /** No call came, although calls usually do. Endpoints and stages only. */
  readonly silent: boolean;
  /** Whether and how many calls a minute are usual at this time (see `usualRates`). */
  readonly normallyBusy: boolean;
  readonly usualCalls: number | undefined;
}
