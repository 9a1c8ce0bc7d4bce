import { type Parameter, SETTINGS_PREFIX } from '../configuration/parameter.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import { hint, type ParsedSetting, parseSetting } from './parse-setting.js';
import { DEFAULT_SETTINGS, type Settings } from './settings.js';

/** A rule that a setting may name. */
export interface NamedRule {
  readonly id: string;
  readonly name: string | undefined;
  readonly isCorrelation: boolean;
  /** Whether it counts distinct values, the only thing that can be sampled. */
  readonly countsValues: boolean;
}

/** What settings may refer to. */
export interface KnownNames {
  readonly packs: readonly string[];
  readonly rules: readonly NamedRule[];
  readonly regex: RegexEngine | undefined;
}

export interface ReadSettings {
  readonly settings: Settings;
  /** The parameters whose values are in force. */
  readonly accepted: readonly Parameter[];
  readonly problems: readonly RuleProblem[];
}

/**
 * All settings: of each parameter the text it has now, or, where that has a problem, the last good one, or, where there is
 * none, the default. One broken setting never touches another.
 */
export function readSettings(
  parameters: readonly Parameter[],
  lastGood: ReadonlyMap<string, string>,
  known: KnownNames,
): ReadSettings {
  const accepted: Parameter[] = [];
  const problems: RuleProblem[] = [];
  let settings = DEFAULT_SETTINGS;
  for (const parameter of parameters.filter(({ name }) => name.startsWith(SETTINGS_PREFIX))) {
    const now = checkSetting(parameter, known);
    problems.push(...now.problems);
    const text = lastGood.get(parameter.name);
    const before = now.problems.length > 0 && text !== undefined ? { ...parameter, text } : undefined;
    const used = before === undefined ? now : checkSetting(before, known);
    if (used.setting === undefined || used.problems.length > 0) continue;
    settings = { ...settings, [used.setting.name]: used.setting.value };
    accepted.push(before ?? parameter);
  }
  return { settings, accepted, problems };
}

function checkSetting(parameter: Parameter, known: KnownNames) {
  const { setting, problems } = parseSetting(parameter);
  return { setting, problems: setting === undefined ? problems : unknownNames(setting, known) };
}

/** What the schema alone cannot know: names of packs and rules, and whether a pattern compiles. */
function unknownNames(setting: ParsedSetting, { packs, rules, regex }: KnownNames): readonly RuleProblem[] {
  const find = (written: string) => rules.find(({ id, name }) => id === written || name === written);
  const names = rules.map(({ id, name }) => name ?? id);
  const unknownRule = (path: readonly (string | number)[], at: 'key' | 'value', written: string) =>
    find(written) === undefined
      ? [
          setting.place(path, at, {
            what: 'no rule has this id or name',
            seen: written,
            expected: hint(written, names),
          }),
        ]
      : [];
  switch (setting.name) {
    case 'packs':
      return Object.keys(setting.value)
        .filter((pack) => !packs.includes(pack))
        .map((pack) =>
          setting.place([pack], 'key', {
            what: 'there is no such pack',
            seen: pack,
            expected: hint(pack, packs),
          }),
        );
    case 'thresholds':
      return Object.entries(setting.value).flatMap(([written, { sample }]) => {
        const rule = find(written);
        if (rule === undefined) return unknownRule([written], 'key', written);
        if (!rule.isCorrelation)
          return [
            setting.place([written], 'key', {
              what: 'this rule counts nothing, so it has no threshold',
              seen: written,
              expected: 'name a correlation',
            }),
          ];
        if (sample === undefined || rule.countsValues) return [];
        return [
          setting.place([written, 'sample'], 'value', {
            what: 'only distinct values can be sampled',
            seen: sample,
            expected: 'leave sample out, or name a value_count correlation',
          }),
        ];
      });
    case 'allow':
      return setting.value.flatMap(({ rules: named = [] }, at) =>
        named.flatMap((written, index) => unknownRule([at, 'rules', index], 'value', written)),
      );
    case 'budgets':
      return Object.keys(setting.value.rules).flatMap((written) =>
        unknownRule(['rules', written], 'key', written),
      );
    case 'redact':
      return setting.value.flatMap((pattern, at) => {
        const reason = regex === undefined ? undefined : refusal(pattern, regex);
        return reason === undefined
          ? []
          : [
              setting.place([at], 'value', {
                what: `the pattern cannot run: ${reason}`,
                seen: pattern,
                expected: 'write a pattern of RE2 (no look-around, no back-references)',
              }),
            ];
      });
    default:
      return [];
  }
}

function refusal(pattern: string, regex: RegexEngine): string | undefined {
  try {
    regex.compile(pattern, { ignoreCase: false, multiline: false, dotAll: false });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
