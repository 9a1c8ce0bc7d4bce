import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { FULL, fullSteps, runSteps, TINY } from './full-steps.js';

/**
 * `npm run test:full [-- --tiny]`: what `npm test` and `npm run bench` do at a smaller size, at full size; takes the better part of
 * an hour. `--tiny` runs the same parts at the smallest sizes they take.
 */
const { values } = parseArgs({ options: { tiny: { type: 'boolean', default: false } } });

process.exitCode = runSteps(
  fullSteps(values.tiny ? TINY : FULL),
  ({ args, env }) =>
    spawnSync('npx', [...args], { stdio: 'inherit', env: { ...process.env, ...env } }).status,
  console.log,
);
