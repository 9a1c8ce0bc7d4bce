import type { ApiType, PrincipalKind } from '../calls/api-call.js';

/**
 * Identity of an endpoint: method and route template of one API. Missing parts are `-`. Text longer than 512 bytes is
 * kept as its start and a hash; the identity is over the whole.
 */
export interface EndpointKey {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly method: string;
  readonly route: string;
}

/** What ingest knows when it first sees an endpoint. */
export interface EndpointSighting extends EndpointKey {
  readonly apiType: ApiType | undefined;
  readonly stage: string | undefined;
  readonly host: string | undefined;
  readonly firstSeenMs: number;
  readonly principalKind: PrincipalKind | undefined;
  /** A log line or the deployment named the route; false: only the form of paths did. Absent in what was written without it. */
  readonly deployed?: boolean | undefined;
}

/** News of an endpoint that the rules have not been told, as it was first written: the same for whoever asks. */
export interface UntoldEndpoint {
  /** `woken`: it was known, and its first call after days of silence came (core/inventory/waking.ts). */
  readonly news: 'added' | 'woken';
  /** Of its first call, or of the call that woke it, whose time is `firstSeenMs` then. */
  readonly sighting: EndpointSighting;
  /** Whole days without a call before a waking. */
  readonly quietDays: number | undefined;
  /** When its API was first seen. */
  readonly apiFirstSeenMs: number;
}

/** An hour of one API and stage, folded from the segments' heads. Written whole, so that folding again is harmless. */
export interface HourFold {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly stage: string;
  readonly hourMs: number;
  /** By `<method> <route>`: calls by status, and the first and last event of the hour. */
  readonly endpoints: Readonly<
    Record<
      string,
      {
        readonly statuses: Readonly<Record<string, number>>;
        readonly firstMs: number;
        readonly lastMs: number;
      }
    >
  >;
}

export interface Endpoint extends EndpointSighting {
  readonly lastSeenMs: number;
  readonly calls: number;
  /** Calls by status class, `2xx` … `5xx`, and `-` where the line had none. */
  readonly statusClasses: Readonly<Record<string, number>>;
}

export interface ApiSummary {
  readonly accountId: string;
  readonly region: string;
  readonly apiId: string;
  readonly apiType: ApiType | undefined;
}

export interface InventoryStore {
  /** Writes the endpoint (and its API) where absent; one that this process has written before costs nothing. */
  putEndpoint(sighting: EndpointSighting): Promise<'created' | 'present'>;
  /**
   * Like `putEndpoint`, but its news stay untold, and are answered to everybody who sees the endpoint, until
   * `markTold`: so that a crash on the way to the rules loses nothing. It also remembers the newest day, by `firstSeenMs`,
   * on which the endpoint was called, with one write a day; that tells a waking. One that this process knows as told for
   * that day costs nothing.
   */
  putUntold(sighting: EndpointSighting): Promise<{
    readonly outcome: 'created' | 'present';
    readonly untold: readonly UntoldEndpoint[];
  }>;
  markTold(told: UntoldEndpoint): Promise<void>;
  putFold(fold: HourFold): Promise<void>;
  apis(): Promise<readonly ApiSummary[]>;
  endpoints(api: ApiSummary): Promise<readonly EndpointSighting[]>;
  /** Folds of the hours within `[fromMs, toMs]`, all stages, oldest first. */
  folds(api: ApiSummary, fromMs: number, toMs: number): AsyncIterable<HourFold>;
}
