import type { LifeCycleRecord } from '../alerts/life-cycle.js';
import type { BacktestRecord } from '../backtest/backtest-record.js';
import type { Bundle } from '../bundle.js';
import type { RejectedOrigin } from '../calls/feeds/decoded-batch.js';
import type { WaitingLine } from '../calls/feeds/split-request.js';

/** A record that could not be used, kept for 14 days so that it can be looked at and replayed. */
export interface PoisonRecord {
  /** Digest of the payload it came in, hexadecimal, and its position in it: the key, so that a retry sets it aside once. */
  readonly digest: string;
  readonly position: number;
  readonly feed: string;
  readonly reason: string;
  readonly atMs: number;
  /** The record as it came, cut to 64 KiB. */
  readonly body: string;
  readonly truncated: boolean;
  /** Where it stood in its feed; absent where it was no record of one. */
  readonly origin?: RejectedOrigin;
}

/** What one payload brought of a request. */
export interface WaitingPart {
  readonly key: string;
  /** Payload digest. */
  readonly digest: string;
  readonly atMs: number;
  readonly lines: readonly WaitingLine[];
}

/** The right to do something alone, until it is given back or its time is over. */
export interface Lease {
  /** Gives it back; without effect once somebody else has it. */
  release(): Promise<void>;
}

export interface StateStore {
  /** The published bundle, all parts of one version or nothing. Throws `Fault('store.corrupt')` when a part is missing or altered. */
  bundle(): Promise<Bundle | undefined>;
  /** The pointer alone: one cheap read to see whether a newer version exists. */
  bundleVersion(): Promise<string | undefined>;
  /**
   * Writes the parts (≤ 256 KiB each), then switches the pointer if it still points at `replaces`. Throws
   * `Fault('bundle.oversized')` for what ingest could not hold (`isWithinSize`), whoever publishes it.
   */
  publishBundle(bundle: Bundle, replaces: string | undefined): Promise<boolean>;
  /** What was decided of rules, by rule and content; one decision each, the last. For good. */
  lifeCycle(): Promise<readonly LifeCycleRecord[]>;
  setLifeCycle(record: LifeCycleRecord): Promise<void>;
  /** The newest backtest of a rule of exactly this content, unless it is older than 30 days. */
  backtest(ruleId: string, contentHash: string): Promise<BacktestRecord | undefined>;
  putBacktest(record: BacktestRecord): Promise<void>;
  /** Kept 14 days from `atMs`; a record set aside before stays as it was. */
  putPoison(record: PoisonRecord): Promise<void>;
  /** Records set aside at or after `sinceMs`, in no particular order. */
  poison(sinceMs: number): AsyncIterable<PoisonRecord>;
  deletePoison(digest: string, position: number): Promise<void>;
  /**
   * Lines of a split request, kept 26 hours from `atMs` (CloudWatch retries for 24) in parts of which the same one, by its first
   * event id and payload digest, is kept once. `key` is a hash.
   */
  putWaiting(part: WaitingPart): Promise<void>;
  /** All lines that wait under the key, of parts put before the call began; the first 64 parts. */
  waiting(key: string): Promise<readonly WaitingLine[]>;
  /** Cursors unwritten for 400 days are forgotten. */
  cursor(name: string): Promise<string | undefined>;
  setCursor(name: string, value: string): Promise<void>;
  /** A lease on what `name` stands for, for so long; `undefined` while somebody else has it. Of two at once one gets it. */
  lease(name: string, ttlMs: number): Promise<Lease | undefined>;
  /** A secret of this installation, for good: `fresh` where there is none yet, else the one there is. Not for outside eyes. */
  secret(name: string, fresh: string): Promise<string>;
  /** Adds to named counters (`calls`, `rejected`, `late`, …) of a UTC day: for operators, never for decisions. */
  count(dayMs: number, counters: Readonly<Record<string, number>>): Promise<void>;
  counts(dayMs: number): Promise<Readonly<Record<string, number>>>;
}
