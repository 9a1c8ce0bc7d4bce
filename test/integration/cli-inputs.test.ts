import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  cli,
  cliWorld,
  commonLine,
  contents,
  ingest,
  jsonLine,
  lambdaEvent,
  lines,
  payload,
} from './cli-world.js';

const world = cliWorld();
const three = lines(jsonLine, 0, 3);
const messages = [jsonLine(0), 'junk', jsonLine(1)];

describe('gatewarden ingest reads', () => {
  it.each([
    ['a plain file', three],
    ['gzip', gzipSync(three)],
    [
      'gzip in several members',
      Buffer.concat([gzipSync(lines(jsonLine, 0, 2)), gzipSync(lines(jsonLine, 2, 3))]),
    ],
    ['CRLF, a byte order mark and no last line feed', `\ufeff${three.trimEnd().replaceAll('\n', '\r\n')}`],
  ])('%s', async (_, content) => {
    const data = world.newData();
    const result = await ingest(data, world.file('input.log', content));
    expect(result).toMatchObject({ code: 0, err: '' });
    expect(result.json()).toMatchObject({ records: 3, callRecords: 3, calls: 3, rejected: 0, problems: [] });
    expect((await contents(data)).calls.map(({ path }) => path)).toEqual([
      '/orders/0',
      '/orders/1',
      '/orders/2',
    ]);
  });

  it('standard input, and the same again changes nothing', async () => {
    const data = world.newData();
    const argv = ['ingest', '-', '--data', data, '--json'];
    expect((await cli(argv, lines(commonLine, 0, 3))).json()).toMatchObject({
      calls: 3,
      files: [{ file: '-' }],
    });
    const before = await contents(data);
    expect((await cli(argv, gzipSync(lines(commonLine, 0, 3)))).json()).toMatchObject({ duplicates: 3 });
    expect(await contents(data)).toEqual(before);
  });

  it('a named pipe', async () => {
    const pipe = join(world.folder, 'pipe');
    execFileSync('sh', ['-c', 'mkfifo "$0"', pipe]);
    const writing = writeFile(pipe, gzipSync(three));
    expect((await ingest(world.newData(), pipe)).json()).toMatchObject({
      records: 3,
      calls: 3,
      problems: [],
    });
    await writing;
  });

  it('a folder with the folders below it, without hidden files and what only tests the bucket', async () => {
    const folder = join(world.folder, 'logs');
    mkdirSync(join(folder, 'a/b'), { recursive: true });
    mkdirSync(join(folder, '.git'));
    world.file('logs/one.log', lines(jsonLine, 0, 1));
    world.file('logs/a/b/two.log.gz', gzipSync(lines(jsonLine, 1, 2)));
    world.file('logs/aws-logs-write-test', 'Permission Check Successful');
    world.file('logs/.hidden', 'junk\n');
    world.file('logs/README.md', '# Our logs\n');
    world.file('logs/format.txt', '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}');
    world.file('logs/.git/junk', 'junk\n');
    symlinkSync(world.file('linked.log', lines(jsonLine, 2, 3)), join(folder, 'link.log'));
    const data = world.newData();
    const result = (await ingest(data, folder)).json();
    expect(result).toMatchObject({ records: 4, calls: 3, rejected: 1, problems: [] });
    expect(result.skipped).toEqual([join(folder, 'README.md')]);
    expect(result.files[1].rejections).toMatchObject([{ reason: 'a log format, not a log line' }]);
    expect(result.files.map(({ file }: { file: string }) => file.slice(folder.length))).toEqual([
      '/a/b/two.log.gz',
      '/format.txt',
      '/link.log',
      '/one.log',
    ]);
  });

  it.each([
    ['a payload on one line', JSON.stringify(payload(messages))],
    ['a pretty-printed payload', JSON.stringify(payload(messages), undefined, 2)],
    ['a gzip payload', gzipSync(JSON.stringify(payload(messages)))],
    ['a Lambda event', JSON.stringify(lambdaEvent(payload(messages)))],
    [
      'a Kinesis event',
      JSON.stringify({
        Records: [{ kinesis: { data: gzipSync(JSON.stringify(payload(messages))).toString('base64') } }],
      }),
    ],
    [
      'what an asynchronous failure left',
      JSON.stringify(
        { version: '1.0', requestPayload: lambdaEvent(payload(messages)), responseContext: {} },
        undefined,
        2,
      ),
    ],
    [
      'what a failed stream batch left',
      JSON.stringify({
        version: '1.0',
        KinesisBatchInfo: { batchSize: 1 },
        payload: JSON.stringify({
          Records: [{ kinesis: { data: gzipSync(JSON.stringify(payload(messages))).toString('base64') } }],
        }),
      }),
    ],
    ['a list of events', JSON.stringify([lambdaEvent(payload(messages))], undefined, 1)],
    [
      'payloads behind each other',
      `${JSON.stringify(payload(messages.slice(0, 2)))}${JSON.stringify(payload(messages.slice(2), { logStream: 'other' }))}`,
    ],
    [
      'payloads line by line',
      `${JSON.stringify(payload(messages.slice(0, 2)))}\n${JSON.stringify(payload(messages.slice(2), { logStream: 'other' }))}\n\n`,
    ],
  ])('%s', async (_, content) => {
    const data = world.newData();
    const file = world.file('payload.json', content);
    const result = (await ingest(data, file, '--api-id', 'a1b2c3d4e5')).json();
    expect(result).toMatchObject({ records: 3, calls: 2, rejected: 1, files: [{ kind: 'payloads' }] });
    const before = await contents(data);
    expect(before.calls).toMatchObject([
      { apiId: 'a1b2c3d4e5', accountId: '123456789012', trust: 'file', feed: 'orders-access' },
      { apiId: 'a1b2c3d4e5' },
    ]);
    expect((await ingest(data, file, '--api-id', 'a1b2c3d4e5')).json()).toMatchObject({ duplicates: 2 });
    expect(await contents(data)).toEqual(before);
  });

  it('a control message as nothing to do, and goes on with a damaged payload among good ones', async () => {
    const text = [
      JSON.stringify(lambdaEvent({ ...payload(['probe']), messageType: 'CONTROL_MESSAGE' })),
      JSON.stringify(lambdaEvent(payload([jsonLine(0)]))),
      '{"awslogs":{"data":"H4sIbroken"}}',
      '{"half":',
      JSON.stringify(lambdaEvent(payload([jsonLine(1)], { logStream: 'other' }))),
    ].join('\n');
    const result = (await ingest(world.newData(), world.file('mixed.ndjson', text))).json();
    expect(result).toMatchObject({ records: 4, calls: 2, rejected: 2, setAside: 2 });
  });

  it('the events of payloads by the format given', async () => {
    const data = world.newData();
    const document = JSON.stringify(payload(['a=192.0.2.7 b=403', 'a=192.0.2.8 b=200']));
    const file = world.file('kv.json', document);
    const format = 'a=$context.identity.sourceIp b=$context.status';
    expect((await ingest(data, file, '--format', '$context.status,$context.path')).json().calls).toBe(0);
    expect((await ingest(data, file, '--format', format)).json()).toMatchObject({ calls: 2, rejected: 0 });
    expect((await contents(data)).calls.map(({ status, sourceIp }) => [status, sourceIp])).toEqual([
      [403, '192.0.2.7'],
      [200, '192.0.2.8'],
    ]);
  });

  it('requests of execution logs whole, though payloads of lines end among them', async () => {
    const request = (n: number): readonly string[] => {
      const id = `${String(n).padStart(8, '0')}-7b61-11e6-9a41-93e8deadbeef`;
      return [
        `(${id}) Extended Request Id: JKM${String(n).padStart(5, '0')}FiAMFz6Q=`,
        `(${id}) Starting execution for request: ${id}`,
        `(${id}) HTTP Method: GET, Resource Path: /orders/${n}`,
        `(${id}) Method completed with status: 200`,
      ];
    };
    // Two at a time, interleaved.
    const text = Array.from({ length: 2_000 }, (_, n) => {
      const [one = [], two = []] = [request(2 * n), request(2 * n + 1)];
      return one.flatMap((line, at) => [line, two[at] ?? '']);
    }).flat();
    const data = world.newData();
    const result = (await ingest(data, world.file('execution.log', `-\n${text.join('\n')}\n`))).json();
    expect(result).toMatchObject({ records: 16_001, callRecords: 16_000, calls: 4_000, rejected: 1 });
    const { calls } = await contents(data);
    expect(calls).toHaveLength(4_000);
    expect(calls.filter(({ status, path }) => status !== 200 || path === undefined)).toEqual([]);
  });
});

describe('gatewarden ingest reports', () => {
  it('every record of each file: read as a call, or rejected with a reason', async () => {
    const pretty = JSON.stringify(JSON.parse(jsonLine(9)), undefined, 1);
    const files = [
      world.file('r1.log', `${three}junk\n\n`),
      world.file('r2.log', `${pretty}\nmore junk\n`),
      world.file('r3.json', JSON.stringify(payload(messages))),
    ];
    const result = (await ingest(world.newData(), ...files)).json();
    expect(result.files).toHaveLength(3);
    for (const file of [result, ...result.files]) expect(file.records).toBe(file.callRecords + file.rejected);
    expect(result.files.map(({ records }: { records: number }) => records)).toEqual([
      5,
      pretty.split('\n').length + 1,
      3,
    ]);
    expect(result.files[0].rejections).toEqual([
      { reason: expect.stringContaining('no known log format'), records: 1, firstRecord: 4, sample: 'aaaa' },
      { reason: 'blank line', records: 1, firstRecord: 5, sample: '' },
    ]);
  });

  it('for people: what was read, when it happened, what was not and why, what was raised', async () => {
    const text = `${three}junk\n${jsonLine(5, { userAgent: 'sqlmap/1.7' })}\n`;
    const file = world.file('people.log', text);
    const data = world.newData();
    const first = await cli(['ingest', file, '--data', data], '', 100);
    expect(first.out).toContain('4 calls from ');
    expect(first.out).toMatch(/records +5/);
    expect(first.out).toContain('2026-03-03 08:00');
    expect(first.out).toContain('1 × no known log format');
    expect(first.out).toContain('record 4');
    expect(first.out).toMatch(/medium.*Scanner names itself/);
    expect(first.out).toContain('\u001b[33m');
    expect((await cli(['ingest', file, '--data', data])).out).toMatch(/^Nothing new in .*: 5 lines ingested/);
  });

  it('colours only on a terminal', async () => {
    const file = world.file('plain.log', `${jsonLine(5, { userAgent: 'sqlmap/1.7' })}\n`);
    expect((await cli(['ingest', file, '--data', world.newData()])).out).not.toContain('\u001b');
  });

  it('1 with --fail-on where an alert of that level was raised, else 0', async () => {
    const file = world.file('fail-on.log', `${jsonLine(5, { userAgent: 'sqlmap/1.7' })}\n`);
    const data = world.newData();
    expect((await ingest(world.newData(), file, '--fail-on', 'high')).code).toBe(0);
    expect((await ingest(data, file, '--fail-on', 'medium')).code).toBe(1);
    expect((await ingest(data, file, '--fail-on', 'medium')).code).toBe(0);
  });
});
