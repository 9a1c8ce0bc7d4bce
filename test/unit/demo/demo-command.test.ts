import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { shipped } from '../../../adapters/shipped/shipped-bundle.js';
import type { CliIo } from '../../../cli/cli-io.js';
import { demoCommand } from '../../../cli/demo.js';

function testIo(): { readonly io: CliIo; readonly output: () => string } {
  const stdout = new PassThrough();
  const chunks: string[] = [];
  stdout.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  const io: CliIo = {
    stdin: Readable.from([]),
    stdout,
    stderr: new PassThrough(),
    env: {},
    nowMs: () => Date.UTC(2026, 2, 10, 12),
    setExitCode: () => undefined,
  };
  return { io, output: () => chunks.join('') };
}

describe('gatewarden demo', () => {
  it.each([
    [['--seed', 'x'], /--seed: seen x, expected a number/],
    [['--days', '0'], /--days: seen 0/],
    [['--calls', '-5'], /--calls: seen -5/],
    [['--start', 'yesterday'], /--start: seen yesterday, expected a day such as/],
  ])('refuses %j and says what would be right', async (args, message) => {
    await expect(demoCommand(testIo().io).parseAsync([...args], { from: 'user' })).rejects.toThrow(message);
  });

  it('runs everything on a small morning and prints one JSON document', async () => {
    const { io, output } = testIo();
    await demoCommand(io).parseAsync(['--days', '0.25', '--calls', '1000', '--json'], { from: 'user' });
    const result = JSON.parse(output()) as Readonly<Record<string, never>>;
    expect(Object.keys(result).slice(0, 6)).toEqual([
      'seed',
      'days',
      'start',
      'calls',
      'deliveries',
      'repeatedDeliveries',
    ]);
    // Nothing is lost on the way to the trail but what came twice, and every API is found.
    const { trail, calls, inventory, unknownApis, attacks } = result as unknown as {
      readonly calls: number;
      readonly trail: { readonly calls: number };
      readonly inventory: readonly { readonly endpoints: number }[];
      readonly unknownApis: readonly string[];
      readonly attacks: readonly { readonly found: boolean }[];
    };
    expect(trail.calls).toBeGreaterThanOrEqual(calls);
    expect(trail.calls).toBeLessThan(calls * 1.1);
    expect(inventory.filter(({ endpoints }) => endpoints > 0).length).toBeGreaterThan(12);
    expect(unknownApis).toEqual([]);
    expect(attacks.filter(({ found }) => found).length).toBeGreaterThan(0);
  });

  it('runs under the rules and settings in the folder config of its data', async () => {
    const data = mkdtempSync(join(tmpdir(), 'gw-demo-'));
    try {
      const run = async () => {
        const { io, output } = testIo();
        const args = ['--days', '0.25', '--calls', '1000', '--json', '--data', data];
        await demoCommand(io).parseAsync(args, { from: 'user' });
        return (JSON.parse(output()) as { readonly alerts: readonly unknown[] }).alerts.length;
      };
      mkdirSync(join(data, 'config/settings'), { recursive: true });
      const off = shipped.packs.map(({ name }) => [name, 'off']);
      writeFileSync(join(data, 'config/settings/packs.json'), JSON.stringify(Object.fromEntries(off)));
      expect(await run()).toBe(0);
      writeFileSync(join(data, 'config/settings/packs.json'), '{}');
      expect(await run()).toBeGreaterThan(0);
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });
});
