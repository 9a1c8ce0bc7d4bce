import { createBundleSource } from '../../core/ingest/bundle-source.js';
import type { CompiledBundle } from '../../core/ingest/compiled-bundle.js';
import type { Clock } from '../../core/ports/clock.js';
import type { StateStore } from '../../core/ports/state-store.js';
import type { Telemetry } from '../../core/ports/telemetry.js';
import { nodeBundleCompiler } from '../node/node-bundle-compiler.js';

export interface FunctionBundlesOptions {
  readonly state: Pick<StateStore, 'bundle' | 'bundleVersion' | 'secret'>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/** The bundle in force as every function that judges takes it: published, else the shipped rules. */
export function functionBundles(options: FunctionBundlesOptions): () => Promise<CompiledBundle> {
  return createBundleSource({
    ...options,
    // A chunk of its own: once rules are compiled, what is shipped is not needed to start.
    shipped: async () => (await import('../shipped/shipped-bundle.js')).shippedBundle(),
    compiler: nodeBundleCompiler(options.state),
  });
}
