import { type ConfigurePorts, configure } from '../../core/configuration/configure.js';
import type { GuardPorts } from '../../core/configuration/publish-guard.js';
import { publishGuard } from '../../core/configuration/publish-guard.js';
import type { Telemetry } from '../../core/ports/telemetry.js';
import { describeProblem } from '../../core/sigma/parse-rules.js';

export interface CompileHandlerDeps {
  readonly ports: ConfigurePorts;
  readonly guard: GuardPorts;
  readonly telemetry: Telemetry;
}

/** What whoever invokes it by hand sees. */
export interface CompileAnswer {
  readonly version: string;
  readonly published: boolean;
  readonly problems: readonly string[];
}

/**
 * Compiles the configuration, whatever woke it: a changed parameter, the schedule or a person. Problems of parameters are no
 * failure of the run: what is good is in force, findings name the rest, and a metric counts it.
 */
export function createCompileHandler(deps: CompileHandlerDeps): (event: unknown) => Promise<CompileAnswer> {
  const { ports, guard, telemetry } = deps;
  return async () => {
    const { bundle, published, problems } = await configure(ports);
    await publishGuard(guard, bundle);
    const described = problems.map(describeProblem);
    for (const problem of described.slice(0, LOGGED_MAX)) telemetry.warn('configuration.broken', { problem });
    const { configuration, rules, shadow = [] } = bundle;
    telemetry.count(
      'compiled',
      { ConfigurationProblems: new Set(problems.map(({ file }) => file)).size },
      {},
      {
        version: bundle.version,
        published,
        rules: rules.length,
        shadow: shadow.length,
        drafts: configuration?.drafts.length ?? 0,
      },
    );
    return { version: bundle.version, published, problems: described };
  };
}

const LOGGED_MAX = 50;
