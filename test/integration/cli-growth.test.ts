import { copyFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cli, cliWorld, commonLine, contents, ingest, jsonLine, lines } from './cli-world.js';

const world = cliWorld();

const prettyLine = (n: number): string => JSON.stringify(JSON.parse(jsonLine(n)), undefined, 1);

/** What a clean run over the whole text gives. */
async function cleanRun(text: string) {
  const data = world.newData();
  await ingest(data, world.file(`${data.slice(-5)}.log`, text));
  return contents(data);
}

const identities = (calls: readonly { readonly path: string | undefined; readonly timeMs: number }[]) =>
  calls.map(({ path, timeMs }) => `${timeMs} ${path}`);

/** A caller that names itself a scanner: one call raises an alert. */
const attack = (n: number): string => jsonLine(n, { ip: '203.0.113.9', userAgent: 'sqlmap/1.7' });

describe('a file that was ingested before', () => {
  it.each([
    ['without ids', lines(commonLine, 0, 300)],
    ['with ids, and an attack', lines((n) => (n % 9 ? jsonLine(n) : attack(n)), 0, 300)],
    ['without a last line feed', lines(commonLine, 0, 5).trimEnd()],
    ['with records over several lines', lines(prettyLine, 0, 20)],
    ['with lines that no format reads', `${lines(commonLine, 0, 5)}junk\n\nmore junk`],
  ])('changes nothing (%s)', async (_, text) => {
    const data = world.newData();
    const file = world.file('twice.log', text);
    const first = (await ingest(data, file)).json();
    const before = await contents(data);
    const stats = (await cli(['stats', '--data', data, '--json'])).json();
    const again = await ingest(data, file);
    expect(first.records).toBeGreaterThan(0);
    expect(again.code).toBe(0);
    expect(again.json()).toMatchObject({
      records: 0,
      calls: 0,
      rejected: 0,
      knownLines: text.trimEnd().split('\n').length,
    });
    expect(await contents(data)).toEqual(before);
    expect((await cli(['stats', '--data', data, '--json'])).json().trail).toEqual(stats.trail);
  });

  it('raises the alerts of an attack once', async () => {
    const data = world.newData();
    const file = world.file('attack.log', lines(attack, 0, 100));
    const first = (await ingest(data, file)).json();
    expect(first.alerts.length).toBeGreaterThan(0);
    expect((await ingest(data, file)).json().alerts).toEqual([]);
    expect((await contents(data)).alerts).toHaveLength(first.alerts.length);
  });
});

describe('a file that has grown', () => {
  it('gives only its new lines', async () => {
    const data = world.newData();
    const file = world.file('grown.log', lines(commonLine, 0, 10));
    await ingest(data, file);
    world.append(file, lines(commonLine, 10, 17));
    expect((await ingest(data, file)).json()).toMatchObject({ records: 7, calls: 7, knownLines: 10 });
    expect((await contents(data)).calls).toHaveLength(17);
  });

  it('gives only its new lines when the last one had no line feed', async () => {
    const data = world.newData();
    const file = world.file('open.log', lines(commonLine, 0, 10).trimEnd());
    expect((await ingest(data, file)).json()).toMatchObject({ records: 10, calls: 10 });
    world.append(file, `\n${lines(commonLine, 10, 12)}`);
    expect((await ingest(data, file)).json()).toMatchObject({ records: 2, calls: 2, knownLines: 10 });
    expect((await contents(data)).calls).toHaveLength(12);
  });

  it('reads a line again that was only half there, and sets nothing of it aside', async () => {
    const data = world.newData();
    const whole = lines(jsonLine, 0, 3);
    const file = world.file('half.log', whole.slice(0, -40));
    expect((await ingest(data, file)).json()).toMatchObject({ records: 3, calls: 2, rejected: 1 });
    world.append(file, whole.slice(-40));
    expect((await ingest(data, file)).json()).toMatchObject({ records: 1, calls: 1, rejected: 0 });
    const { calls, setAside } = await contents(data);
    expect(calls.map(({ path }) => path)).toEqual(['/orders/0', '/orders/1', '/orders/2']);
    expect(setAside).toEqual([]);
  });

  it('reads a record of several lines again that was only half there', async () => {
    const data = world.newData();
    const whole = lines(prettyLine, 0, 3);
    const cut = whole.lastIndexOf('"httpMethod"') - 1;
    const file = world.file('half-record.log', whole.slice(0, cut));
    expect((await ingest(data, file)).json()).toMatchObject({ calls: 2 });
    world.append(file, whole.slice(cut));
    expect((await ingest(data, file)).json()).toMatchObject({ calls: 1, rejected: 0 });
    const { calls, setAside } = await contents(data);
    expect(calls).toHaveLength(3);
    expect(setAside).toEqual([]);
  });

  it('gives the same in the end wherever it was cut, for lines and records over several lines', {
    timeout: 120_000,
  }, async () => {
    const texts = [
      lines(jsonLine, 0, 6),
      lines(prettyLine, 0, 4),
      lines(jsonLine, 0, 4).replaceAll('\n', '\r\n'),
    ];
    const clean = await Promise.all(texts.map(cleanRun));
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(texts.length - 1),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 3 }),
        async (which, cuts) => {
          const text = texts[which] ?? '';
          const data = world.newData();
          const ends = cuts.map((cut) => Math.floor(cut * text.length)).sort((a, b) => a - b);
          const file = join(world.folder, `grows-${runs++}.log`);
          for (const end of [...ends, text.length]) {
            writeFileSync(file, text.slice(0, end));
            await ingest(data, file);
          }
          const { calls, alerts, setAside } = await contents(data);
          expect(identities(calls)).toEqual(identities(clean[which]?.calls ?? []));
          expect(alerts).toEqual(clean[which]?.alerts);
          expect(setAside).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('gives the same calls across the boundaries of payloads, records of several lines too', async () => {
    const pretty = lines(prettyLine, 0, 1_500);
    expect(pretty.split('\n').length).toBeGreaterThan(10_000);
    for (const [name, text, count] of [
      ['lines.log', lines(commonLine, 0, 12_000), 12_000],
      ['records.log', pretty, 1_500],
    ] as const) {
      const clean = await cleanRun(text);
      expect(clean.calls).toHaveLength(count);
      const data = world.newData();
      const file = world.file(name, text.slice(0, Math.floor(text.length * 0.45)));
      await ingest(data, file);
      writeFileSync(file, text);
      const report = (await ingest(data, file)).json();
      expect(report.rejected).toBe(0);
      expect(identities((await contents(data)).calls)).toEqual(identities(clean.calls));
    }
  });
});

describe('a file that was rotated', () => {
  it('is known under another name, as a copy and packed, and gives only its new lines', async () => {
    const data = world.newData();
    const file = world.file('access.log', lines(commonLine, 0, 10));
    await ingest(data, file);
    const rotated = join(world.folder, 'access.log.1');
    world.append(file, lines(commonLine, 10, 12));
    renameSync(file, rotated);
    writeFileSync(file, lines(commonLine, 12, 15));
    expect((await ingest(data, file, rotated)).json()).toMatchObject({ records: 5, knownLines: 10 });
    const copy = join(world.folder, 'copy.log');
    copyFileSync(rotated, copy);
    const packed = world.file('access.log.2.gz', gzipSync(readFileSync(rotated)));
    const again = (await ingest(data, copy, packed, file)).json();
    expect(again).toMatchObject({ records: 0, knownLines: 12 + 12 + 3 });
    const grown = world.file('access.log.3.gz', gzipSync(readFileSync(rotated) + lines(commonLine, 20, 22)));
    expect((await ingest(data, grown)).json()).toMatchObject({ records: 2, knownLines: 12 });
    expect((await contents(data)).calls).toHaveLength(17);
  });

  it('is not mistaken for another that begins alike', async () => {
    const data = world.newData();
    const same = lines(commonLine, 0, 1);
    const one = world.file('one.log', same + lines(commonLine, 10, 20));
    const two = world.file('two.log', same + lines(commonLine, 20, 40));
    const short = world.file('three.log', same.trimEnd());
    expect((await ingest(data, one)).json().calls).toBe(11);
    expect((await ingest(data, two)).json().calls).toBe(21);
    expect((await ingest(data, short)).json().calls).toBe(1);
    expect((await contents(data)).calls).toHaveLength(33);
    expect((await ingest(data, one, two, short)).json()).toMatchObject({ records: 0, knownLines: 33 });
  });

  it('is told apart even from one that differs only in its middle', async () => {
    const data = world.newData();
    const text = lines(commonLine, 0, 300);
    const other = text.replace('/orders/150 ', '/orders/xxx ');
    expect(other).toHaveLength(text.length);
    await ingest(data, world.file('middle-a.log', text));
    expect((await ingest(data, world.file('middle-b.log', other))).json()).toMatchObject({ calls: 300 });
  });

  it('starts anew when it was emptied and written again', async () => {
    const data = world.newData();
    const file = world.file('truncated.log', lines(commonLine, 0, 10));
    await ingest(data, file);
    truncateSync(file);
    writeFileSync(file, lines(commonLine, 50, 53));
    expect((await ingest(data, file)).json()).toMatchObject({ records: 3, calls: 3, knownLines: 0 });
  });
});

describe('a packed file that is cut short', () => {
  it('gives what is readable and 2; mended, it gives the rest, and nothing doubles', async () => {
    const data = world.newData();
    const text = lines(commonLine, 0, 9_000);
    const whole = gzipSync(text);
    const file = world.file('cut.log.gz', whole.subarray(0, Math.floor(whole.byteLength * 0.8)));
    const first = await ingest(data, file);
    expect(first.code).toBe(2);
    expect(first.json().problems).toEqual([expect.stringContaining('cut short')]);
    expect(first.json().calls).toBeGreaterThan(6_000);
    const again = await ingest(data, file);
    expect(again.code).toBe(2);
    expect(again.json()).toMatchObject({ calls: 0, knownLines: first.json().calls });
    writeFileSync(file, whole);
    const mended = await ingest(data, file);
    expect(mended.code).toBe(0);
    expect(mended.json().calls).toBe(9_000 - first.json().calls);
    expect(identities((await contents(data)).calls)).toEqual(identities((await cleanRun(text)).calls));
  });
});
