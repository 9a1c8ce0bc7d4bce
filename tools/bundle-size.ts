import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * Prints what each function loads when it starts and what it may load later, as the CDK bundled it, and fails when one
 * is over its budget. Usage: tsx tools/bundle-size.ts [cdk.out]
 */
/** What each function may load at its start; the others have none of their own. The compiler carries YAML, RE2 and two clients. */
const BUDGET_BYTES: Readonly<Record<string, number>> = { ingest: 650_000, compile: 1_200_000 };
const OUT = process.argv[2] ?? 'cdk.out';

interface BundleSize {
  readonly name: string;
  readonly startBytes: number;
  readonly startGzipBytes: number;
  /** Chunks that only a dynamic import loads. */
  readonly lazyBytes: number;
}

function bundles(folder: string): readonly BundleSize[] {
  if (!existsSync(folder)) fail(`${folder} does not exist: run the synthesis first`);
  const assets = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.mjs')));
  return assets.map((asset) => measure(join(folder, asset)));
}

function measure(folder: string): BundleSize {
  const start = new Set<string>();
  collectStatic(folder, 'index.mjs', start);
  const all = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  const bytes = (names: Iterable<string>) => [...names].map((name) => statSync(join(folder, name)).size);
  const sum = (sizes: readonly number[]) => sizes.reduce((total, size) => total + size, 0);
  const gzip = [...start].map((name) => gzipSync(readFileSync(join(folder, name))).length);
  const startBytes = sum(bytes(start));
  return {
    name: functionName(folder),
    startBytes,
    startGzipBytes: sum(gzip),
    lazyBytes: sum(bytes(all)) - startBytes,
  };
}

/** Follows the imports that run before the handler does; `import(…)` does not. */
function collectStatic(folder: string, name: string, seen: Set<string>): void {
  if (seen.has(name)) return;
  seen.add(name);
  const text = readFileSync(join(folder, name), 'utf8');
  for (const [, chunk] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.mjs)"/g)) {
    if (chunk !== undefined) collectStatic(folder, chunk, seen);
  }
}

/** The source map of the entry ends in the function's own file. */
function functionName(folder: string): string {
  const map = readFileSync(join(folder, 'index.mjs.map'), 'utf8');
  return /lambdas\/([a-z-]+)\/index\.ts/.exec(map)?.[1] ?? 'unknown';
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const sizes = bundles(OUT);
const kilobytes = (count: number) => `${(count / 1000).toFixed(0)} KB`;
for (const { name, startBytes, startGzipBytes, lazyBytes } of sizes) {
  const later = lazyBytes === 0 ? '' : `, ${kilobytes(lazyBytes)} only when needed`;
  console.log(`${name}: ${kilobytes(startBytes)} at start (${kilobytes(startGzipBytes)} gzip)${later}`);
}
for (const [name, budgetBytes] of Object.entries(BUDGET_BYTES)) {
  const bundle = sizes.find((size) => size.name === name);
  if (bundle === undefined) fail(`no bundle of ${name} was found`);
  if (bundle.startBytes > budgetBytes)
    fail(`${name} is over its budget: ${kilobytes(bundle.startBytes)} of ${kilobytes(budgetBytes)}`);
}
