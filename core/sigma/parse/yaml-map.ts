import { isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from 'yaml';
import type { RuleValue } from '../rule-source.js';
import type { ProblemReporter } from './rule-problem.js';

/** One entry of a YAML map, with the places of its key and value. */
export interface MapEntry {
  readonly key: string;
  readonly keyNode: Node;
  /** `null` where nothing is written after the colon. */
  readonly value: Node | null;
}

/** The entries of a map; keys that are not text are reported and left out. */
export function mapEntries(map: YAMLMap, reporter: ProblemReporter): readonly MapEntry[] {
  const entries: MapEntry[] = [];
  for (const pair of map.items) {
    const key: unknown = pair.key;
    if (!isScalar(key)) {
      reporter.report(map, { what: 'a key is not text', expected: 'write a plain name before the colon' });
      continue;
    }
    entries.push({ key: String(key.value), keyNode: key, value: nodeOf(pair.value) });
  }
  return entries;
}

export function nodeOf(value: unknown): Node | null {
  return isMap(value) || isSeq(value) || isScalar(value) ? value : null;
}

/** A scalar as Sigma sees it; integers beyond 2^53 keep their digits as text. `undefined` when it is something else. */
export function scalarValue(node: Scalar): RuleValue | undefined {
  const { value } = node;
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number')
    return Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER
      ? value
      : (node.source ?? String(value));
  return typeof value === 'bigint' ? value.toString() : undefined;
}

/**
 * A number that is written otherwise than it prints (`0x17`, `1.10`, `007`), as it is written: logs carry such values as
 * text, and to Sigma all values are text (specification 2.1, "General"). `undefined` for all else.
 */
export function numberAsWritten(node: Node): string | undefined {
  if (!isScalar(node) || typeof node.value !== 'number' || node.source === undefined) return undefined;
  return node.source === String(node.value) ? undefined : node.source;
}

/** Text of an optional entry, reported when it is something else. */
export function textOf(entry: MapEntry | undefined, reporter: ProblemReporter): string | undefined {
  if (entry === undefined || entry.value === null) return undefined;
  const value = isScalar(entry.value) ? scalarValue(entry.value) : undefined;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  if (value === null) return undefined;
  return reporter.report(entry.value, {
    what: `'${entry.key}' is not text`,
    seen: entry.value.toJSON(),
    expected: `write ${entry.key}: some text`,
  });
}

/**
 * What authors note in a list for people to read: items without text are left out, a map, which a colon in the text makes of
 * it, is read as the text it was meant to be.
 */
export function notesOf(entry: MapEntry | undefined, reporter: ProblemReporter): readonly string[] {
  if (!isSeq(entry?.value)) return textsOf(entry, reporter);
  return entry.value.items.flatMap((item) => {
    if (isMap(item)) return mapEntries(item, reporter).map(({ key, value }) => `${key}: ${shown(value)}`);
    const value = isScalar(item) ? scalarValue(item) : undefined;
    return value === undefined || value === null ? [] : [String(value)];
  });
}

function shown(value: Node | null): string {
  const json: unknown = value?.toJSON() ?? '';
  return typeof json === 'string' ? json : (JSON.stringify(json) ?? '');
}

/** A list of texts of an optional entry; a single text counts as a list of one. */
export function textsOf(entry: MapEntry | undefined, reporter: ProblemReporter): readonly string[] {
  if (entry === undefined || entry.value === null) return [];
  const items = isSeq(entry.value) ? entry.value.items : [entry.value];
  const texts: string[] = [];
  for (const item of items) {
    const value = isScalar(item) ? scalarValue(item) : undefined;
    if (typeof value === 'string' || typeof value === 'number') texts.push(String(value));
    else if (value !== null || items.length > 1)
      reporter.report(nodeOf(item) ?? entry.value, {
        what: `'${entry.key}' holds something that is not text`,
        expected: `list plain texts under ${entry.key}`,
      });
  }
  return texts;
}
