import { unsupportedCorrelations } from '../alerts/unsupported-correlations.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import { type ParsedRules, type ParseOptions, parseRules } from '../sigma/parse-rules.js';
import type { Parameter } from './parameter.js';

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
  let texts = new Map(parameters.map(({ name, text }) => [name, text]));
  const written = new Map(texts);
  const wrong = new Map<string, readonly RuleProblem[]>();
  let parsed = parseTexts(texts, options);
  while (parsed.problems.length > 0) {
    for (const name of new Set(parsed.problems.map(({ file }) => file))) {
      const problems = parsed.problems.filter(({ file }) => file === name);
      if (!wrong.has(name)) wrong.set(name, problems);
      const before = lastGood.get(name);
      const isCurrent = texts.get(name) === written.get(name);
      if (isCurrent && before !== undefined && before !== written.get(name)) texts.set(name, before);
      else texts.delete(name);
    }
    parsed = parseTexts(texts, options);
  }
  for (const name of [...wrong.keys()].slice(0, TRIALS_MAX)) {
    const trial = inOrder(written, new Map(texts).set(name, written.get(name) ?? ''));
    const tried = parseTexts(trial, options);
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

function parseTexts(texts: ReadonlyMap<string, string>, options: ParseOptions): ParsedRules {
  const parsed = parseRules(
    [...texts].map(([name, text]) => ({ name, text })),
    options,
  );
  const known = options.known?.rules.filter(({ id }) => !parsed.fileOf.has(id)) ?? [];
  const unsupported = unsupportedCorrelations([...known, ...parsed.written]).flatMap(
    ({ ruleId, reason }): readonly RuleProblem[] => {
      const file = parsed.fileOf.get(ruleId);
      const expected = 'write a correlation that can be judged';
      return file === undefined ? [] : [{ file, line: 1, column: 1, what: reason, seen: ruleId, expected }];
    },
  );
  return { ...parsed, problems: [...parsed.problems, ...unsupported] };
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
