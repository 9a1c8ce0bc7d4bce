import type { ApiCall, CallMessage } from '../calls/api-call.js';
import { corruptSegment } from './byte-reader.js';

type Extra = NonNullable<ApiCall['extra']>;

/** `[headers, body, truncated]` as JSON: the few feeds that carry messages carry them as text anyway. */
export function messageToText(message: CallMessage | undefined): string | undefined {
  if (message === undefined) return undefined;
  return JSON.stringify([message.headers ?? null, message.body ?? null, message.truncated]);
}

export function textToMessage(text: string | undefined): CallMessage | undefined {
  if (text === undefined) return undefined;
  const parsed = parse(text);
  if (!Array.isArray(parsed)) return corruptSegment('not a message');
  const members: readonly unknown[] = parsed;
  const [headers, body, truncated] = members;
  if (typeof truncated !== 'boolean') return corruptSegment('not a message');
  return {
    headers: headers === null ? undefined : toRecord(headers, isText),
    body: body === null ? undefined : isText(body) ? body : corruptSegment('not a message'),
    truncated,
  };
}

export function extraToText(extra: Extra | undefined): string | undefined {
  return extra === undefined ? undefined : JSON.stringify(extra);
}

export function textToExtra(text: string | undefined): Extra | undefined {
  return text === undefined ? undefined : toRecord(parse(text), isTextOrNull);
}

function toRecord<T>(value: unknown, isMember: (member: unknown) => member is T): Record<string, T> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return corruptSegment('not a record');
  // `fromEntries` makes `__proto__` a name like any other.
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      isMember(member) ? member : corruptSegment('not a record'),
    ]),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return corruptSegment('not JSON');
  }
}
