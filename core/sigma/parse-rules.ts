import { isMap, LineCounter, parseAllDocuments } from 'yaml';
import type { Digest } from '../ports/digest.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import { LOG_SOURCES, logSourceOf } from './log-sources.js';
import { linkRules, type RuleDraft } from './parse/link-rules.js';
import { nearestName } from './parse/nearest-name.js';
import { parseCorrelation } from './parse/parse-correlation.js';
import { parseDetection } from './parse/parse-detection.js';
import { type Entries, parseMeta } from './parse/parse-meta.js';
import { ProblemReporter, type RuleProblem } from './parse/rule-problem.js';
import { mapEntries, textOf } from './parse/yaml-map.js';
import type { RuleSource } from './rule-source.js';

export type { RuleProblem } from './parse/rule-problem.js';
export { describeProblem } from './parse/rule-problem.js';

export interface RuleFile {
  /** As it should appear in problems. */
  readonly name: string;
  readonly text: string;
}

export interface ParseOptions {
  readonly digest: Digest;
  /** With an engine, `re` patterns are tried at once and a wrong one is reported with its place. */
  readonly regex?: RegexEngine | undefined;
}

export interface ParsedRules {
  /** In the order of the files; a rule with a problem is not among them. */
  readonly rules: readonly RuleSource[];
  readonly problems: readonly RuleProblem[];
}

// Sigma rules are a few kilobytes; a limit keeps a mistaken path (a log, an archive) from being parsed for minutes.
const MAX_CHARACTERS = 1_000_000;

/**
 * Parses Sigma rules and correlations (specification 2.1, the subset of docs/rules.md), several documents a file. All
 * problems of all files are reported together; what is not supported is a problem, never ignored.
 */
export function parseRules(files: readonly RuleFile[], options: ParseOptions): ParsedRules {
  const reporters: ProblemReporter[] = [];
  const drafts = files.flatMap((file) => {
    const lines = new LineCounter();
    const reporter = new ProblemReporter(file.name, lines);
    reporters.push(reporter);
    return parseFile(file, lines, reporter, options);
  });
  const unique = withoutDuplicates(drafts);
  const rules = linkRules(unique, options.digest);
  return { rules, problems: reporters.flatMap((reporter) => reporter.problems) };
}

function parseFile(
  file: RuleFile,
  lines: LineCounter,
  reporter: ProblemReporter,
  options: ParseOptions,
): readonly RuleDraft[] {
  if (file.text.length > MAX_CHARACTERS) {
    reporter.report(0, {
      what: 'the file is too large for rules',
      seen: `${file.text.length} characters`,
      expected: `at most ${MAX_CHARACTERS}`,
    });
    return [];
  }
  const documents = readDocuments(file, lines, reporter);
  return documents.flatMap((entries, at) => {
    const fallbackId = documents.length === 1 ? fileStem(file.name) : `${fileStem(file.name)}#${at + 1}`;
    return parseDocument(entries, fallbackId, reporter, options) ?? [];
  });
}

function readDocuments(file: RuleFile, lines: LineCounter, reporter: ProblemReporter): readonly Entries[] {
  let documents: ReturnType<typeof parseAllDocuments>;
  try {
    documents = parseAllDocuments(file.text, { lineCounter: lines, prettyErrors: false });
  } catch (error) {
    // The parser recurses: nesting beyond the stack is a problem of the file like any other.
    if (!(error instanceof RangeError)) throw error;
    reporter.report(0, { what: 'the file is nested too deeply to be read', expected: 'write a Sigma rule' });
    return [];
  }
  if (!Array.isArray(documents) || documents.length === 0) {
    reporter.report(0, { what: 'the file holds no rule', expected: 'write a Sigma rule' });
    return [];
  }
  return documents.flatMap((document) => {
    for (const error of document.errors)
      reporter.report(error.pos[0], {
        what: `not valid YAML: ${error.message}`,
        expected: 'mend the indentation or quoting',
      });
    if (document.errors.length > 0) return [];
    // `---` at the end of a file leaves an empty document behind: nothing was written, nothing is lost.
    if (document.contents === null) return [];
    if (!isMap(document.contents)) {
      reporter.report(document.contents, {
        what: 'the document is not a map',
        expected: 'write title:, logsource:, detection:',
      });
      return [];
    }
    return [new Map(mapEntries(document.contents, reporter).map((entry) => [entry.key, entry] as const))];
  });
}

function parseDocument(
  entries: Entries,
  fallbackId: string,
  reporter: ProblemReporter,
  options: ParseOptions,
): RuleDraft | undefined {
  const before = reporter.problems.length;
  const meta = parseMeta(entries, fallbackId, reporter);
  const correlation = entries.get('correlation');
  const detection = entries.get('detection');
  let body: RuleDraft['body'] | undefined;
  if (correlation !== undefined) {
    const draft = parseCorrelation(correlation, entries, reporter);
    if (draft !== undefined) body = { kind: 'correlation', draft };
  } else if (detection !== undefined) {
    const source = parseLogSource(entries, reporter);
    const condition =
      source === undefined
        ? undefined
        : parseDetection(detection, { source: source.source, reporter, regex: options.regex });
    if (source !== undefined && condition !== undefined)
      body = { kind: 'event', logsource: source.logsource, condition };
  } else {
    const near = [...entries.keys()].find(
      (key) => nearestName(key, ['detection', 'correlation']) !== undefined,
    );
    reporter.report(near === undefined ? [...entries.values()][0]?.keyNode : entries.get(near)?.keyNode, {
      what: entries.has('filter')
        ? 'filters are not supported by this version'
        : "the document has neither 'detection' nor 'correlation'",
      seen: near,
      expected:
        near === undefined
          ? 'write a Sigma rule or correlation'
          : `did you mean '${nearestName(near, ['detection', 'correlation'])}'?`,
    });
  }
  if (body === undefined || reporter.problems.length > before) return undefined;
  return { reporter, meta, idEntry: entries.get('id'), nameEntry: entries.get('name'), body };
}

function parseLogSource(entries: Entries, reporter: ProblemReporter) {
  const section = entries.get('logsource');
  if (section === undefined || !isMap(section.value))
    return reporter.report((section ?? entries.get('detection'))?.keyNode, {
      what: "the rule has no 'logsource' map",
      expected: 'write logsource: { product: aws, service: apigateway }',
    });
  const logsource: Record<string, string> = {};
  for (const entry of mapEntries(section.value, reporter)) {
    const text = textOf(entry, reporter);
    if (text !== undefined) logsource[entry.key] = text;
  }
  const source = logSourceOf(logsource);
  if (source !== undefined) return { source, logsource };
  const known = LOG_SOURCES.map(({ where }) =>
    Object.entries(where)
      .map(([key, value]) => `${key}: ${value}`)
      .join(', '),
  );
  return reporter.report(section.value, {
    what: 'rules of this log source do not run over API calls',
    seen: section.value.toJSON(),
    expected: `supported are ${known.map((text) => `{ ${text} }`).join(', ')}`,
  });
}

/** Ids and names must be unique over all files: later ones are reported and left out. */
function withoutDuplicates(drafts: readonly RuleDraft[]): readonly RuleDraft[] {
  const taken = new Map<string, RuleDraft>();
  return drafts.filter((draft) => {
    for (const [key, entry] of [
      [draft.meta.id, draft.idEntry],
      [draft.meta.name, draft.nameEntry],
    ] as const) {
      if (key === undefined) continue;
      const other = taken.get(key);
      if (other !== undefined && other !== draft) {
        draft.reporter.report(entry?.value ?? 0, {
          what: `'${key}' is taken by the rule '${other.meta.title}'`,
          seen: key,
          expected: 'give each rule an id and a name of its own',
        });
        return false;
      }
      taken.set(key, draft);
    }
    return true;
  });
}

function fileStem(name: string): string {
  return (name.split(/[/\\]/).at(-1) ?? name).replace(/\.ya?ml$/i, '');
}
