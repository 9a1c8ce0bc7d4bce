import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, cliWorld, contents, ingest, jsonLine, lines } from './cli-world.js';

const world = cliWorld();

describe('bad usage of gatewarden ingest ends with 2, says what would be right, and writes nothing', () => {
  mkdirSync(join(world.folder, 'empty-folder'));
  const good = world.file('good.log', lines(jsonLine, 0, 2));
  it.each([
    ['a missing file', [join(world.folder, 'nowhere.log')], 'there is no file'],
    ['a folder without files', [join(world.folder, 'empty-folder')], 'folder without files'],
    ['a format without variables', [good, '--format', 'hello'], 'no $context variable'],
    ['a missing format file', [good, '--format', '@/nowhere/format'], 'cannot be read'],
    ['an unknown API type', [good, '--api-type', 'soap'], 'rest, http, websocket'],
    ['an unknown level', [good, '--fail-on', 'awful'], 'informational, low'],
    ['no file', [], 'missing required argument'],
    ['an unknown option', [good, '--frmat', 'x'], 'unknown option'],
  ])('%s', async (_, args, message) => {
    const data = world.newData();
    const result = await ingest(data, ...args);
    expect(result.code).toBe(2);
    expect(result.err).toContain(message);
    expect(result.out).toBe('');
    expect(existsSync(data)).toBe(false);
  });
});

describe('bad input to gatewarden ingest', () => {
  it('says what the system says of a data folder that cannot be one', async () => {
    const file = world.file('a-file', '');
    const result = await ingest(file, world.file('one.log', lines(jsonLine, 0, 1)));
    expect(result.code).toBe(2);
    expect(result.err).toMatch(/store\.failed.*\n.*(?:ENOTDIR|EEXIST)/);
  });

  it('leaves the other files alone when one is missing', async () => {
    const result = await ingest(
      world.newData(),
      world.file('fine.log', lines(jsonLine, 0, 2)),
      join(world.folder, 'nowhere.log'),
    );
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({
      calls: 2,
      problems: [expect.stringContaining('there is no file')],
    });
  });

  it('finds nothing in an empty file', async () => {
    const empty = world.file('empty.log', '');
    const result = await ingest(world.newData(), empty);
    expect(result.code).toBe(0);
    expect(result.json()).toMatchObject({ records: 0, problems: [], alerts: [], files: [{ kind: 'empty' }] });
    expect((await cli(['ingest', empty, '--data', world.newData()])).out).toMatch(
      /^Nothing in .*empty\.log\n/,
    );
  });

  it('accounts for every line of a hostile file, and reads the good ones', { timeout: 60_000 }, async () => {
    const data = world.newData();
    const hostile = [
      '\u0000\u0000',
      Buffer.from([0xff, 0xfe, 0x80]),
      '['.repeat(100_000),
      '{"a":'.repeat(100_000),
      'x'.repeat(1_000_000),
      jsonLine(1, { userAgent: 'u'.repeat(1_000_000) }),
      '{"__proto__":{"status":"200"},"constructor":1}',
      jsonLine(2, {
        __proto__x: '1',
        path: `/${'p'.repeat(10_000)}`,
        ip: '203.0.113.1',
        stage: 's'.repeat(10_000),
      }),
      jsonLine(3),
    ];
    const bytes = Buffer.concat(hostile.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]));
    const result = await ingest(data, world.file('hostile.log', bytes));
    expect(result.code).toBe(0);
    const report = result.json();
    expect(report.records).toBe(hostile.length);
    expect(report.records).toBe(report.callRecords + report.rejected);
    const { calls } = await contents(data);
    expect(calls.map(({ path }) => path?.slice(0, 12))).toEqual(
      expect.arrayContaining(['/orders/1', '/orders/3', '/ppppppppppp']),
    );
    expect(({} as Record<string, unknown>)['status']).toBeUndefined();
  });

  it('takes a line longer than any log line as one rejected record, and goes on behind it', async () => {
    const file = world.file('long.log', `${jsonLine(1)}\n${'x'.repeat(12_000_000)}\n${jsonLine(2)}\n`);
    const data = world.newData();
    expect((await ingest(data, file)).json()).toMatchObject({ records: 3, calls: 2, rejected: 1 });
    world.append(file, `${jsonLine(3)}\n`);
    expect((await ingest(data, file)).json()).toMatchObject({ records: 1, calls: 1, knownLines: 3 });
  });

  it('says what is wrong with a file that only looks like gzip', async () => {
    const result = await ingest(world.newData(), world.file('no.gz', Buffer.from([0x1f, 0x8b, 1, 2, 3, 4])));
    expect(result.code).toBe(2);
    expect(result.json().problems).toEqual([expect.stringContaining('damaged or cut short')]);
  });

  it('counts what a wrong format rejects, and reads the file again when another is given', async () => {
    const data = world.newData();
    const file = world.file('format.log', lines(jsonLine, 0, 300));
    const wrong = (
      await ingest(data, file, '--format', '$context.identity.sourceIp [$context.requestTime]')
    ).json();
    expect(wrong).toMatchObject({ records: 300, calls: 0, rejected: 300, setAside: 100 });
    expect((await ingest(data, file)).json()).toMatchObject({ records: 300, calls: 300, rejected: 0 });
    expect((await contents(data)).calls).toHaveLength(300);
    expect((await ingest(data, file)).json()).toMatchObject({ records: 0, knownLines: 300 });
    await cli(['replay', '--data', data]);
    expect((await contents(data)).calls).toHaveLength(300);
  });
});
