import { existsSync } from 'node:fs';
import type { BacktestInput } from '../../core/backtest/backtest.js';
import { rulesOfBundle, untestable } from '../../core/backtest/rules-under-test.js';
import type { Version } from '../../core/backtest/version-run.js';
import type { Bundle } from '../../core/bundle.js';
import { findRules, type ListedRule } from '../../core/configuration/list-rules.js';
import { RULES_PREFIX } from '../../core/configuration/parameter.js';
import { raisesAlerts } from '../../core/configuration/rules-to-run.js';
import { printable, UsageError } from '../cli-io.js';
import { compiler } from './installation.js';
import { readRuleFiles } from './read-rules.js';
import { theRule } from './show.js';

/** Rules to try, as the bundle would have them, and what they are compared with. */
export interface Trial extends Pick<BacktestInput, 'tested' | 'compared'> {
  readonly after: Bundle;
  /** Rules that were named and cannot be backtested. */
  readonly skipped: readonly { readonly id: string; readonly title: string; readonly reason: string }[];
}

/**
 * What is to be tried of what was named: files and folders of rules as if they had been pushed, else rules of the bundle by
 * id, its beginning, name, or beginning of the title. Throws `UsageError` with every problem of the files.
 */
export async function trialOf(names: readonly string[], now: Bundle): Promise<Trial> {
  const { CONFIGURE_PARTS, compileInto, describeProblem } = await compiler();
  const paths = names.filter((name) => existsSync(name));
  const files = paths.length === 0 ? [] : await readRuleFiles(paths);
  const written = files.map(({ name, text }) => ({ name: `${RULES_PREFIX}${name}`, text }));
  const fileNames = new Set(written.map(({ name }) => name));

  const accepted = now.configuration?.accepted ?? [];
  const compileWith = (parameters: typeof accepted) =>
    compileInto({ ...now, configuration: EMPTY }, { parameters, lifeCycle: [] }, CONFIGURE_PARTS);
  const idsOf = ({ configuration }: Bundle, origins: ReadonlySet<string>): readonly string[] =>
    (configuration?.configured ?? []).flatMap(({ id, origin }) =>
      origin.kind === 'parameter' && origins.has(origin.name) ? [id] : [],
    );

  const alone = idsOf(compileWith([...settingsOf(accepted), ...written]).bundle, fileNames);
  // Of two parameters with one id only one is in force: the file is to be it.
  const replaced = new Set(
    (now.configuration?.configured ?? []).flatMap(({ id, origin }) =>
      origin.kind === 'parameter' && alone.includes(id) ? [origin.name] : [],
    ),
  );
  const { bundle: compiled, problems } = compileWith([
    ...accepted.filter(({ name }) => !replaced.has(name)),
    ...written,
  ]);
  const own = problems.filter(({ file }) => fileNames.has(file));
  if (own.length > 0)
    throw new UsageError(
      own
        .map((problem) => describeProblem({ ...problem, file: problem.file.slice(RULES_PREFIX.length) }))
        .map(printable)
        .join('\n  '),
    );
  const after = written.length === 0 ? now : compiled;
  const fromFiles = idsOf(after, fileNames);
  const known = names.filter((name) => !paths.includes(name)).map((name) => theNamedRule(now, name));
  const ids = [...new Set([...fromFiles, ...known])];
  if (ids.length === 0)
    throw new UsageError(`${names.join(', ')}: no rule of it raises alerts by itself; name one that does`);

  const before = compileWith(withoutOverrides(now, after, ids)).bundle;
  return { ...versionsOf(before, after, ids), after };
}

/** The two versions of these rules, those left out that cannot be tried. */
export function versionsOf(
  before: Bundle,
  after: Bundle,
  ids: readonly string[],
): Pick<Trial, 'tested' | 'compared' | 'skipped'> {
  const [older, newer] = [rulesOfBundle(before), rulesOfBundle(after)];
  const reasons = new Map(ids.map((id) => [id, untestable(newer, id)]));
  const testable = ids.filter((id) => reasons.get(id) === undefined);
  const differing = testable.filter((id) => {
    const was = older.get(id);
    return (
      was !== undefined &&
      was.contentHash !== newer.get(id)?.contentHash &&
      untestable(older, id) === undefined
    );
  });
  const compared: Version | undefined = differing.length === 0 ? undefined : { rules: older, ids: differing };
  return {
    tested: { rules: newer, ids: testable },
    compared,
    skipped: ids.flatMap((id) => {
      const reason = reasons.get(id);
      return reason === undefined ? [] : [{ id, title: newer.get(id)?.title ?? id, reason }];
    }),
  };
}

const EMPTY: NonNullable<Bundle['configuration']> = { packs: [], configured: [], drafts: [], accepted: [] };

function settingsOf(accepted: NonNullable<Bundle['configuration']>['accepted']) {
  return accepted.filter(({ name }) => !name.startsWith(RULES_PREFIX));
}

/** A rule that stands in a pack's place, and is tried as it is in force, is compared with the pack's. */
function withoutOverrides(now: Bundle, after: Bundle, ids: readonly string[]) {
  const hashes = new Map(
    (after.configuration?.configured ?? []).map((entry) => [entry.id, entry.contentHash]),
  );
  const overriding = new Set(
    (now.configuration?.configured ?? []).flatMap(({ id, contentHash, origin }) =>
      origin.kind === 'parameter' && ids.includes(id) && hashes.get(id) === contentHash ? [origin.name] : [],
    ),
  );
  return (now.configuration?.accepted ?? []).filter(({ name }) => !overriding.has(name));
}

function theNamedRule(now: Bundle, wanted: string): string {
  const listed = [...rulesOfBundle(now).values()].map(
    (rule): ListedRule => ({ rule, state: 'draft', origin: undefined }),
  );
  if (findRules(listed, wanted).length > 0) return theRule(listed, wanted).rule.id;
  const start = wanted.toLowerCase();
  const byTitle = listed.filter(
    ({ rule }) => raisesAlerts(rule) && rule.title.toLowerCase().startsWith(start),
  );
  const [first] = byTitle;
  if (byTitle.length > 1)
    throw new UsageError(
      `${byTitle.length} rules have a title that begins with ${JSON.stringify(wanted)}: ${byTitle
        .slice(0, 5)
        .map(({ rule }) => rule.title)
        .join('; ')}`,
    );
  if (first === undefined)
    throw new UsageError(
      `${JSON.stringify(wanted)} is no file, and no rule has that id, name or title; gatewarden rules list --all shows them`,
    );
  return first.rule.id;
}
