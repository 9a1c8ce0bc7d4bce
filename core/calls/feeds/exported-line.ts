import { parseIsoTime } from '../request-time.js';

/** A line that was exported from CloudWatch, taken apart: the event's time and the message behind it. */
export interface ExportedLine {
  readonly timeMs: number;
  readonly message: string;
}

// S3 export: `<ISO time> <message>`; `aws logs tail`: a stream name (32 hexadecimal digits of API Gateway) between.
const PREFIX =
  /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?)[ \t](?:[0-9a-f]{32}[ \t])?/;

/**
 * Takes off what an export puts before the message. No `$context` variable prints an ISO time, so that such a
 * beginning is never a part of an access log line.
 */
export function parseExportedLine(line: string): ExportedLine | undefined {
  const first = line.charCodeAt(0);
  if (first < 48 || first > 57) return undefined;
  const prefix = PREFIX.exec(line);
  const timeMs = prefix?.[1] === undefined ? undefined : parseIsoTime(prefix[1]);
  return prefix === null || timeMs === undefined
    ? undefined
    : { timeMs, message: line.slice(prefix[0].length) };
}
