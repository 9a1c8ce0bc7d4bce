import { wholeNumber } from '../decimal.js';
import type { Layout } from './layout.js';
import { linePattern, valuesOf } from './pattern-reader.js';

/** A log event of a subscription payload, read where it stands in the payload's text. */
export interface ReadEvent {
  readonly id: string;
  readonly timestamp: number;
  readonly values: readonly (string | undefined)[];
  /** Just behind the event. */
  readonly end: number;
}

export type EventReader = (payload: string, from: number) => ReadEvent | undefined;

/** An event as CloudWatch writes it, up to its message; the id as the decoder takes it. */
export const EVENT_OPENING = String.raw`\{"id":"([^"\\\0-\x1f]{1,128})","timestamp":(0|[1-9]\d{0,14}),"message":"`;

/**
 * Reads an event and the log line in it in one go: parsing the payload as JSON first would copy each line only to cut it
 * up. `undefined` from the reader for an event that has anything unusual about it, which JSON.parse then reads.
 */
export function eventReader(layout: Layout): EventReader | undefined {
  const line = linePattern(layout, (literal) => JSON.stringify(literal).slice(1, -1));
  if (line === undefined) return undefined;
  const pattern = new RegExp(`${EVENT_OPENING}${line.source}(?:\\\\n)?"\\}`, 'y');
  return (payload, from) => {
    pattern.lastIndex = from;
    const match = pattern.exec(payload);
    if (match === null) return undefined;
    return {
      id: match[1] ?? '',
      timestamp: wholeNumber(match[2] ?? '') ?? 0,
      values: valuesOf(match, 3, line.values),
      end: pattern.lastIndex,
    };
  };
}
