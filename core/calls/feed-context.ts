import type { ApiType, EndpointType, Trust } from './api-call.js';

/** What is known of a line's feed: fills what the line does not say. */
export interface FeedContext {
  readonly feed: string;
  readonly trust: Trust;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly apiType: ApiType | undefined;
  /** Absent where nobody said. */
  readonly endpointType?: EndpointType | undefined;
}

/** Where a record stands in its feed: what gives it a time and an identity when its content does not. */
export interface RecordOrigin {
  /** CloudWatch event id. */
  readonly eventId: string | undefined;
  /** Epoch milliseconds of the log event, or the best that is known of a file (0: nothing). */
  readonly timeMs: number;
  /** Unique within the feed and the same on every reading: file identity and line number, for example. */
  readonly position: string;
  readonly text: string;
}
