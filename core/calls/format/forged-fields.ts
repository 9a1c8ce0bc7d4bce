import { parseTime } from '../request-time.js';
import { hasKind } from './field-kind.js';
import type { Pair } from './json-pairs.js';
import { meaningsOf } from './key-aliases.js';
import { trustOf } from './pair-values.js';

/**
 * What a caller adds to a line under a key that it does not have: a second key for a fact that must have one value
 * (`status` beside `statusCode`, a time apart from the other), or a documented key among keys named in another style.
 */
export interface Unforged {
  readonly pairs: readonly Pair[];
  readonly forged: boolean;
}

/**
 * Of two keys that give one fact different values, the second one goes where a caller-written text stands between
 * them, else (both stand behind the text) the first one, which is the nearer to it. Without such a text before them
 * nobody can have added one: both stay, as the API's owner wrote them.
 */
export function withoutForged(pairs: readonly Pair[], rawOf: (pair: Pair) => string): Unforged {
  const holders = new Map<string, number>();
  const lost = new Set<number>();
  // The text that a caller writes most freely of those before each position, or -1.
  let text = -1;
  let trust = Number.POSITIVE_INFINITY;
  let isContradictory = false;
  pairs.forEach((pair, at) => {
    const raw = rawOf(pair);
    const claim = claimOf(pair.key, raw);
    const holder = claim === undefined ? undefined : holders.get(claim);
    if (claim !== undefined && holder === undefined) holders.set(claim, at);
    if (claim !== undefined && holder !== undefined && text >= 0) {
      const held = rawOf(pairs[holder] as Pair);
      if (!isSameFact(claim, held, raw)) {
        isContradictory = true;
        lost.add(text > holder ? at : holder);
        if (text < holder) holders.set(claim, at);
      }
    }
    const own = trustOf(pair);
    if (own !== undefined && own < trust) {
      trust = own;
      text = at;
    }
  });
  const forged = isContradictory || hasAlienKeys(pairs);
  return { pairs: lost.size === 0 ? pairs : pairs.filter((_pair, at) => !lost.has(at)), forged };
}

/** A key that gives a fact which another key of its line gives too. */
export interface Rival {
  readonly key: string;
  readonly position: number;
}

/** The keys whose values can contradict each other; none in most formats, so that most lines need no second look. */
export function rivalsOf(keys: readonly string[]): readonly Rival[] {
  const counts = new Map<string, number>();
  const facts = keys.map(
    (key) => new Set(meaningsOf(key).flatMap(({ variable }) => FACTS.get(variable) ?? [])),
  );
  for (const given of facts) for (const fact of given) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  return keys.flatMap((key, position) =>
    [...(facts[position] ?? [])].some((fact) => (counts.get(fact) ?? 0) > 1) ? [{ key, position }] : [],
  );
}

export function contradict(rivals: readonly Rival[], values: readonly (string | undefined)[]): boolean {
  if (rivals.length === 0) return false;
  const held = new Map<string, string>();
  return rivals.some(({ key, position }) => {
    const value = values[position] ?? '-';
    const claim = claimOf(key, value);
    if (claim === undefined) return false;
    const first = held.get(claim);
    if (first === undefined) held.set(claim, value);
    return first !== undefined && !isSameFact(claim, first, value);
  });
}

/** Facts that decide what a call is taken for; of others (latencies, paths) a format may hold several under like names. */
const FACTS: ReadonlyMap<string, string> = new Map([
  ['status', 'status'],
  ['identity.sourceIp', 'ip'],
  ['requestId', 'requestId'],
  ['extendedRequestId', 'extendedRequestId'],
  ['apiId', 'apiId'],
  ['stage', 'stage'],
  ['requestTime', 'time'],
  ['requestTimeEpoch', 'time'],
]);

function claimOf(key: string, raw: string): string | undefined {
  if (raw === '-' || raw === '' || raw === 'null') return undefined;
  for (const { variable, onlyIf } of meaningsOf(key)) {
    const fact = FACTS.get(variable);
    if (fact === undefined || (onlyIf !== undefined && !hasKind(onlyIf, raw))) continue;
    // Times in other forms come from whoever forwards the lines, seconds later.
    if (fact === 'time') return hasKind('clf-time', raw) || hasKind('epoch', raw) ? fact : undefined;
    return fact;
  }
  return undefined;
}

function isSameFact(claim: string, a: string, b: string): boolean {
  if (a === b) return true;
  if (claim !== 'time') return false;
  const [first, second] = [parseTime(a), parseTime(b)];
  if (first === undefined || second === undefined) return first === second;
  return Math.abs(first - second) <= CLOCK_STEP_MS;
}

/** One time has whole seconds, the other milliseconds. */
const CLOCK_STEP_MS = 1000;

type Style = 'camel' | 'snake' | 'kebab';

/**
 * Whether a run of keys right behind a caller-written text is named in another style than all keys around it, which
 * share theirs: several words joined alike, or abbreviations. Keys that themselves name a text do not count.
 */
function hasAlienKeys(pairs: readonly Pair[]): boolean {
  const styles = pairs.map((pair) => styleOf(pair.key));
  const counts = new Map<Style, number>();
  for (const style of styles) if (style !== undefined) counts.set(style, (counts.get(style) ?? 0) + 1);
  const [native] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (native === undefined) return false;
  for (const style of counts.keys()) {
    const isLone = counts.size === 1;
    if (!isLone && style === native) continue;
    const first = styles.indexOf(style);
    const host = pairs[first - 1];
    const last = styles.lastIndexOf(style);
    const run = pairs.slice(first, last + 1);
    if (host === undefined || trustOf(host) === undefined || run.some((pair) => !isGatewayFilled(pair)))
      continue;
    const around = [...pairs.slice(0, first), ...pairs.slice(last + 1)];
    if (isLone ? isAbbreviated(around) : (counts.get(native) ?? 0) >= MIN_NATIVE) return true;
  }
  return false;
}

/** As many keys of one style say that it is the format's. */
const MIN_NATIVE = 3;

function isAbbreviated(pairs: readonly Pair[]): boolean {
  const tiny = pairs.filter(({ key }) => key.length <= 2 && !PLAIN_WORDS.has(key.toLowerCase()));
  return tiny.length >= MIN_ABBREVIATED && pairs.every(({ key }) => key.length <= 4);
}

const MIN_ABBREVIATED = 2;
/** Short, and yet what one calls these beside keys written out. */
const PLAIN_WORDS = new Set(['ip', 'ua', 'id']);

function isGatewayFilled(pair: Pair): boolean {
  return meaningsOf(pair.key).length > 0 && trustOf(pair) === undefined;
}

function styleOf(key: string): Style | undefined {
  if (key.includes('_')) return 'snake';
  if (key.includes('-')) return 'kebab';
  return /[a-z\d][A-Z]/.test(key) || /[a-z]\.[a-z]/.test(key) ? 'camel' : undefined;
}
