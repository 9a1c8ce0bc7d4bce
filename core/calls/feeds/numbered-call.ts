import type { ApiCall } from '../api-call.js';
import type { LogRecord } from './log-record.js';

/** A call with the records it was read from. */
export interface NumberedCall {
  readonly call: ApiCall;
  readonly records: readonly number[];
  readonly standing: RequestStanding;
  /** The lines themselves, where they are log events; continuations in files are not among them. */
  readonly lines: readonly LogRecord[];
}

/**
 * How much of a request its lines tell. `whole`: from its extended request id to its status. `unended`: the status is missing.
 * `bare`: what logging at level ERROR prints of a request, a failure and the status alone. `fragment`: anything else, the rest
 * of a request that began elsewhere.
 */
export type RequestStanding = 'whole' | 'unended' | 'bare' | 'fragment';
