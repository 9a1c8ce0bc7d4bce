import type { FieldValue } from '../taxonomy.js';
import { callAlias } from './call-shaped.js';
import { type EventModel, isList, type SlotValue } from './event-view.js';
import { isObject } from './plain-object.js';
import { SpacedKeys } from './spaced-keys.js';
import { windowsField } from './windows-event.js';

/** Any JSON value; rules look into objects. */
export type PlainEvent = unknown;

/** The pseudo-field that keyword searches look at: every text, number and boolean of the event. Not a field name: it is empty. */
const EVERYTHING = '';

/**
 * Any log source over plain JSON. A field name is a key, or a path of keys with dots between; a literal key with dots goes
 * before a path, and both before a key that the log writes with spaces. In lists any item counts. An object that a rule names as a whole compares as its JSON text.
 */
export const PLAIN_MODEL: EventModel<PlainEvent> = {
  field: (name) => ({
    name,
    read: name === EVERYTHING ? everything : reader(name),
    fewValues: false,
    repeats: false,
  }),
  keywordFields: [EVERYTHING],
  hasLists: true,
};

/**
 * Our own rows, whose fields are keys of the event and nothing else: not looked for in lists, paths or envelopes, which
 * costs ten times as much where most fields of most rows are absent.
 */
export const ROW_MODEL: EventModel<PlainEvent> = {
  ...PLAIN_MODEL,
  field: (name) => (name === EVERYTHING ? PLAIN_MODEL.field(name) : rowField(name)),
};

function rowField(name: string) {
  const read = (event: PlainEvent): SlotValue =>
    isObject(event) && !Array.isArray(event) && Object.hasOwn(event, name)
      ? plainValue(event[name])
      : undefined;
  return { name, read, fewValues: false, repeats: false };
}

/** Reads one field for what groups and counts: the first value of a list, `undefined` for null. */
export function plainField(name: string): (event: PlainEvent) => string | number | boolean | undefined {
  const read = reader(name);
  return (event) => {
    const value = read(event);
    return (isList(value) ? value.find((item) => item !== null) : value) ?? undefined;
  };
}

const spaced = new SpacedKeys();
// A name is split in all ways, each split tried only where the event has such keys; real names have at most eight parts.
const MOST_PARTS = 12;

function reader(name: string): (event: PlainEvent) => SlotValue {
  const parts = name.split('.');
  const path = parts.length > MOST_PARTS ? [name] : parts;
  const inWindowsEvent = windowsField(name);
  const inCall = callAlias(name);
  return (event) => {
    if (!isObject(event)) return undefined;
    if (!Array.isArray(event)) {
      const found = lookUp(event, path, 0);
      if (found !== undefined) return plainValue(found);
      const written = spaced.find(event, name);
      if (written !== undefined) return plainValue(written);
    }
    const inWindows = inWindowsEvent(event);
    return inWindows === undefined ? inCall(event) : plainValue(inWindows);
  };
}

/** What stands at the path from part `from` on; `undefined` when nothing does. Items of lists are looked into. */
function lookUp(value: unknown, parts: readonly string[], from: number): unknown {
  if (from === parts.length) return value;
  if (Array.isArray(value)) {
    const found = value.flatMap((item: unknown) => {
      const inside = lookUp(item, parts, from);
      return inside === undefined ? [] : [inside];
    });
    return found.length === 0 ? undefined : found;
  }
  if (!isObject(value)) return undefined;
  for (let to = parts.length; to > from; to -= 1) {
    const key = to - from === 1 ? (parts[from] ?? '') : parts.slice(from, to).join('.');
    if (!Object.hasOwn(value, key)) continue;
    const found = lookUp(value[key], parts, to);
    if (found !== undefined) return found;
  }
  return undefined;
}

function plainValue(value: unknown): SlotValue {
  if (value === undefined || value === null) return value;
  if (Array.isArray(value)) return value.flat(LIST_DEPTH).map(scalar);
  return scalar(value);
}

// Lists in lists are rare, and a hostile event may nest them without end.
const LIST_DEPTH = 8;

function scalar(value: unknown): FieldValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  if (value === undefined || value === null) return value;
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Nested deeper than the stack: no rule means such a text.
    if (!(error instanceof RangeError)) throw error;
    return undefined;
  }
}

/** Every text, number and boolean of the event, however deep; not recursive, for a hostile event may nest without end. */
function everything(event: PlainEvent): SlotValue {
  const values: FieldValue[] = [];
  const left: unknown[] = [event];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      values.push(value);
    else if (isObject(value)) for (const item of Object.values(value)) left.push(item);
  }
  return values;
}
