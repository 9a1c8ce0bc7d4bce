import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toVersionedBundle } from '../../core/bundle-version.js';
import { type ConfigurePorts, type ConfigureReport, configure } from '../../core/configuration/configure.js';
import { publishGuard } from '../../core/configuration/publish-guard.js';
import type { Stores } from '../dynamodb/stores.js';
import { nodeDigest } from '../node/node-digest.js';
import { re2Engine } from '../regex/re2-engine.js';
import { shipped, shippedBundle } from '../shipped/shipped-bundle.js';
import { readRuleFolder, writeWhole } from './rule-folder.js';

export interface ConfigureFolderOptions {
  readonly stores: Pick<Stores, 'state' | 'findings' | 'trail'>;
  readonly dataDir: string;
  readonly nowMs: () => number;
}

/** What the compile function does on AWS, with the folder `config` of a data folder in the place of Parameter Store. */
export async function configureFolder({
  stores,
  dataDir,
  nowMs,
}: ConfigureFolderOptions): Promise<ConfigureReport> {
  const report = await configure({
    ...stores,
    ...CONFIGURE_PARTS,
    parameters: async () =>
      (await readRuleFolder(join(dataDir, 'config'))).map((parameter) => ({ ...parameter, type: 'text' })),
    clock: { nowMs },
  });
  // Of a folder without a configuration of its own, no guard was ever told.
  if (existsSync(join(dataDir, 'config')))
    await publishGuard(
      {
        state: stores.state,
        digest: nodeDigest,
        put: (document) => writeWhole(join(dataDir, 'guard-bundle.json'), document),
      },
      report.bundle,
    );
  return report;
}

/** What a compilation in this process always uses. */
export const CONFIGURE_PARTS: Pick<ConfigurePorts, 'shipped' | 'shippedBundle' | 'toBundle' | 'tools'> = {
  shipped,
  shippedBundle,
  toBundle: (content) => toVersionedBundle(content, nodeDigest),
  tools: { digest: nodeDigest, regex: re2Engine },
};
