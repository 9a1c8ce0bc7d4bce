import process from 'node:process';
import { run } from '../../cli/program.js';

/**
 * Runs a command line in a process that is killed when it looks at the clock for the so-many-th time: anywhere, also
 * between two writes. Without a kill it prints how often it looked.
 */
const [killAt = '0', nowMs = '0', ...argv] = process.argv.slice(2);
let looks = 0;
let exitCode = 0;

await run(argv, {
  stdin: process.stdin,
  stdout: process.stderr,
  stderr: process.stderr,
  env: process.env,
  nowMs() {
    looks += 1;
    if (looks === Number(killAt)) process.kill(process.pid, 'SIGKILL');
    return Number(nowMs);
  },
  setExitCode: (code) => {
    exitCode = Math.max(exitCode, code);
  },
});
process.stdout.write(`${looks}\n`);
process.exitCode = exitCode;
