import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * `npm run test:package`: packs the package, installs the tarball into an empty project, and uses it as a stranger would:
 * the CLI's help, a small demo, and an app of its own that holds the construct, type-checked and synthesized.
 */
const FUNCTIONS = readdirSync('lambdas').length;
const APP = `import { App, Stack } from 'aws-cdk-lib';
import { Gatewarden } from 'gatewarden';

const app = new App();
const env = { account: '123456789012', region: 'eu-west-1' };
const stack = new Stack(app, 'Mine', { env });
const gatewarden = new Gatewarden(stack, 'Gatewarden', {
  logGroups: [{ prefix: '/aws/vendedlogs/apigateway/' }],
});
stack.exportValue(gatewarden.alerts.topicArn);
app.synth();
`;
const TSCONFIG = {
  compilerOptions: {
    module: 'NodeNext',
    target: 'ES2022',
    types: [],
    strict: true,
    skipLibCheck: true,
    outDir: 'out',
  },
  files: ['app.ts'],
};

const home = mkdtempSync(join(tmpdir(), 'gatewarden-package-'));
try {
  const tarball = run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', home]).trim();
  writeFileSync(join(home, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  install(join(home, tarball));
  if (existsSync(join(home, 'node_modules/aws-cdk-lib'))) fail('the CLI alone brings the CDK along');
  useCli();
  install(`aws-cdk-lib@${pinned('aws-cdk-lib')}`, `constructs@${pinned('constructs')}`);
  useConstruct();
} finally {
  rmSync(home, { recursive: true, force: true });
}

function useCli(): void {
  const help = run('npx', ['--no-install', 'gatewarden', '--help'], home);
  if (!help.includes('ingest')) fail('the help does not name the commands');
  const small = ['--calls', '5000', '--days', '0.5', '--json'];
  const demo: unknown = JSON.parse(run('npx', ['--no-install', 'gatewarden', 'demo', ...small], home));
  if (typeof demo !== 'object' || demo === null || !('inventory' in demo)) fail('the demo says nothing');
  console.log('package: help and demo run from the installed tarball');
}

function useConstruct(): void {
  writeFileSync(join(home, 'app.ts'), APP);
  writeFileSync(join(home, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  const tsc = join(process.cwd(), 'node_modules/typescript/bin/tsc');
  run(process.execPath, [tsc, '-p', home]);
  run(process.execPath, [join(home, 'out/app.js')], home, { CDK_OUTDIR: join(home, 'cdk.out') });
  const assets = readdirSync(join(home, 'cdk.out')).filter((name) =>
    existsSync(join(home, 'cdk.out', name, 'index.mjs')),
  );
  if (assets.length !== FUNCTIONS) fail(`${assets.length} of ${FUNCTIONS} functions were found bundled`);
  console.log(`package: an app with the construct is typed and synthesized, with ${assets.length} functions`);
}

function install(...packages: readonly string[]): void {
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages], home);
}

function pinned(name: string): string {
  const { devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return devDependencies[name] ?? fail(`${name} is not in package.json`);
}

function run(
  command: string,
  args: readonly string[],
  cwd = '.',
  env: Readonly<Record<string, string>> = {},
): string {
  const done = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (done.status !== 0) fail(`${command} ${args.join(' ')} ended with ${done.status}\n${done.stdout}`);
  return done.stdout;
}

function fail(message: string): never {
  throw new Error(message);
}
