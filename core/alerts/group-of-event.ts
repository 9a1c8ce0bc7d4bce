import type { FieldValue, WindowEvent } from './window-event.js';

/** Field names and values of one group, in the order of `groupBy`. */
export type Group = Readonly<Record<string, string>>;

/** Names of a group's fields, and the fields of one rule's events that they stand for. */
export interface Grouping {
  readonly groupBy: readonly string[];
  readonly fields: readonly string[];
  /** A field that is missing counts as `-`, instead of leaving the event out. */
  readonly mayLack: boolean;
}

/** The group an event belongs to; `undefined` when it lacks a field. */
export function groupOfEvent({ groupBy, fields, mayLack }: Grouping, event: WindowEvent): Group | undefined {
  const group: [string, string][] = [];
  for (const [at, name] of groupBy.entries()) {
    const value = textOf(event.groupField(fields[at] ?? name));
    if (value === undefined && !mayLack) return undefined;
    group.push([name, value ?? '-']);
  }
  return Object.fromEntries(group);
}

/** The values of the fields as one text that no other values give; `undefined` when one is missing. */
export function valuesText(fields: readonly string[], event: WindowEvent): string | undefined {
  const [only, second] = fields;
  if (only !== undefined && second === undefined) return textOf(event.field(only));
  let text = '';
  for (const field of fields) {
    const value = textOf(event.field(field));
    if (value === undefined) return undefined;
    text += `${value.length}:${value}`;
  }
  return text;
}

function textOf(value: FieldValue): string | undefined {
  return value === undefined ? undefined : String(value);
}
