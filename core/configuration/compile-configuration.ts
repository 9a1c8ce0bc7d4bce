import type { LifeCycleRecord } from '../alerts/life-cycle.js';
import { unsupportedCorrelations } from '../alerts/unsupported-correlations.js';
import type { Bundle, BundleConfiguration, ConfiguredRule, RuleOrigin } from '../bundle.js';
import type { Digest } from '../ports/digest.js';
import type { RegexEngine } from '../ports/regex-engine.js';
import { type NamedRule, readSettings } from '../settings/read-settings.js';
import { type Settings, toBundleSettings } from '../settings/settings.js';
import { foldFilters } from '../sigma/parse/fold-filters.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import type { ShippedRules } from '../sigma/rule-pack.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { acceptRules } from './accept-rules.js';
import { knownRules } from './known-rules.js';
import { byName, type Parameter, RULES_PREFIX, SETTINGS_PREFIX } from './parameter.js';
import { filtersFor, replaceRules, waitingRules } from './replaced-rules.js';
import { type RulesToRun, raisesAlerts, rulesToRun } from './rules-to-run.js';
import { tuneRules } from './tune-rules.js';

export interface ConfigurationSources {
  /** Every text there is now; one that is missing was deleted. */
  readonly parameters: readonly Parameter[];
  readonly shipped: Pick<ShippedRules, 'packs' | 'rules'>;
  readonly lifeCycle: readonly LifeCycleRecord[];
  /** What the bundle in force was compiled from. */
  readonly previous: BundleConfiguration | undefined;
}

export interface ConfigurationTools {
  readonly digest: Digest;
  readonly regex: RegexEngine | undefined;
}

export interface CompiledConfiguration {
  /** The parts of the bundle that the configuration decides. */
  readonly parts: Required<Pick<Bundle, 'rules' | 'shadow' | 'configuration' | 'settings'>>;
  readonly settings: Settings;
  /** By parameter (`file`), line and column; what they name is in force in its last good form, or not at all. */
  readonly problems: readonly RuleProblem[];
}

/**
 * Compiles rules and settings into what the bundle holds of them. Never fails as a whole: a parameter with a problem
 * gives way to its last good text, all others are in force as they are. A pure function of its input, whatever the order of
 * parameters, so that the same configuration always has the same version.
 */
export function compileConfiguration(
  sources: ConfigurationSources,
  tools: ConfigurationTools,
): CompiledConfiguration {
  const { shipped, previous } = sources;
  const parameters = [...sources.parameters].sort(byName);
  const lastGood = new Map((previous?.accepted ?? []).map(({ name, text }) => [name, text]));
  const strangers = parameters.filter(
    ({ name }) => !name.startsWith(RULES_PREFIX) && !name.startsWith(SETTINGS_PREFIX),
  );
  const ruleTexts = parameters.filter(({ name }) => name.startsWith(RULES_PREFIX));

  // Placeholders and packs decide what rules mean, and settings name rules: so settings are read twice, the first time for those.
  const packs = shipped.packs.map(({ name }) => name);
  const early = readSettings(parameters, lastGood, {
    packs,
    rules: shipped.rules.map(toNamed),
    regex: undefined,
  });
  const own = acceptRules(ruleTexts, lastGood, {
    ...tools,
    placeholders: early.settings.placeholders,
    known: knownRules(shipped, (pack) => isOn(pack, early.settings)),
  });
  const known = [...shipped.rules, ...own.written].map(toNamed);
  const read = readSettings(parameters, lastGood, { packs, rules: known, regex: tools.regex });

  const states = startingStates(shipped, sources.lifeCycle);
  const arrange = (rules: readonly RuleSource[], fileOf: ReadonlyMap<string, string>): Arranged => {
    const origins = originsOf(shipped, read.settings, fileOf);
    const configured = rules.flatMap((rule): readonly ConfiguredRule[] => {
      const origin = origins.get(rule.id);
      if (origin === undefined || !raisesAlerts(rule)) return [];
      const { id, contentHash } = rule;
      return [{ id, contentHash, ...states(rule, origin), origin }];
    });
    // The state is kept by the content as written: whoever filters a rule goes on using it.
    const filtered = foldFilters(rules, filtersFor(rules, own), tools.digest);
    const { tuned, problems } = tunedRules(filtered, read.settings, tools.digest);
    return { configured, problems, ...rulesToRun(tuned, configured) };
  };
  const inTheEnd = arrange(replaceRules(shipped.rules, own.written), own.fileOf);
  const waiting = waitingRules(shipped.rules, own.written, inTheEnd.configured);
  const { configured, problems: untuned } = inTheEnd;
  const drafted = new Set(inTheEnd.drafts.map(({ id }) => id));
  const drafts = [
    ...inTheEnd.drafts,
    ...inTheEnd.run.filter(({ id }) => waiting.has(id) && !drafted.has(id)),
  ];
  const { run, shadow } = waiting.size === 0 ? inTheEnd : arrange(...withoutWaiting(waiting));

  function withoutWaiting(ids: ReadonlySet<string>): Parameters<typeof arrange> {
    const settled = own.written.filter(({ id }) => !ids.has(id));
    const fileOf = new Map([...own.fileOf].filter(([id]) => !ids.has(id)));
    return [replaceRules(shipped.rules, settled), fileOf];
  }

  return {
    parts: {
      rules: run,
      shadow,
      settings: toBundleSettings(read.settings),
      configuration: {
        packs: shipped.packs.map(({ name, version }) => ({ name, version, isOn: isOn(name, read.settings) })),
        configured,
        drafts,
        accepted: [...own.accepted, ...read.accepted].sort(byName),
      },
    },
    settings: read.settings,
    problems: [...strangers.map(toProblem), ...own.problems, ...read.problems, ...untuned],
  };
}

interface Arranged extends RulesToRun {
  readonly configured: readonly ConfiguredRule[];
  readonly problems: readonly RuleProblem[];
}

/** Overrides that make a correlation one that cannot be judged give way all together: no bundle at all would be worse. */
function tunedRules(filtered: readonly RuleSource[], settings: Settings, digest: Digest) {
  const tuned = tuneRules(filtered, settings, digest);
  const problems = unsupportedCorrelations(tuned).map(
    ({ ruleId, reason }): RuleProblem => ({
      file: `${SETTINGS_PREFIX}thresholds`,
      line: 1,
      column: 1,
      what: `with these overrides ${reason}`,
      seen: ruleId,
      expected: 'give this rule, or those it refers to, shorter timespans or higher thresholds',
    }),
  );
  if (problems.length === 0) return { tuned, problems };
  return { tuned: tuneRules(filtered, { ...settings, thresholds: {} }, digest), problems };
}

function toNamed(rule: RuleSource): NamedRule {
  const isCorrelation = rule.kind === 'correlation';
  return {
    id: rule.id,
    name: rule.name,
    isCorrelation,
    countsValues: isCorrelation && rule.type === 'value_count',
  };
}

/** Where each rule that may alert comes from; none of a pack that is off. A parameter's rule takes the place of a shipped one. */
function originsOf(
  shipped: ConfigurationSources['shipped'],
  settings: Settings,
  fileOf: ReadonlyMap<string, string>,
): ReadonlyMap<string, RuleOrigin> {
  const origins = new Map<string, RuleOrigin>();
  for (const { name, version, rules } of shipped.packs)
    if (isOn(name, settings))
      for (const { id } of rules) origins.set(id, { kind: 'pack', pack: name, version });
  for (const [id, name] of fileOf) origins.set(id, { kind: 'parameter', name });
  return origins;
}

function isOn(pack: string, { packs }: Settings): boolean {
  return !Object.hasOwn(packs, pack) || packs[pack] !== 'off';
}

/** What was decided of this very content, else what the pack says, else draft. */
function startingStates(shipped: ConfigurationSources['shipped'], lifeCycle: readonly LifeCycleRecord[]) {
  const decided = new Map(lifeCycle.map((record) => [`${record.ruleId} ${record.contentHash}`, record]));
  const inPack = new Map(
    shipped.packs.flatMap(({ rules }) => rules.map(({ id, state }) => [id, state] as const)),
  );
  return ({ id, contentHash }: RuleSource, origin: RuleOrigin): Pick<ConfiguredRule, 'state' | 'demoted'> => {
    const record = decided.get(`${id} ${contentHash}`);
    if (record === undefined)
      return { state: origin.kind === 'pack' ? (inPack.get(id) ?? 'shadow') : 'draft' };
    const { state, reason } = record;
    return { state, ...(reason !== undefined && { demoted: reason }) };
  };
}

function toProblem({ name }: Parameter): RuleProblem {
  return {
    file: name,
    line: 1,
    column: 1,
    what: 'it is neither a rule nor a setting',
    seen: name,
    expected: `name it ${RULES_PREFIX}… or ${SETTINGS_PREFIX}…`,
  };
}
