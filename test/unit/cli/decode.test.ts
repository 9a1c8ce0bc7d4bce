import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../../cli/program.js';

const folder = mkdtempSync(join(tmpdir(), 'gatewarden-decode-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function cli(argv: readonly string[], stdin: string | Buffer = '') {
  const text = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    new Writable({
      write(chunk, _, done) {
        text[name] += String(chunk);
        done();
      },
    });
  let code = 0;
  await run(argv, {
    stdin: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]),
    stdout: sink('out'),
    stderr: sink('err'),
    env: {},
    nowMs: () => 1_700_000_000_000,
    setExitCode: (next) => {
      code = Math.max(code, next);
    },
  });
  return {
    ...text,
    code,
    json: () =>
      text.out
        .trim()
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const line = (id: string) =>
  `{"requestId":"${id}","ip":"192.0.2.1","requestTime":"09/Jun/2023:12:54:08 +0000","httpMethod":"GET","routeKey":"GET /","status":"200"}`;
const A = line('GQIVriFLIAMEMsA=');
const B = line('GQIWriFLIAMEMsA=');
const payload = {
  messageType: 'DATA_MESSAGE',
  owner: '123456789012',
  logGroup: 'g',
  logStream: 's',
  subscriptionFilters: [],
  logEvents: [A, 'junk', B].map((message, at) => ({ id: `e${at}`, timestamp: 1_700_000_000_000, message })),
};

describe('gatewarden decode', () => {
  it('prints one object for each line, in order, blank ones too', async () => {
    const result = await cli(['decode', file('a.log', `${A}\n\njunk\n${B}\n`), '--json']);
    expect(result.code).toBe(0);
    expect(result.json()).toMatchObject([
      { id: 'GQIVriFLIAMEMsA=', status: 200, feed: join(folder, 'a.log') },
      { rejected: true, line: 2, reason: 'blank line' },
      { rejected: true, line: 3 },
      { id: 'GQIWriFLIAMEMsA=' },
    ]);
  });

  it.each([
    ['gzip', gzipSync(`${A}\n${B}\n`)],
    ['no last line feed', `${A}\n${B}`],
    ['CRLF and a byte order mark', `\ufeff${A}\r\n${B}\r\n`],
  ])('reads %s', async (_, content) => {
    expect((await cli(['decode', file('b.log', content), '--json'])).json()).toHaveLength(2);
    expect((await cli(['decode', '-', '--json'], content)).json()).toHaveLength(2);
  });

  it.each([
    ['behind a byte order mark', `\ufeff${A}\n`],
    ['without one', `${A}\n`],
  ])('says that it reads no UTF-16, %s', async (_, text) => {
    const little = Buffer.from(text, 'utf16le');
    for (const content of [little, Buffer.from(little).swap16(), gzipSync(little)]) {
      const result = await cli(['decode', '-', '--json'], content);
      expect([result.code, result.out]).toEqual([2, '']);
      expect(result.err).toContain('text in UTF-16; convert it to UTF-8');
      expect((await cli(['decode', file('utf16.log', content), '--json'])).code).toBe(2);
    }
  });

  it.each([
    ['no base64', '%%%', 'no base64'],
    ['cut short', gzipSync(JSON.stringify(payload)).subarray(0, 40).toString('base64'), 'cut short'],
  ])('says of a Lambda event what is wrong with its data: %s', async (_, data, reason) => {
    const result = await cli(['decode', '-', '--json'], JSON.stringify({ awslogs: { data } }));
    expect(result.json()).toMatchObject([{ rejected: true, reason: expect.stringContaining(reason) }]);
  });

  it('accounts for every line of a file full of junk', async () => {
    const junk = ['\u0000', '\u00ff\u00fe', '['.repeat(100_000), 'x'.repeat(1_000_000), '{"__proto__":1}', A];
    const bytes = Buffer.concat([Buffer.from(`${junk.join('\n')}\n`), Buffer.from([0xff, 0xfe, 0x0a])]);
    expect((await cli(['decode', '-', '--json'], bytes)).json()).toHaveLength(7);
  });

  it('prints the variables as logged with --raw, with and without the format', async () => {
    const format = '$context.identity.sourceIp $context.identity.user [$context.requestTime] $context.status';
    const clf = '192.0.2.1 - [09/Jun/2023:12:54:08 +0000] 200';
    const given = await cli(['decode', '-', '--raw', '--json', '--format', format], `${clf}\n`);
    expect(given.json()).toEqual([
      {
        variables: {
          'identity.sourceIp': '192.0.2.1',
          'identity.user': null,
          requestTime: '09/Jun/2023:12:54:08 +0000',
          status: '200',
        },
      },
    ]);
    const inferred = await cli(['decode', '-', '--raw', '--json'], `${A.replace('"GET"', '"-"')}\n`);
    expect(inferred.json()[0].variables).toMatchObject({
      'identity.sourceIp': '192.0.2.1',
      httpMethod: null,
    });
  });

  it('takes the format from a file', async () => {
    const format = file('format.txt', '$context.requestId $context.identity.sourceIp\n');
    const result = await cli(
      ['decode', '-', '--json', '--format', `@${format}`, '--api-type', 'http'],
      'GQIVriFLIAMEMsA= 192.0.2.1\n',
    );
    expect(result.json()).toMatchObject([
      { requestId: 'GQIVriFLIAMEMsA=', sourceIp: '192.0.2.1', apiType: 'http' },
    ]);
  });

  it.each([
    ['a payload', JSON.stringify(payload)],
    ['a payload over several lines', JSON.stringify(payload, undefined, 2)],
    ['a gzip payload', gzipSync(JSON.stringify(payload))],
    [
      'the Lambda event',
      JSON.stringify({ awslogs: { data: gzipSync(JSON.stringify(payload)).toString('base64') } }),
    ],
    ['a list of payloads over several lines', JSON.stringify([payload], undefined, 1)],
  ])('reads %s', async (_, content) => {
    const result = await cli(['decode', '-', '--json'], content);
    expect(result.json()).toMatchObject([
      { id: 'GQIVriFLIAMEMsA=' },
      { rejected: true, line: 2 },
      { id: 'GQIWriFLIAMEMsA=' },
    ]);
  });

  it('reads payloads line by line and numbers their records on', async () => {
    const text = `${JSON.stringify(payload)}\nbroken\n${JSON.stringify(payload)}\n`;
    const objects = (await cli(['decode', '-', '--json'], text)).json();
    expect(objects.map((object) => object.line)).toEqual([
      undefined,
      2,
      undefined,
      4,
      undefined,
      6,
      undefined,
    ]);
    const raw = (await cli(['decode', '-', '--json', '--raw'], text)).json();
    expect(raw.map((object) => object.variables?.requestId?.slice(0, 4))).toEqual([
      'GQIV',
      undefined,
      'GQIW',
      undefined,
      'GQIV',
      undefined,
      'GQIW',
    ]);
  });

  it('lets no line make itself a payload in a file of lines', async () => {
    const objects = (await cli(['decode', '-', '--json'], `${A}\n${JSON.stringify(payload)}\n`)).json();
    expect(objects).toHaveLength(2);
  });

  it('prints a table for people, in which no log can move the cursor', async () => {
    const result = await cli(['decode', '-'], `${A.replace('"GET /"', '"GET /\\u001b[2Jx"')}\njunk\n`);
    expect(result.out).toMatch(/^TIME \(UTC\) +STATUS/);
    expect(result.out).toContain('line 2 rejected: ');
    expect(result.out).not.toContain('\u001b');
  });

  it('says so when there is nothing', async () => {
    const result = await cli(['decode', file('empty.log', ''), '--json']);
    expect(result).toMatchObject({ code: 0, out: '' });
    expect(result.err).toContain('no records');
  });

  it.each([
    ['a missing file', ['decode', join(folder, 'nowhere.log')], 'there is no file'],
    ['a directory', ['decode', folder], 'is a directory'],
    ['a format without variables', ['decode', '-', '--format', 'hello'], 'no $context variable'],
    ['a missing format file', ['decode', '-', '--format', '@/nowhere/format'], 'cannot be read'],
    ['an unknown API type', ['decode', '-', '--api-type', 'soap'], 'rest, http, websocket'],
    ['an unknown option', ['decode', '-', '--frmat', 'x'], 'unknown option'],
    ['an unknown command', ['decoed'], 'unknown command'],
    ['no file', ['decode'], 'missing required argument'],
  ])('ends with 2 and says why on %s', async (_, argv, message) => {
    const result = await cli(argv);
    expect(result.code).toBe(2);
    expect(result.err).toContain(message);
  });

  it('hands out what it could read of truncated gzip, then ends with 2', async () => {
    const packed = gzipSync(`${A}\n`.repeat(50_000));
    const result = await cli(['decode', '-', '--json'], packed.subarray(0, packed.length - 20));
    expect(result.code).toBe(2);
    expect(result.err).toContain('cut short');
    expect(result.json().length).toBeGreaterThan(100);
  });

  it('prints version and help, with an example that works', async () => {
    expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+/);
    const help = await cli(['decode', '--help']);
    expect(help.code).toBe(0);
    expect(help.out).toContain('$ gatewarden decode access.log --json');
    expect((await cli(['decode', file('access.log', `${A}\n`), '--json'])).json()).toHaveLength(1);
  });
});
