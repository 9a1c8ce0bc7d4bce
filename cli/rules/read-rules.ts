import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import type { RegexEngine } from '../../core/ports/regex-engine.js';
import type { KnownRules } from '../../core/sigma/parse/known-rules.js';
import type { AcceptedLogSources } from '../../core/sigma/parse/parse-log-source.js';
import type { Placeholders } from '../../core/sigma/parse/placeholders.js';
import type { ParsedRules, RuleFile } from '../../core/sigma/parse-rules.js';
import { UsageError } from '../cli-io.js';
import { listFiles } from '../list-files.js';

export interface ReadRules extends ParsedRules {
  readonly files: readonly RuleFile[];
  readonly regex: RegexEngine;
  readonly placeholders: Placeholders;
}

export interface ReadOptions {
  readonly logSources: AcceptedLogSources;
  /** A JSON file; `undefined`: there are no placeholders. */
  readonly placeholders: string | undefined;
  /** What the files may refer to beside each other. */
  readonly known?: KnownRules;
}

/**
 * Parses all rule files named, and those below each folder named: `.yml` and `.yaml`, but for packs and the calls beside a
 * rule. Throws `UsageError` where nothing can be read; what is wrong with a rule is among the problems.
 */
export async function readRules(names: readonly string[], options: ReadOptions): Promise<ReadRules> {
  const [{ parseRules }, { re2Engine }, placeholders, files] = await Promise.all([
    // Parsing YAML and regular expressions are loaded only here: no other command starts slower for them.
    import('../../core/sigma/parse-rules.js'),
    import('../../adapters/regex/re2-engine.js'),
    readPlaceholders(options.placeholders),
    readRuleFiles(names),
  ]);
  const { logSources, known } = options;
  const parsed = parseRules(files, { digest: nodeDigest, regex: re2Engine, logSources, placeholders, known });
  return { ...parsed, files, regex: re2Engine, placeholders };
}

/** The texts of all rule files named, and of those below each folder named. Throws `UsageError`. */
export async function readRuleFiles(names: readonly string[]): Promise<readonly RuleFile[]> {
  const { files, problems } = await listFiles(names, 'a rule file (.yml or .yaml), or a folder of them');
  if (problems.length > 0) throw new UsageError(problems.join('\n  '));
  const paths = files.map(({ path }) => path).filter((path) => names.includes(path) || isRuleFile(path));
  if (paths.length === 0)
    throw new UsageError(`${names.join(', ')}: no rule files; rules are .yml or .yaml files`);
  const read: RuleFile[] = [];
  for (const path of paths) read.push({ name: path, text: (await readText(path)).replace(/^\ufeff/, '') });
  return read;
}

function isRuleFile(path: string): boolean {
  return /\.ya?ml$/i.test(path) && !/\.(calls|pack)\.ya?ml$/i.test(path);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(`${path} cannot be read (${code})`);
  }
}

const placeholderFile = v.record(v.string(), v.array(v.union([v.string(), v.number()])));

async function readPlaceholders(path: string | undefined): Promise<Placeholders> {
  if (path === undefined) return {};
  const text = await readText(path);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`--placeholders ${path}: not JSON; write {"Servers": ["srv*", "db1"]}`);
  }
  const decoded = v.safeParse(placeholderFile, json);
  if (decoded.success) return decoded.output;
  const places = decoded.issues.map((issue) => `${v.getDotPath(issue) ?? 'file'}: ${issue.message}`);
  throw new UsageError(
    `--placeholders ${path}: ${places.join('\n  ')}\n  write {"Servers": ["srv*", "db1"]}`,
  );
}
