import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openLocalSystem } from '../../cli/local-system.js';
import { cliWorld, commonLine, contents, ingest, jsonLine, lines, NOW_MS, payload } from './cli-world.js';

const world = cliWorld();
const SCRIPT = fileURLToPath(new URL('killed-cli.ts', import.meta.url));

/** Ingests in a process of its own that is killed at the given look at the clock (0: not at all). */
function ingestKilledAt(look: number, data: string, file: string) {
  const argv = [
    '--import',
    'tsx',
    SCRIPT,
    String(look),
    String(NOW_MS),
    'ingest',
    file,
    '--data',
    data,
    '--json',
  ];
  const { signal, status, stdout, stderr } = spawnSync(process.execPath, argv, { encoding: 'utf8' });
  return { signal, status, looks: Number(stdout), stderr };
}

/** A scanner among callers that nothing tells apart, and lines that no format reads. */
const line = (n: number): string => {
  if (n % 3_000 === 77) return `junk ${'x'.repeat(n % 7)}`;
  return n % 2_000 === 5 ? jsonLine(n, { ip: '203.0.113.9', userAgent: 'sqlmap/1.7' }) : commonLine(n);
};

describe('an ingest that is killed and started again', () => {
  it.each([
    ['a file of lines', 'killed.log', lines(line, 0, 11_500)],
    [
      'a file of payloads',
      'killed.ndjson',
      lines(
        (n) =>
          JSON.stringify(
            payload(
              Array.from({ length: 50 }, (_, at) => line(n * 50 + at)),
              { logStream: `s${n}` },
            ),
          ),
        0,
        40,
      ),
    ],
  ])('ends with what a clean run gives: %s', { timeout: 240_000 }, async (_, name, text) => {
    const file = world.file(name, text);
    const clean = world.newData();
    const { looks, status, stderr } = ingestKilledAt(0, clean, file);
    expect([status, stderr.includes('"problems": []')]).toEqual([0, true]);
    expect(looks).toBeGreaterThan(20);
    const expected = await contents(clean);
    expect(expected.alerts.length).toBeGreaterThan(0);
    expect(expected.setAside.length).toBeGreaterThan(0);

    for (const part of [0.4, 0.95]) {
      const data = world.newData();
      expect(ingestKilledAt(Math.ceil(looks * part), data, file).signal).toBe('SIGKILL');
      const { problems, alerts } = (await ingest(data, file)).json();
      expect(problems).toEqual([]);
      expect(alerts.length).toBeLessThanOrEqual(expected.alerts.length);
      expect(await contents(data)).toEqual(expected);
    }
  });

  it('tells of an alert that the killed run had raised and could not tell of', async () => {
    const data = world.newData();
    const system = await openLocalSystem({ dataDir: data, nowMs: () => NOW_MS, feeds: [] });
    const [event] = system.compiled.decoder.decodeEvent(payload([jsonLine(1, { userAgent: 'sqlmap/1.7' })]));
    expect(event?.calls).toHaveLength(1);
    if (event !== undefined) await system.ingest(event);
    await system.close();
    const file = world.file('other.log', lines(commonLine, 0, 3));
    expect((await ingest(data, file)).json().alerts).toMatchObject([{ level: 'medium', count: 1 }]);
    expect((await ingest(data, file)).json().alerts).toEqual([]);
  });
});
