import { describe, expect, it } from 'vitest';
import { statsCommand } from '../../../cli/stats.js';
import { filledFolder, runOn } from './filled-folder.js';

const folder = filledFolder();
const stats = (args: readonly string[]) => runOn(folder.dir, (io) => statsCommand(io), args);

describe('gatewarden stats', () => {
  it('prints what came in by day, and the size of the trail', async () => {
    const { out, exitCode } = await stats(['--days', '2']);
    expect(out()).toMatch(/^2024-03-09 +16 +0 +2 +0 +0 +0 +7\.5$/m);
    expect(out()).not.toContain('2024-03-08');
    expect(out()).toMatch(/^Trail: 16 calls in 3 segments, \d+ bytes, [\d.]+ bytes a call$/m);
    expect(exitCode()).toBe(0);
  });

  it('prints every counter as JSON, days without calls too', async () => {
    const document = JSON.parse((await stats(['--days', '3', '--json'])).out());
    expect(document.days.map(({ day }: { day: string }) => day)).toEqual([
      '2024-03-07',
      '2024-03-08',
      '2024-03-09',
    ]);
    expect(document.totals).toMatchObject({ calls: 16, rejected: 2, writeUnits: 7.5, late: 0 });
    expect(document.trail).toMatchObject({ calls: 16, segments: 3 });
  });

  it('exits with 1 only where --fail-on names a counter that is not 0', async () => {
    expect((await stats(['--fail-on', 'rejected,late'])).exitCode()).toBe(1);
    expect((await stats(['--fail-on', 'late'])).exitCode()).toBe(0);
  });

  it('refuses a counter that there is not', async () => {
    await expect(stats(['--fail-on', 'rejected,latte'])).rejects.toThrow(
      /seen latte, expected some of calls/,
    );
  });

  it.each(['0', '-1', 'x', '1.5', '401'])('refuses --days %s and says what would be right', async (days) => {
    await expect(stats(['--days', days])).rejects.toThrow(/expected a whole number from 1 to 400/);
  });
});
