import { spawnSync } from 'node:child_process';

/** `npm run test:full`: what `npm test` and `npm run bench` do at a smaller size, at full size; takes the better part of an hour. */
const STEPS: readonly {
  readonly title: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}[] = [
  {
    title: 'fault tests, 200 runs',
    args: ['vitest', 'run', 'test/integration/faults.test.ts'],
    env: { GATEWARDEN_FAULT_RUNS: '200' },
  },
  {
    title: 'correlations against their reference, 300 runs',
    args: ['vitest', 'run', 'test/unit/core/alerts/correlations.test.ts'],
    env: { GATEWARDEN_CORRELATION_RUNS: '300' },
  },
  {
    title: 'benchmarks and memory, full size',
    args: ['tsx', 'tools/bench.ts'],
    env: { GATEWARDEN_BENCH_SCALE: '1' },
  },
  {
    title: 'detection on five seeds drawn now',
    args: ['tsx', 'tools/score-demo.ts', '--seeds', '5'],
    env: {},
  },
];

for (const { title, args, env } of STEPS) {
  console.log(`\n== ${title}`);
  const done = spawnSync('npx', [...args], { stdio: 'inherit', env: { ...process.env, ...env } });
  if (done.status !== 0) process.exitCode = 1;
}
