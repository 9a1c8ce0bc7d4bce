import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { bundleFunction } from './bundle-function.js';

/** The functions, by the folder each lives in. */
export type FunctionFolder =
  | 'compile'
  | 'control-plane'
  | 'ingest'
  | 'learn'
  | 'minutes'
  | 'notify'
  | 'subscribe';

/**
 * A function's code: one ES module, and further chunks for what is imported only when needed (RE2), so that a start pays
 * for nothing it does not use. From source it is bundled here, by esbuild in this process; in the published package it
 * lies bundled beside this file. `NodejsFunction` cannot do either: it knows a single output file, and looks for
 * the source below the user's own lock file.
 */
export function functionCode(folder: FunctionFolder): Code {
  const home = fileURLToPath(new URL(`../lambdas/${folder}`, import.meta.url));
  if (existsSync(join(home, 'index.mjs'))) return Code.fromAsset(home);
  const entry = join(home, 'index.ts');
  return Code.fromAsset(home, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: the local bundling below always succeeds or throws.
      image: DockerImage.fromRegistry('local-bundling-only'),
      local: {
        tryBundle(outputFolder) {
          bundleFunction(entry, outputFolder);
          return true;
        },
      },
    },
  });
}
