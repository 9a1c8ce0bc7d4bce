import type { ExtractedLine } from './line-format.js';

const VARIABLE = '$context.';

/** The reason for which a format is rejected, where a line of it is expected. */
export const LOG_FORMAT_REASON = 'a log format, not a log line';

/**
 * Whether the line is the format itself: a file of settings among the logs. All values must be variables, and two at least:
 * of a real line a caller writes some values, never all of them.
 */
export function isLogFormat({ values }: Pick<ExtractedLine, 'values'>): boolean {
  let variables = 0;
  for (const value of values) {
    if (value === undefined) continue;
    if (!value.startsWith(VARIABLE)) return false;
    variables += 1;
  }
  return variables >= 2;
}
