import type { ApiType } from '../core/calls/api-call.js';
import type { FormatName } from './formats.js';

/** One API of the simulated estate as it is written down, before ids are drawn. */
export interface ApiBlueprint {
  readonly name: string;
  readonly type: ApiType;
  readonly stage: string;
  /** A custom domain; without one the API answers on its `execute-api` host and paths begin with the stage. */
  readonly domain: string | undefined;
  readonly format: FormatName;
  /** Whether the feed's configuration names the format, or leaves it to inference. */
  readonly formatKnown: boolean;
  /** APIs of the same group share a log group: only fields of the line tell them apart. */
  readonly sharedGroup: string | undefined;
  /** Whether the deployed routes are known, or templates must be found from paths. */
  readonly routesKnown: boolean;
  readonly auth: 'none' | 'jwt' | 'api-key' | 'iam';
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** `METHOD template style`, with `open` where no credentials are asked and `= shape` for what a catch-all holds. */
  readonly routes: readonly string[];
}

/** How a route behaves: what its answers weigh, how long they take, which errors they know. */
export type RouteStyle =
  | 'list'
  | 'read'
  | 'write'
  | 'login'
  | 'refresh'
  | 'search'
  | 'file'
  | 'telemetry'
  | 'socket';

export type IdKind = 'integer' | 'uuid' | 'ulid' | 'object-id' | 'slug' | 'word' | 'file';

/** A path parameter: its ids, how many there are, and whether a user sees only their own or everyone all. */
export interface Parameter {
  readonly kind: IdKind;
  readonly scope: 'own' | 'shared';
  readonly count: number;
}
