import { assignVariables, hasRivalTokens } from './assign-variables.js';
import { BoundedMap } from './bounded-map.js';
import { contradict, type Rival, rivalsOf, withoutForged } from './forged-fields.js';
import { shortHash } from './format-id.js';
import { withoutInjected } from './injected-pairs.js';
import { jsonPairs, type Pair, type Pairs } from './json-pairs.js';
import { isLoose, keyValuePairs, labelledPairs } from './key-value-pairs.js';
import { readLabelled } from './labelled-line.js';
import type { ExtractedLine, LineDecoder, LineFormat, RejectedLine } from './line-format.js';
import { maskedSample } from './masked-sample.js';
import { allVariables, isTemplate, type NamedFields, openVariables, toNamedFields } from './named-fields.js';
import { hidesFields, pairTemplate, toPairValue, trustOf } from './pair-values.js';
import { isPlausible, isRecognised, withRequestLine } from './plausible-call.js';
import type { ExactReader } from './quoted-reader.js';
import { delimitedTokens, spacedTokens, type Tokens } from './tokens.js';
import { WELL_KNOWN_FORMATS } from './well-known-formats.js';
import { fromWrapped, withoutBrackets } from './wrapped-json.js';
import { xmlPairs } from './xml-pairs.js';

/**
 * Decodes lines whose format nobody stated: JSON, JSON-like, XML, key-value, CSV/TSV/bars, CLF and bare tokens. Fields are
 * named by their keys (any spelling), else by the shape of their values; unknown keys keep their own name. Every
 * answer is a pure function of its line; what is kept between lines (structures, at most a few hundred) only saves time.
 */
export function inferDecoder(): LineDecoder {
  const formats = new BoundedMap<LineFormat>(MAX_FORMATS);
  const structures = new BoundedMap<Structure>(MAX_FORMATS, MAX_KEY_CHARACTERS);
  const templates: Template[] = [];

  const formatOf = (kind: string, variables: readonly string[]): LineFormat => {
    const names = variables.join('\n');
    const id = kind.startsWith('known:') ? kind : `inferred:${kind}:${shortHash(names)}`;
    const key = `${id}\n${names}`;
    return formats.get(key) ?? formats.set(key, { id, variables });
  };

  const named = (kind: string, structure: Structure, values: (string | undefined)[], recovered: boolean) => {
    const { fields } = structure;
    if (!fields.isCall) return undefined;
    const open = fields.open.length === 0 ? [] : openVariables(fields, values);
    const templated = fields.onlyPath >= 0 && isTemplate(values[fields.onlyPath]);
    const choice = templated ? `${open.join('\n')}\n{}` : open.join('\n');
    const known = structure.formats.get(choice);
    if (known !== undefined) return { ...extracted(known, values, recovered), keys: fields.keys };
    const named = allVariables(fields, open);
    const variables = templated ? named.with(fields.onlyPath, 'resourcePath') : named;
    const line = withRequestLine(variables, values, fields.requestLine);
    if (!isRecognised(line.variables)) return undefined;
    const format = formatOf(kind, line.variables);
    if (fields.requestLine < 0) structure.formats.set(choice, format);
    return { ...extracted(format, line.values, recovered), keys: fields.keys };
  };

  const structureOf = (kind: string, keys: readonly string[]): Structure => {
    const fresh = () => ({ fields: toNamedFields(keys), formats: new BoundedMap<LineFormat>(MAX_CHOICES) });
    if (keys.length > MAX_CACHED_KEYS) return fresh();
    const key = `${kind}\n${keys.join('\n')}`;
    return structures.get(key) ?? structures.set(key, fresh());
  };

  const fromPairs = (kind: string, line: string, found: Pairs | undefined): ExtractedLine | undefined => {
    if (found === undefined) return undefined;
    const rawOf = (pair: Pair) => line.slice(pair.start, pair.end);
    const once = withoutInjected(found.pairs, rawOf, trustOf);
    const { pairs, forged } = withoutForged(once.pairs, rawOf);
    const hidden = kind === 'json' && pairs.some((pair, at) => hidesFields(pair, rawOf(pair), pairs[at - 1]));
    const recovered = found.mended || once.contradictory || forged || hidden;
    if (kind === 'key-value' && pairs.some(isLoose)) return labelled(pairs, rawOf, recovered)?.line;
    const keys = pairs.map((pair) => pair.key);
    const values = pairs.map((pair) => toPairValue(kind, pair, rawOf(pair)));
    const structure = structureOf(kind, keys);
    const result = named(kind, structure, values, recovered);
    // A template reads values as they stand.
    const asTheyStand = pairs.every((pair, at) => values[at] === undefined || values[at] === rawOf(pair));
    if (result !== undefined && kind === 'json' && !recovered && asTheyStand)
      remember(line, pairs, structure);
    return result;
  };

  const labelled = (
    pairs: readonly Pair[],
    rawOf: (pair: Pair) => string,
    recovered: boolean,
  ): Reading | undefined => {
    const read = readLabelled(pairs, rawOf);
    if (read === undefined) return undefined;
    const format = formatOf('labelled', read.variables);
    const line = extracted(format, read.values, recovered || read.contradictory);
    return { line, score: read.score };
  };

  const fromLabelled = (line: string): Reading | undefined => {
    const found = labelledPairs(line);
    if (found === undefined) return undefined;
    const rawOf = (pair: Pair) => line.slice(pair.start, pair.end);
    const once = withoutInjected(found.pairs, rawOf, trustOf);
    return labelled(once.pairs, rawOf, found.mended || once.contradictory);
  };

  const remember = (line: string, pairs: readonly Pair[], structure: Structure) => {
    if (pairs.length > MAX_TEMPLATE_PAIRS || line.includes('\\')) return;
    if (new Set(structure.fields.keys).size < pairs.length) return;
    const template = pairTemplate(line, pairs);
    if (template === undefined) return;
    templates.unshift({
      reader: template,
      structure,
      rivals: rivalsOf(structure.fields.keys),
      bare: pairs.flatMap((pair, i) => (pair.quoted ? [] : [i])),
    });
    if (templates.length > MAX_TEMPLATES) templates.pop();
  };

  const byTemplate = (line: string): ExtractedLine | undefined => {
    for (let i = 0; i < templates.length; i++) {
      const template = templates[i] as Template;
      const values = template.reader(line);
      if (values === undefined) continue;
      if (contradict(template.rivals, values)) return undefined;
      if (i > 0) {
        templates.splice(i, 1);
        templates.unshift(template);
      }
      for (const k of template.bare) if (values[k] === 'null') values[k] = undefined;
      return named('json', template.structure, values, false);
    }
    return undefined;
  };

  const fromTokens = (kind: string, tokens: Tokens): Reading | undefined => {
    const values = tokens.map((token) => (token === '-' || token === '' ? undefined : token));
    const assigned = assignVariables(values, new Set());
    if (!isPlausible(values, assigned)) return undefined;
    // The reading that leaves the least unexplained: a user agent cut at its spaces explains nothing.
    const known = assigned.filter((name) => name !== undefined).length;
    const score = known * 2 - values.filter((value) => value !== undefined).length;
    const variables = assigned.map((name, i) => name ?? `field${i + 1}`);
    return { line: extracted(formatOf(kind, variables), values, hasRivalTokens(values)), score };
  };

  const unnamed = (line: string): ExtractedLine | undefined => {
    const readings = DELIMITERS.flatMap(([kind, delimiter]) => {
      const reading = line.includes(delimiter)
        ? fromTokens(kind, delimitedTokens(line, delimiter))
        : undefined;
      return reading === undefined ? [] : [reading];
    });
    const spaced = fromTokens('spaced', spacedTokens(line));
    if (spaced !== undefined) readings.push(spaced);
    const withLabels = fromLabelled(line);
    if (withLabels !== undefined) readings.push(withLabels);
    return readings.reduce<Reading | undefined>(
      (best, next) => (best === undefined || next.score > best.score ? next : best),
      undefined,
    )?.line;
  };

  const fromJson = (text: string) => byTemplate(text) ?? fromPairs('json', text, jsonPairs(text));

  const decode = (line: string): ExtractedLine | RejectedLine => {
    const text = line.trim();
    if (text === '') return { kind: 'rejected', reason: 'empty line', sample: '' };
    const first = text.charCodeAt(0);
    if (first === 123 || (first === 34 && LOOKS_JSON.test(text))) {
      return (
        fromJson(text) ?? fromWrapped(text, fromJson) ?? reject(text, 'JSON without fields of an API call')
      );
    }
    if (first === 60) {
      return fromPairs('xml', text, xmlPairs(text)) ?? reject(text, 'XML without fields of an API call');
    }
    const wrapped = fromWrapped(text, fromJson);
    if (wrapped !== undefined) return wrapped;
    for (const format of WELL_KNOWN_FORMATS) {
      const values = format.read(text);
      if (values !== undefined) return extracted(formatOf(format.id, format.variables), values, false);
    }
    return (
      fromPairs('key-value', text, keyValuePairs(text)) ??
      unnamed(withoutBrackets(text)) ??
      reject(text, 'no known log format: fewer than two fields of an API call were recognised')
    );
  };
  return { decode };
}

function extracted(
  format: LineFormat,
  values: readonly (string | undefined)[],
  recovered: boolean,
): ExtractedLine {
  return { kind: 'extracted', format, values, recovered };
}

function reject(line: string, reason: string): RejectedLine {
  return { kind: 'rejected', reason, sample: maskedSample(line) };
}

/** Structures and formats kept between lines; a hostile feed that never repeats one must not grow them. */
const MAX_FORMATS = 256;
/** All keys of the map together: a few long ones cost as much as many short ones. */
const MAX_KEY_CHARACTERS = 4 * 1024 * 1024;
/** More than any format has; such a line is worked out anew. */
const MAX_CACHED_KEYS = 256;
const MAX_CHOICES = 16;
const MAX_TEMPLATES = 8;
const MAX_TEMPLATE_PAIRS = 256;
const LOOKS_JSON = /^"[^"]{1,128}"\s{0,8}:/;
const DELIMITERS = [
  ['tab', '\t'],
  ['bar', '|'],
  ['semicolon', ';'],
  ['comma', ','],
] as const;

/** One way to read a line, and how much of it that explains. */
interface Reading {
  readonly line: ExtractedLine;
  readonly score: number;
}

interface Template {
  readonly reader: ExactReader;
  readonly structure: Structure;
  /** Positions of values without quotes. */
  readonly bare: readonly number[];
  readonly rivals: readonly Rival[];
}

/** One order of keys, and its formats by what the values decided. */
interface Structure {
  readonly fields: NamedFields;
  readonly formats: BoundedMap<LineFormat>;
}
