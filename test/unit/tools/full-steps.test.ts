import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FULL, type FullStep, fullSteps, runSteps, TINY } from '../../../tools/full-steps.js';

function outcomeOf(statuses: readonly (number | null)[]) {
  const ran: FullStep[] = [];
  const lines: string[] = [];
  const status = runSteps(
    fullSteps(TINY),
    (step) => {
      ran.push(step);
      return statuses[ran.length - 1] ?? null;
    },
    (line) => lines.push(line),
  );
  return { status, ran, text: lines.join('\n') };
}

describe('the full-size run', () => {
  it('runs files that are there, with their sizes in arguments, environment and title', () => {
    const steps = fullSteps(FULL);
    expect(steps).toHaveLength(4);
    for (const { args } of steps) expect(args.some((arg) => existsSync(arg))).toBe(true);
    const stepOf = (part: string) => steps.find(({ title }) => title.startsWith(part));
    const [faults, bench, score] = [stepOf('fault'), stepOf('benchmarks'), stepOf('detection')];
    expect(faults).toMatchObject({ env: { GATEWARDEN_FAULT_RUNS: '200' } });
    expect(bench).toMatchObject({ env: { GATEWARDEN_BENCH_SCALE: '1' } });
    expect(score?.args.slice(2)).toEqual(['--seeds', '5', '--days', '2', '--calls', '150000']);
    expect(steps.map(({ title }) => title).join('; ')).toMatch(/200 runs.*5\.00 million lines.*5, of 2 days/);
  });

  it('passes when every part did', () => {
    const { status, ran, text } = outcomeOf([0, 0, 0, 0]);
    expect([status, ran.length]).toEqual([0, 4]);
    expect(text).toContain('every part passed');
  });

  it.each([
    [[1, 0, 0, 0], 'fault tests'],
    [[0, 2, 0, 0], 'correlation'],
    [[0, 0, 0, null], 'detection'],
    [[null, 0, 1, 0], 'benchmarks'],
  ])('fails when a part ended with %j, after all the others had their turn', (statuses, named) => {
    const { status, ran, text } = outcomeOf(statuses);
    expect([status, ran.length]).toEqual([1, 4]);
    expect(text.split('\n').at(-1)).toMatch(new RegExp(`^== failed: .*${named}`));
  });
});
