import * as v from 'valibot';
import { isCollection, isMap, isNode, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import type { Parameter } from '../configuration/parameter.js';
import { SETTINGS_PREFIX } from '../configuration/parameter.js';
import { nearestName } from '../sigma/parse/nearest-name.js';
import { TOO_DEEP, tooDeepJson, tooDeepYaml } from '../sigma/parse/nesting.js';
import { ProblemReporter, type RuleProblem } from '../sigma/parse/rule-problem.js';
import { SETTING_SCHEMAS } from './setting-schemas.js';
import type { SettingName, Settings } from './settings.js';

export type ParsedSetting = {
  readonly [Name in SettingName]: {
    readonly name: Name;
    readonly value: Settings[Name];
    readonly place: Place;
  };
}[SettingName];

/** Where in the text a part of the value stands; reports a problem there. */
export type Place = (
  path: readonly (string | number)[],
  at: 'key' | 'value',
  complaint: Complaint,
) => RuleProblem;

interface Complaint {
  readonly what: string;
  readonly seen?: unknown;
  readonly expected: string;
}

export interface SettingResult {
  /** `undefined` when there is a problem. */
  readonly setting: ParsedSetting | undefined;
  readonly problems: readonly RuleProblem[];
}

const NAMES = Object.keys(SETTING_SCHEMAS);

/** Reads one setting: JSON by its schema. All problems are reported together, each at its line and column. */
export function parseSetting({ name: parameter, text }: Parameter): SettingResult {
  const lines = new LineCounter();
  const reporter = new ProblemReporter(parameter, lines);
  const name = parameter.slice(SETTINGS_PREFIX.length);
  if ((tooDeepYaml(text) ?? tooDeepJson(text)) !== undefined) {
    reporter.report(0, TOO_DEEP);
    return { setting: undefined, problems: reporter.problems };
  }
  // JSON is YAML, and the YAML parser knows where each value stands; what is JSON, only JSON.parse decides.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
  if (!isSettingName(name)) {
    reporter.report(0, { what: 'there is no such setting', seen: name, expected: hint(name, NAMES) });
    return { setting: undefined, problems: reporter.problems };
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const [, position] = /position (\d+)/.exec(String(error)) ?? [];
    const offset = position === undefined ? (document.errors[0]?.pos[0] ?? 0) : Number(position);
    reporter.report(offset, {
      what: 'not valid JSON',
      seen: text.slice(offset, offset + 20),
      expected: 'mend the commas, quotes or brackets here',
    });
    return { setting: undefined, problems: reporter.problems };
  }
  for (const { code, pos } of document.errors)
    if (code === 'DUPLICATE_KEY')
      reporter.report(pos[0], {
        what: 'the same key stands twice in one map',
        expected: 'keep one of the two',
      });
  const { schema, keys } = SETTING_SCHEMAS[name];
  const parsed = v.safeParse(schema, json);
  if (!parsed.success) for (const issue of parsed.issues) report(reporter, document.contents, issue, keys);
  if (!parsed.success || reporter.problems.length > 0)
    return { setting: undefined, problems: reporter.problems };
  const place: Place = (path, at, complaint) => {
    const own = new ProblemReporter(parameter, lines);
    own.report(nodeAt(document.contents, path, at), complaint);
    const { what, expected } = complaint;
    return own.problems[0] ?? { file: parameter, line: 1, column: 1, what, seen: '', expected };
  };
  // The schema of this name gave this value; the compiler cannot follow a union of names through a generic call.
  const setting = { name, value: parsed.output, place } as ParsedSetting;
  return { setting, problems: [] };
}

/** What to write instead of a name that is not known. */
export function hint(written: string, known: readonly string[]): string {
  const near = nearestName(written, known);
  if (near !== undefined) return `did you mean '${near}'?`;
  return known.length === 0
    ? 'there is none to name'
    : `there are ${known.slice(0, 12).join(', ')}${known.length > 12 ? ', …' : ''}`;
}

function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTING_SCHEMAS, name);
}

function report(
  reporter: ProblemReporter,
  root: unknown,
  issue: v.BaseIssue<unknown>,
  keys: readonly string[],
): void {
  const path = (issue.path ?? []).flatMap(({ key }) =>
    typeof key === 'string' || typeof key === 'number' ? [key] : [],
  );
  const key = String(path.at(-1) ?? '');
  if (issue.type === 'strict_object' && path.length > 0 && issue.expected === 'never') {
    reporter.report(nodeAt(root, path, 'key'), { what: 'unknown key', seen: key, expected: hint(key, keys) });
  } else if (issue.type === 'strict_object' && path.length > 0 && issue.input === undefined) {
    reporter.report(nodeAt(root, path.slice(0, -1), 'value'), {
      what: `'${key}' is missing`,
      expected: `write "${key}"`,
    });
  } else {
    const where = path.length === 0 ? 'the setting' : `'${path.join('.')}'`;
    reporter.report(nodeAt(root, path, 'value'), {
      what: `${where} is not what it must be`,
      seen: issue.input,
      expected: `write ${issue.message}`,
    });
  }
}

function nodeAt(root: unknown, path: readonly (string | number)[], at: 'key' | 'value'): Node | undefined {
  let node = isNode(root) ? root : undefined;
  for (const [index, key] of path.entries()) {
    if (!isCollection(node)) return node;
    const isLast = index === path.length - 1;
    const pair = isMap(node)
      ? node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
        )
      : undefined;
    const next: unknown =
      pair === undefined ? node.get(key, true) : isLast && at === 'key' ? pair.key : pair.value;
    if (!isNode(next)) return node;
    node = next;
  }
  return node;
}
