import type { ApiCall } from '../api-call.js';

/** A call with the records it was read from. */
export interface NumberedCall {
  readonly call: ApiCall;
  readonly records: readonly number[];
}
