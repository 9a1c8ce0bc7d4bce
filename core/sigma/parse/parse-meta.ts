import { isMap } from 'yaml';
import { LEVELS, type Level, type RuleMeta } from '../rule-source.js';
import { nearestName } from './nearest-name.js';
import type { ProblemReporter } from './rule-problem.js';
import { type MapEntry, mapEntries, notesOf, textOf, textsOf } from './yaml-map.js';

export type Entries = ReadonlyMap<string, MapEntry>;
type Meta = Omit<RuleMeta, 'contentHash'>;

const GUIDANCE = ['blind-spots', 'runbook', 'sample'] as const;

/** What every rule has beside its detection. `fallbackId` is used where the rule has no `id`. */
export function parseMeta(entries: Entries, fallbackId: string, reporter: ProblemReporter): Meta {
  const text = (key: string): string | undefined => textOf(entries.get(key), reporter);
  const title = text('title');
  if (title === undefined || title.trim() === '')
    reporter.report(entries.get('title')?.keyNode, {
      what: 'the rule has no title',
      expected: 'add title: what it detects',
    });
  else if (title.length > 256)
    reporter.report(entries.get('title')?.value, {
      what: 'the title is longer than 256 characters',
      seen: title,
      expected: 'shorten it',
    });
  const guidance = guidanceOf(entries, reporter);
  return {
    id: parseKey('id', entries, reporter) ?? fallbackId,
    name: parseKey('name', entries, reporter),
    title: title ?? '',
    description: text('description')?.trim(),
    level: parseLevel(entries.get('level'), reporter),
    tags: notesOf(entries.get('tags'), reporter),
    falsePositives: notesOf(entries.get('falsepositives'), reporter),
    references: notesOf(entries.get('references'), reporter),
    blindSpots: textsOf(guidance.get('blind-spots'), reporter),
    runbook: textsOf(guidance.get('runbook'), reporter),
  };
}

// Control and format characters, which would let one id look like another or rewrite a terminal's line.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What others refer to a rule by. `/` in an id is for the copies that allow lists make of a rule. */
function parseKey(key: 'id' | 'name', entries: Entries, reporter: ProblemReporter): string | undefined {
  const entry = entries.get(key);
  const text = textOf(entry, reporter);
  if (text === undefined) return undefined;
  const what =
    text.trim() === ''
      ? `the ${key} is empty`
      : UNSEEN.test(text)
        ? `the ${key} holds a character that is not seen`
        : key === 'id' && text.includes('/')
          ? "the id holds a '/'"
          : undefined;
  if (what !== undefined)
    reporter.report(entry?.value, {
      what,
      seen: JSON.stringify(text),
      expected: `write the ${key} in letters, digits and hyphens, or leave it out`,
    });
  return text;
}

/** The entries of our own top-level key `gatewarden:`. An unknown key in it is a problem: nothing is ignored. */
export function guidanceOf(entries: Entries, reporter: ProblemReporter): Entries {
  const section = entries.get('gatewarden');
  if (section === undefined || !isMap(section.value)) return new Map();
  const found = new Map(mapEntries(section.value, reporter).map((entry) => [entry.key, entry] as const));
  for (const entry of found.values()) {
    if ((GUIDANCE as readonly string[]).includes(entry.key)) continue;
    const near = nearestName(entry.key, GUIDANCE);
    reporter.report(entry.keyNode, {
      what: `'gatewarden' has no setting '${entry.key}'`,
      seen: entry.key,
      expected: near === undefined ? `known are ${GUIDANCE.join(', ')}` : `did you mean '${near}'?`,
    });
  }
  return found;
}

function parseLevel(entry: MapEntry | undefined, reporter: ProblemReporter): Level {
  const text = textOf(entry, reporter);
  // The specification makes the level optional and names no default; medium neither hides nor shouts.
  if (text === undefined) return 'medium';
  const level = LEVELS.find((name) => name === text.toLowerCase());
  if (level !== undefined) return level;
  reporter.report(entry?.value, {
    what: 'there is no such level',
    seen: text,
    expected: `write one of ${LEVELS.join(', ')}`,
  });
  return 'medium';
}
