import { randomBytes } from 'node:crypto';
import type { BundleCompiler } from '../../core/ingest/compiled-bundle.js';
import type { StateStore } from '../../core/ports/state-store.js';
import { nodeCompression } from './node-compression.js';
import { nodeDigest } from './node-digest.js';

/** What compiling a bundle takes, wherever that is done: one installation samples alike everywhere. */
export function nodeBundleCompiler(
  state: Pick<StateStore, 'secret'>,
  /** The key of an installation that has none yet; a demo gives one that is known. */
  freshKey: () => string = () => randomBytes(16).toString('hex'),
): BundleCompiler {
  return {
    compression: nodeCompression,
    digest: nodeDigest,
    // A chunk of its own: half as large as the rest of a function together.
    loadRegex: async () => (await import('../regex/re2-engine.js')).re2Engine,
    samplingKey: () => state.secret('sampling', freshKey()),
  };
}
