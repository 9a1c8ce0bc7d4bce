import type { RecordShape } from '../format/record-lines.js';
import { parseExportedLine } from './exported-line.js';

/**
 * Formats written over several lines print records of several lines: JSON from `{` to `}`, XML from a tag to its end.
 * Gathers the lines of one such record; one line after the other says what to do.
 */
export interface LineJoiner {
  /** What the line completes: itself alone, a record of several lines, or nothing yet. */
  push(line: string): readonly JoinedLines[];
  /** What is still gathered: it never became a record. */
  finish(): readonly JoinedLines[];
}

/** Lines that may be one record (`joined`), or that are one record each. */
export interface JoinedLines {
  readonly lines: readonly string[];
  readonly joined: boolean;
}

// The 3 KB of a format string hold fewer lines than this.
const MOST_LINES = 256;
const LONGEST_RECORD = 1024 * 1024;

/** With a format of several lines its own records are joined, else what looks like one. */
export function createLineJoiner(
  shape?: RecordShape,
  isWhole: (line: string) => boolean = () => false,
): LineJoiner {
  return shape === undefined ? joinOpenRecords() : joinByFormat(shape, isWhole);
}

/**
 * A record has as many lines as its format, unless the next one begins before, or its newlines were lost on the way and it
 * is one line. What no record begins with is a line of its own.
 */
function joinByFormat(
  { startsRecord, lines: most }: RecordShape,
  isWhole: (line: string) => boolean,
): LineJoiner {
  let held: string[] = [];
  let text = '';

  function release(): readonly JoinedLines[] {
    const lines = held;
    held = [];
    return lines.length === 0 ? [] : [{ lines, joined: lines.length > 1 }];
  }

  return {
    push(line) {
      const message = parseExportedLine(line)?.message ?? line;
      const begins = startsRecord(message, held.length === 0 ? '' : text);
      if (!begins && held.length === 0) return [{ lines: [line], joined: false }];
      const before = begins || message !== line ? release() : [];
      text = held.length === 0 ? message : `${text}\n${line}`;
      held.push(line);
      const isDone = held.length >= most || (held.length === 1 && isWhole(message));
      return isDone ? [...before, ...release()] : before;
    },
    finish: release,
  };
}

function joinOpenRecords(): LineJoiner {
  let held: string[] = [];
  let length = 0;
  let record: OpenRecord | undefined;

  function release(joined: boolean): JoinedLines {
    const lines = held;
    held = [];
    record = undefined;
    return { lines, joined };
  }

  return {
    push(line) {
      const text = parseExportedLine(line)?.message ?? line;
      // A record that begins anew, or has an event time of its own, shows that what was gathered was cut short.
      const continues = record !== undefined && text === line && !text.startsWith(record.begin);
      if (continues && record !== undefined) {
        held.push(line);
        length += line.length;
        if (line.trimEnd().endsWith(record.end)) return [release(true)];
        return held.length >= MOST_LINES || length > LONGEST_RECORD ? [release(false)] : [];
      }
      const before = held.length === 0 ? [] : [release(false)];
      record = openRecord(text);
      if (record === undefined) return [...before, { lines: [line], joined: false }];
      held = [line];
      length = line.length;
      return before;
    },
    finish: () => (held.length === 0 ? [] : [release(false)]),
  };
}

/** How the record began that a line leaves open, and what would end it. */
interface OpenRecord {
  readonly begin: string;
  readonly end: string;
}

/** `undefined` for a line that is complete in itself. */
function openRecord(line: string): OpenRecord | undefined {
  const text = line.trim();
  if (text.startsWith('{')) return text.endsWith('}') ? undefined : { begin: '{', end: '}' };
  const tag = /^<([A-Za-z][\w-]{0,64})[\s>]/.exec(text)?.[1];
  if (tag === undefined || text.includes(`</${tag}>`) || text.endsWith('/>')) return undefined;
  return { begin: `<${tag}`, end: `</${tag}>` };
}
