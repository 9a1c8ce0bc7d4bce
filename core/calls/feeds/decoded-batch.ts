import type { ApiCall } from '../api-call.js';
import type { FeedContext, RecordOrigin } from '../feed-context.js';
import type { SplitRequest } from './split-request.js';

/** What kind of records a batch held. */
export type FeedKind = 'access-log' | 'execution-log' | 'firetail';

/** An input record that became no call; nothing is dropped without one of these. */
export interface RejectedRecord {
  /** 1-based number of the record within the batch's source: log event, line, Kinesis record. */
  readonly record: number;
  readonly reason: string;
  /** Masked to its shape, at most 120 characters: safe to print and to store. */
  readonly sample: string;
  /** The record as it came, unredacted: to be stored encrypted or not at all. */
  readonly body: string;
  /** Absent where the record is no line or log event of a feed: a document that is no payload, an event without text. */
  readonly origin?: RejectedOrigin;
}

/** What a rejected record needs besides its text to be read again, another day, as the call it would have been. */
export interface RejectedOrigin extends Omit<RecordOrigin, 'text'> {
  readonly feed: FeedContext;
}

/**
 * One payload, decoded. Calls keep the order of their first records, and every record of the source belongs to
 * exactly one call or one rejection.
 */
export interface DecodedBatch {
  readonly feed: string;
  readonly kind: FeedKind;
  /** Payload digest, 64 hexadecimal digits: the same events give the same digest however they were packed. */
  readonly digest: string;
  /** A `CONTROL_MESSAGE`: CloudWatch tests that we are there; it holds no calls. */
  readonly control: boolean;
  /** How many records the source held. */
  readonly records: number;
  readonly calls: readonly ApiCall[];
  /** The records each call was read from, by the index of the call; one number where it was one record. */
  readonly sources: readonly (number | readonly number[])[];
  readonly rejected: readonly RejectedRecord[];
  /**
   * Calls, by their index, of which the payload may hold a part only: requests of execution logs whose lines CloudWatch
   * delivered in several payloads. Absent where there is none.
   */
  readonly split?: ReadonlyMap<number, SplitRequest>;
}
