import type { Layout } from './layout.js';
import type { LineFormat } from './line-format.js';
import { linePattern } from './pattern-reader.js';

/** Reads log events of a subscription payload where they stand in the payload's text. */
export interface EventReader {
  /** The event that begins there, with its line in it; `null` for one that has anything unusual about it. */
  read(payload: string, from: number): EventMatch | null;
  /** The format, its values counted as `EventMatch` has them. */
  readonly format: LineFormat;
}

/** The whole event, its id, its timestamp, and then the values of its line; `-` for what is missing. */
export type EventMatch = readonly (string | undefined)[];

/** An event as CloudWatch writes it, up to its message; the id as the decoder takes it. */
export const EVENT_OPENING = String.raw`\{"id":"([^"\\\0-\x1f]{1,128})","timestamp":(0|[1-9]\d{0,14}),"message":"`;

/**
 * Reads an event and the log line in it in one go: parsing the payload as JSON first would copy each line only to cut it
 * up. `null` from the reader for an event that has anything unusual about it, which JSON.parse then reads.
 */
export function eventReader(layout: Layout, { id, variables }: LineFormat): EventReader | undefined {
  const line = linePattern(layout, (literal) => JSON.stringify(literal).slice(1, -1));
  if (line === undefined) return undefined;
  const pattern = new RegExp(`${EVENT_OPENING}${line.source}(?:\\\\n)?"\\}`, 'y');
  return {
    // The match is handed on as it is: to move its values would be a copy a line.
    format: { id, variables: ['', '', '', ...variables] },
    read(payload, from) {
      pattern.lastIndex = from;
      return pattern.exec(payload);
    },
  };
}
