import type { Bundle, BundleConfiguration } from '../bundle.js';
import { BUNDLE_MAX_CHARACTERS, isWithinSize } from '../bundle-size.js';
import { Fault } from '../fault.js';
import type { Clock } from '../ports/clock.js';
import type { FindingStore } from '../ports/finding-store.js';
import type { StoredParameter } from '../ports/parameter-store.js';
import type { StateStore } from '../ports/state-store.js';
import type { TrailStore } from '../ports/trail-store.js';
import type { RuleProblem } from '../sigma/parse/rule-problem.js';
import type { ShippedRules } from '../sigma/rule-pack.js';
import {
  type ConfigurationSources,
  type ConfigurationTools,
  compileConfiguration,
} from './compile-configuration.js';
import { configurationChanges } from './configuration-changes.js';
import { keepFindings } from './keep-findings.js';
import { readableParameters } from './readable-parameters.js';

export interface ConfigurePorts {
  /** All parameters as they are now. */
  readonly parameters: () => Promise<readonly StoredParameter[]>;
  readonly state: Pick<StateStore, 'bundle' | 'bundleVersion' | 'publishBundle' | 'lifeCycle'>;
  readonly findings: Pick<FindingStore, 'putConfigurationFinding' | 'configurationFindings'>;
  readonly trail: Pick<TrailStore, 'record'>;
  readonly shipped: Pick<ShippedRules, 'packs' | 'rules'>;
  /** What is in force while no bundle has been published. */
  readonly shippedBundle: () => Bundle;
  readonly toBundle: (content: Omit<Bundle, 'version'>) => Bundle;
  readonly tools: ConfigurationTools;
  readonly clock: Clock;
}

export interface ConfigureReport {
  readonly bundle: Bundle;
  /** `false`: what is in force says the same already. */
  readonly published: boolean;
  readonly problems: readonly RuleProblem[];
}

const ATTEMPTS = 5;

/**
 * Compiles the configuration and puts it into the bundle, leaving what others publish in it (feeds, routes, templates,
 * shards) as it is. The bundle is read before the parameters, and published only if it is still the same: so of two runs at
 * once, the one that saw older parameters starts again. Changes are in the trail before they are in force.
 */
export async function configure(ports: ConfigurePorts): Promise<ConfigureReport> {
  const { state, clock } = ports;
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const { bundle: published, version: replaces } = await readPublished(state);
    const [stored, lifeCycle] = await Promise.all([ports.parameters(), state.lifeCycle()]);
    const { parameters, problems: unread } = readableParameters(stored);
    const current = published ?? ports.shippedBundle();
    const compiled = compileInto(current, { parameters, lifeCycle }, ports);
    const { bundle } = compiled;
    const problems = [...unread, ...compiled.problems];
    const isNew = bundle.version !== published?.version && compiled.isWithinSize;
    if (isNew) {
      const before = published?.configuration ?? NOTHING;
      for (const event of configurationChanges(before, bundle, {
        digest: ports.tools.digest,
        atMs: clock.nowMs(),
      }))
        await ports.trail.record(event);
      if (!(await state.publishBundle(bundle, replaces))) continue;
    }
    const accepted = new Set(bundle.configuration?.accepted.map(({ name }) => name));
    // What is too large is told of the configuration as a whole: the bundle before it stays in force.
    accepted.add(WHOLE);
    await keepFindings(ports.findings, {
      problems,
      accepted,
      configured: bundle.configuration?.configured ?? [],
      digest: ports.tools.digest,
      nowMs: clock.nowMs(),
    });
    return { bundle, published: isNew, problems };
  }
  throw new Fault('store.failed', { operation: 'publish configuration', attempts: ATTEMPTS });
}

/** The bundle with this configuration in the place of the one it has; as it was, with a problem, where that would be too large. */
export function compileInto(
  current: Bundle,
  { parameters, lifeCycle }: Pick<ConfigurationSources, 'parameters' | 'lifeCycle'>,
  { shipped, tools, toBundle }: Pick<ConfigurePorts, 'shipped' | 'tools' | 'toBundle'>,
): { readonly bundle: Bundle; readonly problems: readonly RuleProblem[]; readonly isWithinSize: boolean } {
  const { parts, problems } = compileConfiguration(
    { parameters, shipped, lifeCycle, previous: current.configuration },
    tools,
  );
  // From now on the rules are the configuration's, also those that are shipped: the mark for a mere copy goes.
  const { shippedRules: _, ...others } = current;
  if (isWithinSize({ ...others, ...parts }))
    return { bundle: toBundle({ ...others, ...parts }), problems, isWithinSize: true };
  const tooLarge: RuleProblem = {
    file: WHOLE,
    line: 1,
    column: 1,
    what: `all rules and settings together are more than ${BUNDLE_MAX_CHARACTERS} characters once compiled`,
    seen: `${parameters.length} parameters`,
    expected: 'write fewer or smaller rules; until then the configuration before this one stays in force',
  };
  return { bundle: current, problems: [...problems, tooLarge], isWithinSize: false };
}

/** A bundle that is there and cannot be read counts as none, so that this run puts one in its place that can. */
async function readPublished(
  state: Pick<StateStore, 'bundle' | 'bundleVersion'>,
): Promise<{ readonly bundle: Bundle | undefined; readonly version: string | undefined }> {
  try {
    const bundle = await state.bundle();
    return { bundle, version: bundle?.version };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'store.corrupt') throw error;
    return { bundle: undefined, version: await state.bundleVersion() };
  }
}

/** What findings about no single parameter are about. */
const WHOLE = 'the configuration';

const NOTHING: BundleConfiguration = { packs: [], configured: [], drafts: [], accepted: [] };
