import type { ConfigurationSources, ConfigurationTools } from './compile-configuration.js';
import { compileConfiguration } from './compile-configuration.js';
import type { Parameter } from './parameter.js';

/**
 * Titles of the rules in `after` whose content is another than in `before`, by parameter: whatever state they have come
 * to, they start again as drafts. Only their words may change without that.
 */
export function restartedRules(
  before: readonly Parameter[],
  after: readonly Parameter[],
  parts: Restarting,
): ReadonlyMap<string, readonly string[]> {
  const [known, next] = [rulesOf(before, parts), rulesOf(after, parts)];
  const restarted = new Map<string, readonly string[]>();
  for (const [id, { parameter, contentHash, title }] of next) {
    const was = known.get(id);
    if (was !== undefined && was.contentHash !== contentHash)
      restarted.set(parameter, [...(restarted.get(parameter) ?? []), title]);
  }
  return restarted;
}

interface Restarting extends Pick<ConfigurationSources, 'shipped'> {
  readonly tools: ConfigurationTools;
}

function rulesOf(parameters: readonly Parameter[], { shipped, tools }: Restarting) {
  const sources = { parameters, shipped, lifeCycle: [], previous: undefined };
  const { configured, drafts } = compileConfiguration(sources, tools).parts.configuration;
  const titles = new Map(drafts.map(({ id, title }) => [id, title]));
  return new Map(
    configured.flatMap(({ id, contentHash, origin }) =>
      origin.kind === 'parameter'
        ? [[id, { parameter: origin.name, contentHash, title: titles.get(id) ?? id }] as const]
        : [],
    ),
  );
}
