import { toTemplate } from './format-template.js';
import { toLayout } from './layout.js';
import { plainReader } from './plain-reader.js';
import { skipSpace } from './separator-search.js';

/**
 * Whether a physical line of a file begins a new record, given the lines already collected for the open one (joined with
 * `\n`; `undefined` if none is open). Otherwise the line belongs to the open record. Pure; cost is bounded by the two texts.
 */
export type StartsRecord = (line: string, open: string | undefined) => boolean;

/** A record that never ends must not swallow a file: past this many characters every line begins a new one. */
const MAX_RECORD_CHARACTERS = 64 * 1024;

/**
 * How a file's physical lines make up records. Only a format with newlines, or an unknown one, can spread a record over
 * several lines; CloudWatch events need none of this, an event is a record.
 */
export function recordBoundaries(format: string | undefined): StartsRecord {
  if (format === undefined) return startsUnknownRecord;
  const text = format.trim();
  const newline = text.search(/\r?\n/);
  return newline < 0 ? () => true : boundedBy(startsLike(text.slice(0, newline), text));
}

/** How the records of a format of several lines stand in a file, whatever their shape. */
export interface RecordShape {
  readonly startsRecord: StartsRecord;
  /** Physical lines of a record, where newlines were kept. */
  readonly lines: number;
}

/**
 * The shape of records that a word of their format begins; `undefined` for a format of one line, for JSON and XML, which show
 * themselves where they end, and for what begins with a value, for that could be any line.
 */
export function recordShape(format: string): RecordShape | undefined {
  const text = format.trim();
  const opening = (toTemplate(text).literals[0] ?? '').split('\n')[0]?.trim() ?? '';
  if (!text.includes('\n') || opening.length < LEAST_OPENING || /^[{<]/.test(opening)) return undefined;
  return { startsRecord: recordBoundaries(format), lines: text.split('\n').length };
}

const LEAST_OPENING = 2;

/** Joins the physical lines of a whole text into records; empty lines between records are dropped. */
export function recordLines(lines: readonly string[], startsRecord: StartsRecord): readonly string[] {
  const records: string[] = [];
  let open: string[] = [];
  let openText: string | undefined;
  for (const line of lines) {
    if (openText === undefined || startsRecord(line, openText)) {
      if (openText !== undefined && openText.trim() !== '') records.push(openText);
      open = [line];
    } else open.push(line);
    openText = open.join('\n');
  }
  if (openText !== undefined && openText.trim() !== '') records.push(openText);
  return records;
}

function boundedBy(starts: (line: string, open: string) => boolean): StartsRecord {
  return (line, open) => open === undefined || open.length > MAX_RECORD_CHARACTERS || starts(line, open);
}

/** The first line of the format, as a format of its own, tells the first line of a record. */
function startsLike(firstLine: string, format: string): (line: string, open: string) => boolean {
  const template = toTemplate(firstLine);
  const opening = (template.literals[0] ?? '').trim();
  if (template.variables.length === 0 || opening !== '') {
    // `{` alone opens nested objects too, but those stand behind a key
    return (line, open) =>
      line.trimStart().startsWith(opening) && (opening !== '{' || isBalanced(open) || !isIndented(line));
  }
  const reader = plainReader(toLayout(template));
  const whole = plainReader(toLayout(toTemplate(format)));
  return (line) => reader(line.trim()) !== undefined || whole(line.trim()) !== undefined;
}

const startsUnknownRecord: StartsRecord = boundedBy((line, open) => {
  const first = skipSpace(open, 0);
  if (open[first] === '{') return isBalanced(open) || line.startsWith('{');
  if (open[first] === '<') return line.trimStart().startsWith(rootTag(open, first)) || closes(open, first);
  return true;
});

function rootTag(open: string, first: number): string {
  return /^<[\w.:-]{1,128}/.exec(open.slice(first, first + 130))?.[0] ?? '<';
}

function closes(open: string, first: number): boolean {
  const end = open.trimEnd();
  return (
    end.endsWith(`</${rootTag(open, first).slice(1)}>`) ||
    end.endsWith('/>') ||
    !/^<[A-Za-z]/.test(open.slice(first, first + 2))
  );
}

function isIndented(line: string): boolean {
  return line.charCodeAt(0) <= 32;
}

/** Braces outside strings close; a line whose strings are broken counts as closed if it ends with a brace. */
function isBalanced(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92 && inString) i++;
    else if (code === 34) inString = !inString;
    else if (!inString && code === 123) depth++;
    else if (!inString && code === 125) depth--;
  }
  return depth <= 0 || (inString && text.trimEnd().endsWith('}'));
}
