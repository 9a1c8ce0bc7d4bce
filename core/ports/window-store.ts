/** One counting window: a rule's content, one group. Anything a caller wrote is in here only as a hash. */
export interface WindowKey {
  readonly ruleHash: string;
  /** 16 bytes, hexadecimal, of SHA-256 over the length-prefixed group values. */
  readonly groupHash: string;
  /** Start of the span in event time, epoch milliseconds; spans are as long as the rule's timespan. */
  readonly spanStartMs: number;
}

/**
 * Members of a span by bucket number: 12 bytes (the offset of the event in the span, 4 bytes, big endian, milliseconds, and
 * 8 bytes of hash: of the event's identity for `event_count`, of the value for `value_count`), or a signal of up to 300 bytes
 * (core/alerts/signal-member.ts). Adding the same member any number of times, in any order, changes nothing.
 */
export type WindowBuckets = ReadonlyMap<number, readonly Uint8Array[]>;

/**
 * Most members one span keeps: 4,096 of 12 bytes stay under 64 KB. A safety net only: the planner of windows
 * (core/alerts) chooses buckets so that a span of a threshold up to 1,000 stays below it, and usually below 512.
 */
export const WINDOW_MEMBERS_MAX = 4096;

/** A span as it stands. */
export interface WindowSpan {
  readonly buckets: WindowBuckets;
  /**
   * More members were seen than are kept: those with the smallest offset (then hash) stay, whatever the order of
   * arrival, so counts are lower bounds.
   */
  readonly saturated: boolean;
  /** The readable group, as it was given. */
  readonly group: Readonly<Record<string, string>>;
  /** Grows with every touch that asks for a judgement later (`closesAtMs`), and with `reopen`. */
  readonly revision: number;
}

export interface WindowTouch {
  readonly key: WindowKey;
  readonly add: WindowBuckets;
  /** The readable group, for an operator who looks at the table; values are cut to 512 bytes. */
  readonly group: Readonly<Record<string, string>>;
  readonly expiresAtSeconds: number;
  /** Members to keep, at most `WINDOW_MEMBERS_MAX` (the default); every touch of one key gives the same. */
  readonly limit?: number;
  /** Members to keep in each bucket: those whose bytes sort first; every touch of one key gives the same. */
  readonly limitEach?: number;
  /** The span is to be listed as `due` once event time has come this far, epoch milliseconds. */
  readonly closesAtMs?: number;
}

export interface WindowStore {
  /** Adds the members and answers with the whole span as it stands after the write (strongly consistent). */
  touch(touch: WindowTouch): Promise<WindowSpan>;
  /** The span as it stands (strongly consistent read); empty when there is none or it has expired. */
  read(key: WindowKey): Promise<WindowSpan>;
  /** The spans as they stand, in the order of the keys (strongly consistent); many at once cost little more than one. */
  readAll(keys: readonly WindowKey[]): Promise<readonly WindowSpan[]>;
  /**
   * Deletes members that other members of the same bucket make superfluous (same hash, one earlier and one later);
   * never the span itself, and never creates one. Idempotent; only a saving, so losing it loses nothing.
   */
  drop(key: WindowKey, members: WindowBuckets): Promise<void>;
  /**
   * So many spans that were to be judged at this instant or before, earliest first. What was touched within the last
   * second may be missing; the next look finds it.
   */
  due(untilMs: number, limit: number): Promise<readonly WindowKey[]>;
  /** Lists the span again, where there is one. */
  reopen(key: WindowKey, closesAtMs: number): Promise<void>;
  /**
   * Takes the span off the list if nobody has touched it since `revision` was read, else answers `false`: then it must be
   * judged again. Without a revision it is taken off in any case.
   */
  closed(key: WindowKey, revision: number | undefined): Promise<boolean>;
}
