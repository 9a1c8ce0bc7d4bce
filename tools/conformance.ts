import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/**
 * `npm run conformance -- --data DIR`: every run of test/conformance over a folder of real inputs that the project does not ship
 * (`access-logs/`, `execution-logs/`, `lambda-events/`, `sigma/`). Without the folder nothing was run, and it says so.
 */
const { values } = parseArgs({ options: { data: { type: 'string' } } });
const data = values.data;
if (data === undefined || !existsSync(data)) {
  console.log('conformance: not run');
} else {
  const runs = readdirSync('test/conformance').filter((name) => name.endsWith('.ts'));
  if (runs.length === 0) throw new Error('test/conformance holds no run');
  for (const run of runs) {
    console.log(`conformance: ${run}`);
    const done = spawnSync('npx', ['tsx', `test/conformance/${run}`, '--data', data], { stdio: 'inherit' });
    if (done.status !== 0) process.exitCode = 1;
  }
}
