#!/usr/bin/env node
import process from 'node:process';
import { run } from '../cli/program.js';

let exitCode = 0;

// A reader that has seen enough (`| head`) closes the pipe; that is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(exitCode);
});

await run(process.argv.slice(2), {
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  nowMs: () => Date.now(),
  setExitCode(code) {
    exitCode = Math.max(exitCode, code);
    process.exitCode = exitCode;
  },
});
