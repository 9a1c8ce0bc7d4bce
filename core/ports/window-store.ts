/** One counting window: a rule's content, one group, one shard. Anything a caller wrote is in here only as a hash. */
export interface WindowKey {
  readonly ruleHash: string;
  /** 16 bytes, hexadecimal, of SHA-256 over the length-prefixed group values. */
  readonly groupHash: string;
  /** Start of the span in event time, epoch milliseconds; spans are as long as the rule's timespan. */
  readonly spanStartMs: number;
}

/**
 * Members of a span by bucket number. A member is 12 bytes: the offset of the event in the span (4 bytes, big endian,
 * milliseconds) and 8 bytes of hash (of the call identity for `event_count`, of the value for `value_count`), so
 * that adding the same member any number of times, in any order, changes nothing.
 */
export type WindowBuckets = ReadonlyMap<number, readonly Uint8Array[]>;

export interface WindowTouch {
  readonly key: WindowKey;
  readonly add: WindowBuckets;
  /** The readable group, for an operator who looks at the table; values cut to 512 bytes. */
  readonly group: Readonly<Record<string, string>>;
  readonly expiresAtSeconds: number;
}

export interface WindowStore {
  /** Adds the members and answers with the whole span as it stands after the write (strongly consistent). */
  touch(touch: WindowTouch): Promise<WindowBuckets>;
  /** The span as it stands (strongly consistent read); empty when there is none or it has expired. */
  read(key: WindowKey): Promise<WindowBuckets>;
}
