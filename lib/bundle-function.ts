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
    minify: true,
    sourcemap: 'linked',
    // Positions are enough to read a stack; the source itself lies in the repository.
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
  });
}
