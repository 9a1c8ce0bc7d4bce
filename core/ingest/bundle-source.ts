import type { Bundle } from '../bundle.js';
import type { Clock } from '../ports/clock.js';
import type { StateStore } from '../ports/state-store.js';
import type { Telemetry } from '../ports/telemetry.js';
import { type BundleCompiler, type CompiledBundle, compileBundle } from './compiled-bundle.js';

/** How long a container may work with a bundle that has been replaced. */
const RECHECK_MS = 60_000;

export interface BundleSourceOptions {
  readonly state: Pick<StateStore, 'bundle' | 'bundleVersion'>;
  /** What to work with until a bundle is published: the shipped rules. Asked for only then, for they are a third of the code. */
  readonly shipped: () => Promise<Bundle>;
  readonly compiler: BundleCompiler;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

/**
 * The bundle in force, looked up at most once a minute. Fails open, for rules a minute old are better than none: when the
 * look-up fails or a new bundle does not compile, the one in use stays in use, with a log line. Only the very first
 * look-up throws, so that nothing is ever judged by the shipped rules because a table was throttled. In a fresh container a
 * bundle that does not compile is used with the shipped rules; when that does not compile either (redaction patterns), it
 * throws `Fault('bundle.invalid')`: what cannot be redacted is not stored, and the payload comes again.
 */
export function createBundleSource(options: BundleSourceOptions): () => Promise<CompiledBundle> {
  const { state, shipped, compiler, clock, telemetry } = options;
  let current: CompiledBundle | undefined;
  let checkedMs = Number.NEGATIVE_INFINITY;
  let refused: string | undefined;

  async function refresh(used: CompiledBundle): Promise<CompiledBundle> {
    try {
      const version = (await state.bundleVersion()) ?? (await shipped()).version;
      if (version === used.bundle.version || version === refused) return used;
      const next = await withShippedRules(await state.bundle(), shipped);
      refused = next.version;
      const compiled = await compileBundle(next, compiler);
      refused = undefined;
      return compiled;
    } catch (error) {
      telemetry.error('bundle.kept', { version: used.bundle.version, refused }, error);
      return used;
    }
  }

  async function load(): Promise<CompiledBundle> {
    const published = await withShippedRules(await state.bundle(), shipped);
    try {
      return await compileBundle(published, compiler);
    } catch (error) {
      telemetry.error('bundle.shipped', { refused: published.version }, error);
      refused = published.version;
      // Only the rules give way: what is deployed stays known, and nothing is stored without the redaction that was asked for.
      const repaired = await withShippedRules({ ...published, shippedRules: true }, shipped);
      return compileBundle({ ...repaired, version: (await shipped()).version }, compiler);
    }
  }

  return async () => {
    const nowMs = clock.nowMs();
    if (current !== undefined && nowMs - checkedMs < RECHECK_MS) return current;
    current = current === undefined ? await load() : await refresh(current);
    checkedMs = nowMs;
    return current;
  };
}

/** A published copy of shipped rules must not hide the rules that an upgrade brings. */
export async function withShippedRules(
  published: Bundle | undefined,
  shipped: () => Promise<Bundle>,
): Promise<Bundle> {
  if (published !== undefined && published.shippedRules !== true) return published;
  const bundle = await shipped();
  if (published === undefined) return bundle;
  const { rules, shadow = [] } = bundle;
  return { ...published, rules, shadow };
}
