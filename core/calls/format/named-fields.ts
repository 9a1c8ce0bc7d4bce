import { redactText } from '../redaction/redact-text.js';
import { assignVariables } from './assign-variables.js';
import { hasKind } from './field-kind.js';
import { type KeyMeaning, meaningsOf } from './key-aliases.js';
import { isCall } from './plausible-call.js';
import { KNOWN_VARIABLES } from './variables.js';

/** What the keys of one line structure stand for. Depends on the keys alone, so it can be kept for the next line. */
export interface NamedFields {
  readonly keys: readonly string[];
  /** The keys as they may be shown: a caller can write a secret even there. */
  readonly ownNames: readonly string[];
  /** Variable by key position where the name alone decides, else `undefined`. */
  readonly byName: readonly (string | undefined)[];
  /** Positions whose meaning depends on the value. */
  readonly open: readonly number[];
  readonly meanings: readonly (readonly KeyMeaning[])[];
  /** Variables that `byName` gives. */
  readonly taken: ReadonlySet<string>;
  /** False for an application's own log lines. */
  readonly isCall: boolean;
  /** Position of a field that may hold a whole request line, or -1. */
  readonly requestLine: number;
  /** Position of the only path that the keys name, or -1: it may be a template all the same. */
  readonly onlyPath: number;
}

const KNOWN = new Map(KNOWN_VARIABLES.map((name) => [normal(name), name]));

export function toNamedFields(keys: readonly string[]): NamedFields {
  const meanings = keys.map(meaningsOf);
  const byName = new Array<string | undefined>(keys.length).fill(undefined);
  const owner = new Map<string, string>();
  // A documented name beats an alias: `latency` beside `responseLatency` keeps its own name.
  for (const documented of [true, false]) {
    keys.forEach((key, i) => {
      const meaning = meanings[i]?.[0];
      if (
        byName[i] !== undefined ||
        meaning === undefined ||
        meaning.onlyIf !== undefined ||
        (meanings[i]?.length ?? 0) > 1
      )
        return;
      if (documented !== KNOWN.has(normal(key))) return;
      const holder = owner.get(meaning.variable);
      if (holder !== undefined && holder !== key) return;
      owner.set(meaning.variable, key);
      byName[i] = meaning.variable;
    });
  }
  const open = keys.flatMap((_key, i) => (byName[i] === undefined ? [i] : []));
  return {
    keys,
    ownNames: keys.map(redactText),
    byName,
    open,
    meanings,
    taken: new Set(owner.keys()),
    isCall: isCall(keys, byName),
    requestLine: keys.findIndex((key) => REQUEST_LINE_KEY.test(key)),
    onlyPath: owner.has('resourcePath') || owner.has('routeKey') ? -1 : byName.indexOf('path'),
  };
}

/** Many call `$context.resourcePath` the path. A caller's path has its braces escaped. */
export function isTemplate(value: string | undefined): boolean {
  return value?.includes('{') === true && value.length <= LONGEST_TEMPLATE && TEMPLATE.test(value);
}

const LONGEST_TEMPLATE = 512;
const TEMPLATE = /^\/(?:[^{}\s?]*\{[\w.+-]{1,128}\})+[^{}\s?]*$/;

/** The variables of the open positions of one line: by name and value, then by value alone; an unknown key keeps its own name. */
export function openVariables(
  fields: NamedFields,
  values: readonly (string | undefined)[],
): readonly string[] {
  const given = new Set<string>();
  const isFree = (variable: string) => !fields.taken.has(variable) && !given.has(variable);
  const variables = fields.open.map((i): string | undefined => {
    const meaning = (fields.meanings[i] ?? []).find(
      ({ variable, onlyIf }) =>
        isFree(variable) && (onlyIf === undefined || hasKind(onlyIf, values[i] ?? '-')),
    );
    if (meaning !== undefined) given.add(meaning.variable);
    return meaning?.variable;
  });
  const unnamed = fields.open.flatMap((i, k) =>
    variables[k] === undefined && fields.meanings[i]?.length === 0 ? [k] : [],
  );
  if (unnamed.length > 0 && fields.open.length <= MAX_OPEN) {
    const guessed = assignVariables(
      unnamed.map((k) => values[fields.open[k] as number]),
      new Set([...fields.taken, ...given]),
    );
    unnamed.forEach((k, g) => {
      const guess = guessed[g];
      if (guess !== undefined && UNMISTAKABLE.has(guess)) variables[k] = guess;
    });
  }
  return variables.map((name, k) => name ?? fields.ownNames[fields.open[k] as number] ?? '');
}

/** All variables of a line, given those of its open positions. */
export function allVariables(fields: NamedFields, open: readonly string[]): readonly string[] {
  const variables = [...fields.byName];
  fields.open.forEach((i, k) => {
    variables[i] = open[k];
  });
  return variables.map((name) => name ?? '');
}

/** More keys that say nothing than any format has: there the values are not trusted to say it. */
const MAX_OPEN = 64;

/** What a value alone may claim although its key says something else that we do not understand. */
const UNMISTAKABLE = new Set([
  'identity.sourceIp',
  'requestTime',
  'requestTimeEpoch',
  'requestId',
  'extendedRequestId',
  'routeKey',
  'protocol',
  'xrayTraceId',
  'identity.userArn',
  'identity.userAgent',
  'httpMethod',
  'eventType',
  'wafResponseCode',
  'error.responseType',
]);

const REQUEST_LINE_KEY = /^(?:request|request_?line|http_?request|req)$/i;

function normal(name: string): string {
  return name.toLowerCase().replace(/[^a-z\d]/g, '');
}
