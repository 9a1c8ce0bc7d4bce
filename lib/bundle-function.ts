import { createRequire } from 'node:module';

/**
 * Writes `index.mjs`, its chunks and source maps. Throws with esbuild's messages when the source does not build.
 * Only a build from source needs esbuild, so it is not asked for before: users of the published package do without.
 */
export function bundleFunction(entry: string, outputFolder: string): void {
  const { buildSync } = createRequire(import.meta.url)('esbuild') as typeof import('esbuild');
  buildSync({
    entryPoints: { index: entry },
    outdir: outputFolder,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    splitting: true,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunk-[name]-[hash]',
    mainFields: ['module', 'main'],
    banner: { js: REQUIRE },
    minify: true,
    sourcemap: 'linked',
    // Positions are enough to read a stack; the source itself lies in the repository.
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
}

/** Packages that are no ES modules (the YAML parser) ask for Node's own modules by `require`, which an ES module has not. */
const REQUIRE =
  "import{createRequire as gatewardenRequire}from'node:module';const require=gatewardenRequire(import.meta.url);";
