import type { EventReader } from './event-reader.js';

/**
 * A compiled log format: one extractor for every line of a feed. `variables` names the slots in order, without
 * the `$context.` prefix (`identity.sourceIp`); a key that no known variable stands behind keeps its own name.
 */
export interface LineFormat {
  readonly id: string;
  readonly variables: readonly string[];
}

/** Values by slot of `format.variables`; `undefined` where the gateway printed `-`. */
export interface ExtractedLine {
  readonly kind: 'extracted';
  readonly format: LineFormat;
  readonly values: readonly (string | undefined)[];
  /** The line did not fit the format exactly (a value held a separator, a truncated tail) and was mended. */
  readonly recovered: boolean;
  /** The line's own keys by slot, where it has any and its format was inferred from them. */
  readonly keys?: readonly string[];
}

/** A line that no format reads. `sample` is masked to its shape (letters `a`, digits `9`), at most 120 characters. */
export interface RejectedLine {
  readonly kind: 'rejected';
  readonly reason: string;
  readonly sample: string;
}

/**
 * Decodes the lines of one feed. With a format string every line is read by that one format; without, each line's
 * format is inferred. Either way the answer is a pure function of the line (and the format string), so that the
 * same events cut into other payloads decode alike.
 */
export interface LineDecoder {
  /** The format of every line, where there is but one. */
  readonly format?: LineFormat;
  /** Reads events straight from a payload's text, where the format lets it; must agree with `decode`. */
  readonly events?: EventReader | undefined;
  decode(line: string): ExtractedLine | RejectedLine;
}
