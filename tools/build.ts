import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { bundleFunction } from '../lib/bundle-function.js';

/**
 * Builds what the package ships and what runs without TypeScript: the CLI, the construct with its types, and the code
 * of each function beside it, where the construct looks for it. A build that fails leaves the last one in place.
 */
const next = mkdtempSync('.dist-');
try {
  await Promise.all([writeTypes(), buildCli(), buildConstruct(), bundleFunctions()]);
  rmSync('dist', { recursive: true, force: true });
  renameSync(next, 'dist');
} finally {
  rmSync(next, { recursive: true, force: true });
}

/** Dependencies stay outside: npm installs them. */
function settings(): BuildOptions {
  return {
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    sourcemap: true,
    logLevel: 'warning',
  };
}

async function buildCli(): Promise<void> {
  await build({
    ...settings(),
    entryPoints: { gatewarden: 'bin/gatewarden.ts' },
    outdir: next,
    splitting: true,
    chunkNames: 'chunks/[name]-[hash]',
  });
  chmodSync(join(next, 'gatewarden.js'), 0o755);
}

async function buildConstruct(): Promise<void> {
  await build({ ...settings(), entryPoints: { index: 'lib/index.ts' }, outdir: join(next, 'lib') });
}

async function bundleFunctions(): Promise<void> {
  for (const name of readdirSync('lambdas'))
    bundleFunction(join('lambdas', name, 'index.ts'), join(next, 'lambdas', name));
}

async function writeTypes(): Promise<void> {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [tsc, '-p', 'lib/tsconfig.build.json', '--outDir', next]);
}
