import { chmodSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

/**
 * Builds what runs without TypeScript: the CLI. Dependencies stay outside the bundle: npm installs them.
 */
rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: { gatewarden: 'bin/gatewarden.ts' },
  outdir: 'dist',
  bundle: true,
  packages: 'external',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  splitting: true,
  sourcemap: true,
  chunkNames: 'chunks/[name]-[hash]',
  logLevel: 'warning',
});
chmodSync('dist/gatewarden.js', 0o755);
