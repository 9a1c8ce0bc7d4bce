import { isMap, LineCounter, parseAllDocuments } from 'yaml';
import type { Digest } from '../ports/digest.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import { type FilterDraft, filterConditions, parseFilter } from './parse/filters.js';
import { type FilterConditions, foldFilters } from './parse/fold-filters.js';
import { type KnownRules, NOTHING_KNOWN } from './parse/known-rules.js';
import { linkRules, type RuleDraft } from './parse/link-rules.js';
import { nearestName } from './parse/nearest-name.js';
import { TOO_DEEP, tooDeepYaml } from './parse/nesting.js';
import { parseCorrelation } from './parse/parse-correlation.js';
import { parseDetection } from './parse/parse-detection.js';
import { type AcceptedLogSources, parseLogSource } from './parse/parse-log-source.js';
import { type Entries, parseMeta } from './parse/parse-meta.js';
import type { Placeholders } from './parse/placeholders.js';
import { ProblemReporter, type RuleProblem } from './parse/rule-problem.js';
import { resolveAliases } from './parse/yaml-aliases.js';
import { type MapEntry, mapEntries } from './parse/yaml-map.js';
import { yamlRemedy } from './parse/yaml-remedy.js';
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
  /** Default `fed`: rules for events that nobody brings are a problem. */
  readonly logSources?: AcceptedLogSources | undefined;
  /** What `%name%` stands for under `expand`; without them such rules are a problem. */
  readonly placeholders?: Placeholders | undefined;
  /** What correlations and filters may refer to beside the rules of the files. */
  readonly known?: KnownRules | undefined;
  /** Files that were accepted before as they are: of rules with the same id or name, theirs stay. */
  readonly settled?: ReadonlySet<string> | undefined;
}

export interface ParsedRules {
  /** In the order of the files; a rule with a problem is not among them. */
  readonly rules: readonly RuleSource[];
  /** The same rules without what filters make of them. */
  readonly written: readonly RuleSource[];
  /** What filters add, to rules of the files and to known ones. */
  readonly filters: FilterConditions;
  readonly problems: readonly RuleProblem[];
  /** The file that each rule stands in, by rule id. */
  readonly fileOf: ReadonlyMap<string, string>;
}

// Sigma rules are a few kilobytes; a limit keeps a mistaken path (a log, an archive) from being parsed for minutes.
const MAX_CHARACTERS = 1_000_000;

/**
 * Parses Sigma rules, correlations and filters (specification 2.1; docs/rules.md), several documents a file. Filters are
 * folded into the rules they name. All problems of all files are reported together; nothing is ignored.
 */
export function parseRules(files: readonly RuleFile[], options: ParseOptions): ParsedRules {
  const reporters: ProblemReporter[] = [];
  const documents = files.flatMap((file) => {
    const lines = new LineCounter();
    const reporter = new ProblemReporter(file.name, lines);
    reporters.push(reporter);
    return parseFile(file, lines, reporter, options);
  });
  const drafts = documents.flatMap((document) => ('body' in document ? [document] : []));
  const filters = documents.flatMap((document) => ('body' in document ? [] : [document]));
  const { digest, known = NOTHING_KNOWN, logSources: accepted = 'fed', settled = NONE } = options;
  // What keeps state by its id must not get another one for a file that was added.
  const named = accepted === 'any' ? withOwnIds(drafts) : drafts;
  const unique = withoutDuplicates(named, settled);
  const written = linkRules(unique, { digest, accepted, known });
  const fileOf = new Map(unique.map(({ meta, reporter }) => [meta.id, reporter.file] as const));
  const all = [...written, ...known.rules.filter(({ id }) => !fileOf.has(id))];
  const found = filterConditions(all, filters, {
    accepted,
    regex: options.regex,
    placeholders: options.placeholders ?? {},
    absent: known.absent,
  });
  return {
    rules: foldFilters(all, found, digest).slice(0, written.length),
    written,
    filters: found,
    problems: reporters.flatMap((reporter) => reporter.problems),
    fileOf,
  };
}

function parseFile(
  file: RuleFile,
  lines: LineCounter,
  reporter: ProblemReporter,
  options: ParseOptions,
): readonly (RuleDraft | FilterDraft)[] {
  if (file.text.length > MAX_CHARACTERS) {
    reporter.report(0, {
      what: 'the file is too large for rules',
      seen: `${file.text.length} characters`,
      expected: `at most ${MAX_CHARACTERS}`,
    });
    return [];
  }
  const documents = readDocuments(file, lines, reporter);
  // What documents of a collection lack stands in others of it: only the collection itself is worth telling.
  const collection = documents.map((entries) => entries.get('action')).find(isCollection);
  if (collection !== undefined)
    return (
      reporter.report(collection.keyNode, {
        what: "rule collections with 'action' are obsolete",
        seen: collection.value?.toJSON(),
        expected: 'write each rule out in a document of its own',
      }) ?? []
    );
  return documents.flatMap((entries, at) => {
    const fallbackId = documents.length === 1 ? fileStem(file.name) : `${fileStem(file.name)}#${at + 1}`;
    return parseDocument(entries, fallbackId, reporter, options) ?? [];
  });
}

function readDocuments(file: RuleFile, lines: LineCounter, reporter: ProblemReporter): readonly Entries[] {
  const deep = tooDeepYaml(file.text);
  if (deep !== undefined) {
    lines.addNewLine(0);
    for (let at = file.text.indexOf('\n'); at >= 0 && at < deep; at = file.text.indexOf('\n', at + 1))
      lines.addNewLine(at + 1);
    reporter.report(deep, TOO_DEEP);
    return [];
  }
  const documents = parseAllDocuments(file.text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents) || documents.length === 0) {
    reporter.report(0, { what: 'the file holds no rule', expected: 'write a Sigma rule' });
    return [];
  }
  return documents.flatMap((document) => {
    for (const error of document.errors)
      reporter.report(error.pos[0], {
        what: `not valid YAML: ${error.message}`,
        expected: yamlRemedy(error.code, lineAt(file.text, error.pos[0])),
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
    if (!resolveAliases(document, reporter)) return [];
    return [new Map(mapEntries(document.contents, reporter).map((entry) => [entry.key, entry] as const))];
  });
}

function isCollection(action: MapEntry | undefined): action is MapEntry {
  return ['global', 'reset', 'repeat'].includes(String(action?.value?.toJSON()));
}

function lineAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset);
  return text.slice(start, end < 0 ? undefined : end);
}

function parseDocument(
  entries: Entries,
  fallbackId: string,
  reporter: ProblemReporter,
  options: ParseOptions,
): RuleDraft | FilterDraft | undefined {
  const before = reporter.problems.length;
  const meta = parseMeta(entries, fallbackId, reporter);
  const isFilter = entries.has('filter') && !entries.has('detection') && !entries.has('correlation');
  const filter = isFilter ? parseFilter(entries, reporter) : undefined;
  const body = isFilter ? undefined : parseBody(entries, reporter, options);
  if (reporter.problems.length > before) return undefined;
  if (filter !== undefined) return filter;
  return body && { reporter, meta, idEntry: entries.get('id'), nameEntry: entries.get('name'), body };
}

const KINDS = ['detection', 'correlation', 'filter'] as const;

function parseBody(
  entries: Entries,
  reporter: ProblemReporter,
  options: ParseOptions,
): RuleDraft['body'] | undefined {
  const found = KINDS.filter((kind) => entries.has(kind));
  if (found.length > 1)
    return reporter.report(entries.get(found[1] ?? '')?.keyNode, {
      what: `the document has both '${found[0]}' and '${found[1]}'`,
      expected: "write two documents with '---' between them",
    });
  const correlation = entries.get('correlation');
  if (correlation !== undefined) {
    const draft = parseCorrelation(correlation, entries, options.logSources ?? 'fed', reporter);
    return draft && { kind: 'correlation', draft };
  }
  const detection = entries.get('detection');
  if (detection === undefined) return reportKind(entries, reporter);
  const source = parseLogSource(entries, options.logSources ?? 'fed', reporter);
  if (source === undefined) return undefined;
  const { regex, placeholders = {} } = options;
  const condition = parseDetection(detection, { source: source.source, reporter, regex, placeholders });
  return condition && { kind: 'event', logsource: source.logsource, condition };
}

function reportKind(entries: Entries, reporter: ProblemReporter): undefined {
  const near = [...entries.keys()].find((key) => nearestName(key, KINDS) !== undefined);
  return reporter.report(
    near === undefined ? [...entries.values()][0]?.keyNode : entries.get(near)?.keyNode,
    {
      what: "the document has neither 'detection' nor 'correlation' nor 'filter'",
      seen: near,
      expected:
        near === undefined
          ? 'write a Sigma rule, correlation or filter'
          : `did you mean '${nearestName(near, KINDS)}'?`,
    },
  );
}

/** Rules without an id are called after their files; after their folders too, where another rule is called so. */
function withOwnIds(drafts: readonly RuleDraft[]): readonly RuleDraft[] {
  const taken = new Set(drafts.flatMap(({ meta, idEntry }) => (idEntry === undefined ? [] : [meta.id])));
  return drafts.map((draft) => {
    if (draft.idEntry !== undefined) return draft;
    const folders = draft.reporter.file.split(/[/\\]/).slice(0, -1);
    let { id } = draft.meta;
    while (taken.has(id) && folders.length > 0) id = `${folders.pop()}.${id}`;
    taken.add(id);
    return id === draft.meta.id ? draft : { ...draft, meta: { ...draft.meta, id } };
  });
}

const NONE: ReadonlySet<string> = new Set();

/** Ids and names must be unique over all files: later ones, and those that are not settled, are reported and left out. */
function withoutDuplicates(drafts: readonly RuleDraft[], settled: ReadonlySet<string>): readonly RuleDraft[] {
  const taken = new Map<string, RuleDraft>();
  const isSettled = ({ reporter }: RuleDraft) => settled.has(reporter.file);
  const refused = new Set<RuleDraft>();
  for (const draft of [...drafts.filter(isSettled), ...drafts.filter((one) => !isSettled(one))]) {
    const keys = [
      [draft.meta.id, draft.idEntry],
      [draft.meta.name, draft.nameEntry],
    ] as const;
    const clash = keys.find(([key]) => key !== undefined && (taken.get(key) ?? draft) !== draft);
    if (clash === undefined) {
      for (const [key] of keys) if (key !== undefined) taken.set(key, draft);
      continue;
    }
    const [key = '', entry] = clash;
    draft.reporter.report(entry?.value ?? 0, {
      what: `'${key}' is taken by the rule '${taken.get(key)?.meta.title ?? key}'`,
      seen: key,
      expected: 'give each rule an id and a name of its own',
    });
    refused.add(draft);
  }
  return drafts.filter((draft) => !refused.has(draft));
}

function fileStem(name: string): string {
  return (name.split(/[/\\]/).at(-1) ?? name).replace(/\.ya?ml$/i, '');
}
