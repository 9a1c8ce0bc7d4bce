/** One part of the full-size run, as arguments of `npx`. */
export interface FullStep {
  /** With its size. */
  readonly title: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface FullSizes {
  readonly faultRuns: number;
  readonly correlationRuns: number;
  /** 1 is full size: five million lines for the memory. */
  readonly benchScale: number;
  readonly seeds: number;
  readonly days: number;
  readonly calls: number;
}

export const FULL: FullSizes = {
  faultRuns: 200,
  correlationRuns: 300,
  benchScale: 1,
  seeds: 5,
  days: 2,
  calls: 150_000,
};
/** To see that every part starts and is heard: minutes instead of most of an hour. */
export const TINY: FullSizes = {
  faultRuns: 12,
  correlationRuns: 3,
  benchScale: 0.05,
  seeds: 1,
  days: 0.25,
  calls: 2_000,
};

export function fullSteps(sizes: FullSizes): readonly FullStep[] {
  const { faultRuns, correlationRuns, benchScale, seeds, days, calls } = sizes;
  return [
    {
      title: `fault tests, ${faultRuns} runs a property`,
      args: [
        ...['vitest', 'run', 'test/integration/faults.test.ts'],
        // A property of this test may take some seconds a run.
        ...['--testTimeout', String(60_000 + faultRuns * 10_000)],
      ],
      env: { GATEWARDEN_FAULT_RUNS: String(faultRuns) },
    },
    {
      title: `correlations against their reference, ${correlationRuns} runs a type`,
      args: ['vitest', 'run', 'test/unit/core/alerts/correlations.test.ts', '--testTimeout', '3600000'],
      env: { GATEWARDEN_CORRELATION_RUNS: String(correlationRuns) },
    },
    {
      title: `benchmarks and memory, scale ${benchScale} (${(benchScale * 5).toFixed(2)} million lines for the memory)`,
      args: ['tsx', 'tools/bench.ts'],
      env: { GATEWARDEN_BENCH_SCALE: String(benchScale) },
    },
    {
      title: `detection on seeds drawn now: ${seeds}, of ${days} days and ${calls} calls`,
      args: [
        'tsx',
        'tools/score-demo.ts',
        ...['--seeds', String(seeds), '--days', String(days), '--calls', String(calls)],
      ],
      env: {},
    },
  ];
}

/** Runs every step, also after one that fails, and says how each ended. The exit status: 1 when one of them failed. */
export function runSteps(
  steps: readonly FullStep[],
  run: (step: FullStep) => number | null,
  print: (line: string) => void,
): 0 | 1 {
  const failed: string[] = [];
  for (const step of steps) {
    print(`\n== ${step.title}`);
    const status = run(step);
    if (status === 0) continue;
    failed.push(step.title);
    print(`== failed (${status === null ? 'killed' : `exit status ${status}`}): ${step.title}`);
  }
  print(failed.length === 0 ? '\n== every part passed' : `\n== failed: ${failed.join('; ')}`);
  return failed.length === 0 ? 0 : 1;
}
