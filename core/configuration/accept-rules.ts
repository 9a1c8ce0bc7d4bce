import { unsupportedCorrelations } from '../alerts/unsupported-correlations.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import { type ParsedRules, type ParseOptions, parseRules } from '../sigma/parse-rules.js';
import type { Parameter } from './parameter.js';
import { closure } from './rules-to-run.js';

export interface AcceptedRules extends Pick<ParsedRules, 'written' | 'filters' | 'fileOf'> {
  /** The texts that the rules come from: the current ones, or the last good ones. */
  readonly accepted: readonly Parameter[];
  /** What is wrong with current texts. */
  readonly problems: readonly RuleProblem[];
}

/** Each trial parses everything once more: with more broken parameters than this, only the first are tried on their own. */
const TRIALS_MAX = 10;

/**
 * Parses the rules of all parameters. One with a problem gives way to its last good text, or where there is none (or that
 * does not fit the others any more) to nothing; all others stay. A rule refers to rules of other parameters, so one broken
 * parameter makes others look broken too: those are tried again once it has given way.
 */
export function acceptRules(
  parameters: readonly Parameter[],
  lastGood: ReadonlyMap<string, string>,
  options: ParseOptions,
): AcceptedRules {
  const parse = (some: ReadonlyMap<string, string>) => parseTexts(some, lastGood, options);
  let texts = new Map(parameters.map(({ name, text }) => [name, text]));
  const written = new Map(texts);
  const wrong = new Map<string, readonly RuleProblem[]>();
  let parsed = parse(texts);
  while (parsed.problems.length > 0) {
    for (const name of new Set(parsed.problems.map(({ file }) => file))) {
      const problems = parsed.problems.filter(({ file }) => file === name);
      if (!wrong.has(name)) wrong.set(name, problems);
      const before = lastGood.get(name);
      const isCurrent = texts.get(name) === written.get(name);
      if (isCurrent && before !== undefined && before !== written.get(name)) texts.set(name, before);
      else texts.delete(name);
    }
    parsed = parse(texts);
  }
  for (const name of [...wrong.keys()].slice(0, TRIALS_MAX)) {
    const trial = inOrder(written, new Map(texts).set(name, written.get(name) ?? ''));
    const tried = parse(trial);
    if (tried.problems.length > 0) continue;
    texts = trial;
    parsed = tried;
    wrong.delete(name);
  }
  return {
    written: parsed.written,
    filters: parsed.filters,
    fileOf: parsed.fileOf,
    accepted: [...texts].map(([name, text]) => ({ name, text })),
    problems: [...wrong.values()].flat(),
  };
}

function parseTexts(
  texts: ReadonlyMap<string, string>,
  lastGood: ReadonlyMap<string, string>,
  options: ParseOptions,
): ParsedRules {
  const parsed = parseRules(
    [...texts].map(([name, text]) => ({ name, text })),
    {
      ...options,
      settled: new Set([...texts.keys()].filter((name) => lastGood.get(name) === texts.get(name))),
    },
  );
  return { ...parsed, problems: [...parsed.problems, ...unsupported(parsed, options)] };
}

/** Own and shipped rules together: an own rule may take the place of one that a shipped correlation counts by. */
function unsupported({ written, fileOf }: ParsedRules, { known }: ParseOptions): readonly RuleProblem[] {
  const all = [...(known?.rules.filter(({ id }) => !fileOf.has(id)) ?? []), ...written];
  const byId = new Map(all.map((rule) => [rule.id, rule]));
  return unsupportedCorrelations(all).flatMap(({ ruleId, reason }): readonly RuleProblem[] => {
    const isOwn = fileOf.has(ruleId);
    const ids = isOwn ? [ruleId] : [...closure(byId, [ruleId])];
    const files = new Set(ids.flatMap((id) => fileOf.get(id) ?? []));
    const what = isOwn ? reason : `with its rules in place, the shipped one cannot be judged: ${reason}`;
    const expected = 'write a correlation that can be judged';
    return [...files].map((file) => ({ file, line: 1, column: 1, what, seen: ruleId, expected }));
  });
}

/** A text that comes back goes where it was: the order decides which of two rules with one id is the first. */
function inOrder(
  written: ReadonlyMap<string, string>,
  texts: ReadonlyMap<string, string>,
): Map<string, string> {
  return new Map(
    [...written.keys()].flatMap((name) => {
      const text = texts.get(name);
      return text === undefined ? [] : [[name, text] as const];
    }),
  );
}
