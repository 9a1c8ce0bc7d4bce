import type { ApiRoute, SimulatedApi } from './apis.js';
import type { Incident } from './incidents.js';

/** Who calls, as the gateway would see it once the credentials were checked. */
export type Identity =
  | { readonly kind: 'none' }
  | { readonly kind: 'jwt'; readonly sub: string; readonly scope: string }
  | { readonly kind: 'api-key'; readonly apiKeyId: string }
  | { readonly kind: 'iam'; readonly userArn: string; readonly caller: string };

export const ANONYMOUS: Identity = { kind: 'none' };

export interface Client {
  readonly ip: string;
  readonly userAgent: string;
  readonly identity: Identity;
}

/** Everything that the gateway knows of one call; a log format prints its part of it. */
export interface SimulatedCall {
  readonly api: SimulatedApi;
  readonly timeMs: number;
  /** Absent when no route fits: the gateway itself then answers. */
  readonly route: ApiRoute | undefined;
  readonly method: string;
  /** As the client wrote it, without the stage. WebSocket calls have none. */
  readonly path: string | undefined;
  readonly status: number;
  readonly client: Client;
  readonly latencyMs: number;
  readonly responseBytes: number;
  /** Set when the gateway answered instead of the integration. */
  readonly errorType: string | undefined;
  readonly eventType: string | undefined;
  readonly connectionId: string | undefined;
  /** What it belongs to, if not to ordinary traffic. */
  readonly incident: Incident | undefined;
}

/** A call with the ids that the gateway gave it. */
export interface IssuedCall extends SimulatedCall {
  readonly requestId: string;
  readonly extendedRequestId: string;
  /** What the trace id grows from. */
  readonly trace: number;
}
