import { isIPv4, isIPv6 } from 'node:net';
import type { ApiCall } from '../../../../core/calls/api-call.js';
import type { Condition, FieldMatch, RuleValue } from '../../../../core/sigma/rule-source.js';
import { CALL_FIELDS, callField } from '../../../../core/sigma/taxonomy.js';

/** An event as the reference sees it: the values that stand at a name, `undefined` where the name is not there at all. */
export interface SlowEvent {
  readonly read: (name: string) => readonly unknown[] | undefined;
  /** What keyword searches look at. */
  readonly everything: readonly unknown[];
}

/** A direct, slow reading of the Sigma specification: every condition is evaluated as it stands, all texts are spelt out. */
export function matchesSlowly(condition: Condition, event: SlowEvent): boolean {
  switch (condition.kind) {
    case 'and':
      return condition.of.every((part) => matchesSlowly(part, event));
    case 'or':
      return condition.of.some((part) => matchesSlowly(part, event));
    case 'not':
      return !matchesSlowly(condition.of, event);
    case 'match':
      return fieldMatches(condition.match, event);
  }
}

export function slowCall(call: ApiCall): SlowEvent {
  const read = (name: string): readonly unknown[] | undefined => {
    const value = callField(name)?.read(call);
    return value === undefined ? undefined : [value];
  };
  const keywords = CALL_FIELDS.filter((field) => field.keyword);
  return { read, everything: keywords.flatMap(({ name }) => read(name) ?? []) };
}

/** Every path through the event, lists being no part of it. A name is any path joined with dots; longer keys go first. */
export function slowPlain(event: unknown): SlowEvent {
  const paths: { readonly keys: readonly string[]; readonly value: unknown }[] = [];
  const walk = (value: unknown, keys: readonly string[]): void => {
    paths.push({ keys, value });
    if (typeof value !== 'object' || value === null) return;
    const isList = Array.isArray(value);
    for (const [key, inside] of Object.entries(value)) walk(inside, isList ? keys : [...keys, key]);
  };
  walk(event, []);
  const read = (name: string): readonly unknown[] | undefined => {
    const named = paths.filter(({ keys }) => keys.length > 0 && keys.join('.') === name);
    const order = ({ keys }: { readonly keys: readonly string[] }): string =>
      keys.map((key) => String(100 - key.length)).join();
    const first = named.map(order).sort()[0];
    const values = named.filter((entry) => order(entry) === first).map(({ value }) => value);
    if (values.length === 0) return undefined;
    return values
      .filter((value) => !Array.isArray(value))
      .map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value));
  };
  return { read, everything: paths.map(({ value }) => value).filter((value) => typeof value !== 'object') };
}

function fieldMatches({ field, modifiers, values }: FieldMatch, event: SlowEvent): boolean {
  const seen = field === undefined ? event.everything : event.read(field);
  const isShaped = modifiers.some((name) => ['startswith', 'endswith', 're'].includes(name));
  const shapes = field === undefined && !isShaped ? [...modifiers, 'contains'] : modifiers;
  const one = (value: RuleValue): boolean => valueMatches(seen, shapes, value, event);
  const answer = values.length > 0 && (modifiers.includes('all') ? values.every(one) : values.some(one));
  return modifiers.includes('neq') ? !answer : answer;
}

function valueMatches(
  seen: readonly unknown[] | undefined,
  modifiers: readonly string[],
  value: RuleValue,
  event: SlowEvent,
): boolean {
  const has = (name: string): boolean => modifiers.includes(name);
  if (has('exists')) return (seen !== undefined) === value;
  if (value === null) return seen === undefined || seen.includes(null);
  const there = (seen ?? []).filter((item) => item !== undefined && item !== null);
  if (has('fieldref')) {
    const others = (event.read(String(value)) ?? []).filter((item) => item !== undefined && item !== null);
    return there.some((left) =>
      others.some((right) => shapedEqual(folded(left, modifiers), folded(right, modifiers), modifiers)),
    );
  }
  return there.some((item) => scalarMatches(item, modifiers, value));
}

function folded(value: unknown, modifiers: readonly string[]): string {
  return modifiers.includes('cased') ? String(value) : String(value).toLowerCase();
}

function shapedEqual(text: string, part: string, modifiers: readonly string[]): boolean {
  if (modifiers.includes('contains')) return new RegExp(escaped(part)).test(text);
  if (modifiers.includes('startswith')) return text.slice(0, part.length) === part;
  if (modifiers.includes('endswith')) return part === '' || text.slice(-part.length) === part;
  return text === part;
}

function scalarMatches(item: unknown, modifiers: readonly string[], value: RuleValue): boolean {
  const has = (name: string): boolean => modifiers.includes(name);
  const operator = ['gt', 'gte', 'lt', 'lte'].find(has);
  const part = ['minute', 'hour', 'day', 'week', 'month', 'year'].find(has);
  if (part !== undefined) return compares(partOf(item, part), operator ?? 'eq', Number(value));
  if (operator !== undefined) return compares(numeric(item), operator, Number(value));
  if (has('cidr')) return inNetwork(String(item), String(value));
  if (has('re')) {
    const flags = ['i', 'm', 's'].filter(has).join('');
    return new RegExp(String(value), flags).test(String(item));
  }
  const before = has('contains') || has('endswith') ? '[\\s\\S]*' : '';
  const after = has('contains') || has('startswith') ? '[\\s\\S]*' : '';
  const text = folded(item, modifiers);
  return spelled([{ source: String(value), isPattern: true }], modifiers).some(({ source, isPattern }) => {
    const cased = has('cased') ? source : source.toLowerCase();
    const inside = isPattern ? wildcardSource(cased) : escaped(cased);
    return new RegExp(`^${before}${inside}${after}$`).test(text);
  });
}

function compares(left: number, operator: string, right: number): boolean {
  if (operator === 'eq') return left === right;
  if (operator === 'gt') return left > right;
  if (operator === 'gte') return left >= right;
  return operator === 'lt' ? left < right : left <= right;
}

function numeric(item: unknown): number {
  if (typeof item === 'number') return item;
  return typeof item === 'string' && /^[-+]?[\d.]/.test(item) && item.trim() === item
    ? Number(item)
    : Number.NaN;
}

/** Dates as this test writes them: ISO 8601 in UTC, epoch milliseconds, and small numbers, which are epoch seconds. */
function partOf(written: unknown, part: string): number {
  const item = typeof written === 'number' && Math.abs(written) < 1e11 ? written * 1000 : written;
  const date = new Date(typeof item === 'number' ? item : typeof item === 'string' ? item : Number.NaN);
  if (typeof item === 'string' && !/^\d{4}-\d\d-\d\dT/.test(item)) return Number.NaN;
  if (Number.isNaN(date.getTime())) return Number.NaN;
  const week = (): number => {
    // Days are counted off one by one from the week that holds 4 January, which is the first of its year.
    for (const year of [date.getUTCFullYear() + 1, date.getUTCFullYear(), date.getUTCFullYear() - 1]) {
      const fourth = new Date(Date.UTC(year, 0, 4));
      const monday = Date.UTC(year, 0, 4 - ((fourth.getUTCDay() + 6) % 7));
      if (date.getTime() >= monday) return Math.floor((date.getTime() - monday) / (7 * 86_400_000)) + 1;
    }
    return Number.NaN;
  };
  return (
    {
      minute: date.getUTCMinutes(),
      hour: date.getUTCHours(),
      day: date.getUTCDate(),
      month: date.getUTCMonth() + 1,
      year: date.getUTCFullYear(),
    }[part] ?? week()
  );
}

interface Spelling {
  readonly source: string;
  /** Wildcards and escapes are still to be read. */
  readonly isPattern: boolean;
}

/** All texts that a value stands for, one modifier after the other. */
function spelled(start: readonly Spelling[], modifiers: readonly string[]): readonly Spelling[] {
  let all = start;
  for (const modifier of modifiers) {
    if (modifier === 'windash') all = all.flatMap(dashed);
    else if (ENCODERS.has(modifier))
      all = all.flatMap(({ source, isPattern }) => {
        const plain = isPattern ? source.replace(/\\([*?\\])/g, '$1') : source;
        return (ENCODERS.get(modifier)?.(plain) ?? []).map((text) => ({ source: text, isPattern: false }));
      });
  }
  return all;
}

/** Every permutation of the five characters, spelt out. */
function dashed({ source, isPattern }: Spelling): readonly Spelling[] {
  let texts = [''];
  for (const character of source)
    texts = texts.flatMap((text) =>
      (['-', '/', '–', '—', '―'].includes(character) ? ['-', '/', '–', '—', '―'] : [character]).map(
        (one) => text + one,
      ),
    );
  return texts.map((text) => ({ source: text, isPattern }));
}

const bytes = (text: string): Buffer =>
  Buffer.from(text, /^[\0-\xff]*\0[\0-\xff]*$/.test(text) ? 'latin1' : 'utf8');
const little = (text: string): string => Buffer.from(text, 'utf16le').toString('latin1');
const ENCODERS: ReadonlyMap<string, (text: string) => readonly string[]> = new Map([
  ['wide', (text: string) => [little(text)]],
  ['utf16le', (text: string) => [little(text)]],
  ['utf16be', (text: string) => [Buffer.from(text, 'utf16le').swap16().toString('latin1')]],
  ['utf16', (text: string) => [`\xff\xfe${little(text)}`]],
  ['base64', (text: string) => [bytes(text).toString('base64')]],
  [
    'base64offset',
    (text: string) =>
      // What two surroundings that differ in every bit have in common is what no surroundings change.
      [0, 1, 2].map((offset) => {
        const [zeros, ones] = [0, 255].map((fill) =>
          Buffer.concat([Buffer.alloc(offset, fill), bytes(text), Buffer.alloc(3, fill)]).toString('base64'),
        );
        return [...(zeros ?? '')]
          .filter((letter, at) => letter === ones?.[at] && !/[=]/.test(letter))
          .join('');
      }),
  ],
]);

function wildcardSource(value: string): string {
  return value.replace(
    /\\([*?\\])|([*?])|([\s\S])/g,
    (_, quoted?: string, wildcard?: string, plain?: string) => {
      if (wildcard !== undefined) return wildcard === '*' ? '[\\s\\S]*' : '[\\s\\S]';
      return escaped(quoted ?? plain ?? '');
    },
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function inNetwork(address: string, network: string): boolean {
  const [base = '', bits = '128'] = network.split('/');
  const [wanted, seen] = [bitsOf(base), bitsOf(address)];
  return wanted !== '' && wanted.length === seen.length && seen.startsWith(wanted.slice(0, Number(bits)));
}

function bitsOf(address: string): string {
  if (isIPv4(address))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  if (!isIPv6(address)) return '';
  const [head = '', tail] = address
    .split('::')
    .map((side) => side.split(':').filter(Boolean))
    .map((side) => side.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join(''));
  return tail === undefined ? head : head + '0'.repeat(128 - head.length - tail.length) + tail;
}
