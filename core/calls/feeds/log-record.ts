/** One line or log event of a feed, with what is known of it besides its text. */
export interface LogRecord {
  /** 1-based number within the source. */
  readonly record: number;
  readonly eventId: string | undefined;
  /** Epoch milliseconds of the event; 0 where nothing is known. */
  readonly timeMs: number;
  /** Unique within the feed, the same on every reading. */
  readonly position: string;
  readonly text: string;
}
