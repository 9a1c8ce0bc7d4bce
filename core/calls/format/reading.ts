import { hasKind } from './field-kind.js';
import type { Cell, Layout } from './layout.js';
import { isEscaped } from './quoted-reader.js';
import { unescapeValue } from './unescape.js';

/** Where the values of a line are: start and end of each cell, one after the other; -1 where the line ends before. */
export interface Reading {
  readonly bounds: readonly number[];
  readonly complete: boolean;
}

/** Values by slot, unescaped, with `-` as `undefined`. */
export function toValues(layout: Layout, line: string, bounds: readonly number[]): (string | undefined)[] {
  const values = new Array<string | undefined>(layout.variables.length).fill(undefined);
  for (let i = 0; i < layout.cells.length; i++) {
    const cell = layout.cells[i] as Cell;
    const start = bounds[i * 2] as number;
    if (start < 0) continue;
    const raw = line.slice(start, bounds[i * 2 + 1]);
    if (cell.slots.length > 1) {
      const parts = splitGlued(
        cell.slots.map((slot) => layout.variables[slot] ?? ''),
        raw,
      );
      cell.slots.forEach((slot, part) => {
        values[slot] = toValue(cell, parts[part]);
      });
    } else {
      values[cell.slots[0] as number] = toValue(cell, raw);
    }
  }
  return values;
}

function toValue(cell: Cell, raw: string | undefined): string | undefined {
  if (raw === undefined || raw === '-') return undefined;
  // an unsubstituted `${context.x}` of a mistaken format
  if (raw.startsWith('${context.') && raw.endsWith('}')) return undefined;
  if (
    raw.length >= 2 &&
    raw.startsWith('"') &&
    raw.endsWith('"') &&
    (cell.preQuoted || cell.quote === undefined)
  ) {
    const inner = raw.slice(1, -1);
    const text = unescapeValue(cell.escaping === 'none' ? 'quoted' : cell.escaping, inner);
    if (cell.preQuoted) return `"${text}"`;
    if (!hasUnescaped(inner, '"')) return text === '-' ? undefined : text;
  }
  // a raw quote shows that the writer escapes nothing, so a backslash is only a backslash
  if (cell.escaping === 'json' && cell.quote !== undefined && hasUnescaped(raw, cell.quote)) return raw;
  return unescapeValue(cell.escaping, raw);
}

/** Whether a cell's text holds something that its neighbours' separators are made of: it was cut with judgement, not by rule. */
export function isMended(cell: Cell, raw: string): boolean {
  if (cell.kind !== 'text' && hasKind(cell.kind, raw)) return false;
  const inner =
    cell.preQuoted && raw.startsWith('"') && raw.endsWith('"') && raw.length > 1 ? raw.slice(1, -1) : raw;
  return cell.forbidden.some((character) => hasUnescaped(inner, character));
}

export function hasUnescaped(text: string, character: string): boolean {
  if (character !== '"') return text.includes(character);
  for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
    if (!isEscaped(text, at, 0)) return true;
  }
  return false;
}

const PREFIXES: Readonly<Record<string, RegExp>> = {
  httpMethod: /^[A-Z]+/,
  status: /^\d{3}/,
  protocol: /^HTTP\/\d(?:\.\d)?/,
  requestTime: /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/,
  requestTimeEpoch: /^\d{13}/,
  accountId: /^\d{12}/,
  apiId: /^[a-z\d]{10}/,
};
const ID_PREFIX = /^(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|[\w/+-]{8,30}={1,2})/;

/** `$context.domainName$context.path`: each value ends where its shape does; what has no shape takes the rest. */
function splitGlued(names: readonly string[], text: string): (string | undefined)[] {
  let rest = text;
  return names.map((name, i) => {
    const next = names[i + 1];
    let length = rest.length;
    if (next !== undefined) {
      if (rest.startsWith('-')) length = 1;
      else if (next === 'path' || next === 'resourcePath') length = rest.indexOf('/');
      else if (name.endsWith('equestId')) length = ID_PREFIX.exec(rest)?.[0].length ?? rest.length;
      else
        length =
          PREFIXES[name]?.exec(rest)?.[0].length ??
          (/atency$|ength$/.test(name) ? (/^\d+/.exec(rest)?.[0].length ?? rest.length) : rest.length);
      if (length < 0) length = rest.length;
    }
    const value = rest.slice(0, length);
    rest = rest.slice(length);
    return value === '' ? undefined : value;
  });
}
