import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExistingStores } from '../../cli/local-stores.js';
import { buildProgram } from '../../cli/program.js';
import { SsmServer } from '../support/parameter-store/ssm-server.js';
import { capturedIo } from '../unit/cli/captured-io.js';
import { cli, contents, jsonLine, lines, NOW_MS } from './cli-world.js';

/** The program and every command and subcommand below it, each by the words that name it. */
function commandsOf(
  command: Command,
  path: readonly string[] = [],
): readonly { path: readonly string[]; command: Command }[] {
  const below = command.commands.flatMap((sub) => commandsOf(sub, [...path, sub.name()]));
  return [{ path, command }, ...below];
}

const COMMANDS = commandsOf(buildProgram(capturedIo(NOW_MS).io));

const help = async (path: readonly string[]): Promise<string> => {
  const { out, err, code } = await cli([...path, '--help']);
  expect([err, code]).toEqual(['', 0]);
  return out;
};

const examplesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^ {2}\$ (gatewarden .*)$/gm)].map(([, example = '']) => example);

/** What a shell would make of it: words, those in quotes whole, and a file for standard input. */
function parseExample(example: string): { readonly argv: readonly string[]; readonly stdin: string } {
  const words = [...example.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  const redirect = words.indexOf('<');
  const argv = words.slice(1, redirect < 0 ? undefined : redirect);
  return { argv, stdin: redirect < 0 ? '' : readFileSync(words[redirect + 1] ?? '', 'utf8') };
}

const home = process.cwd();
const folder = mkdtempSync(join(tmpdir(), 'gw-help-'));
const parameters = new SsmServer();
const awsBefore = { ...process.env };

/** The folder that the examples talk of: logs, and data of an earlier run with the alert and the API they name. */
beforeAll(async () => {
  process.chdir(folder);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await parameters.start(),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
  for (const home of ['my-rules/rules', '.gatewarden/config/rules']) mkdirSync(home, { recursive: true });
  const rule = `title: Mine
id: my-first-rule
logsource: { product: aws, service: apigateway }
detection: { tool: { userAgent|contains: nikto }, condition: tool }
`;
  for (const home of ['my-rules', '.gatewarden/config'])
    writeFileSync(join(home, 'rules/my-first-rule.yml'), rule);
  writeFileSync(
    'access.log',
    lines((n) => jsonLine(n, n === 9 ? { userAgent: 'sqlmap/1.7', status: '404' } : {}), 0, 20),
  );
  mkdirSync('logs');
  writeFileSync('logs/other.log', lines(jsonLine, 20, 30));
  mkdirSync('rules');
  writeFileSync(
    'rules/own.yml',
    'title: Not found\nlogsource: { product: aws, service: apigateway }\ndetection: { s: { status: 404 }, condition: s }\n',
  );
  writeFileSync(
    'rules/own.calls.yml',
    'calls:\n  - { about: gone, as: match, call: { status: 404 } }\n  - { about: there, as: look-alike, call: { status: 200 } }\n',
  );
  writeFileSync('events.ndjson', '{"status":200}\n{"status":404}\n');
  writeFileSync('format.txt', '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp"}');
  expect((await cli(['ingest', 'access.log', '--api-id', 'a1b2c3d4e5', '--stage', 'prod'])).code).toBe(0);
  const [alert] = (await contents('.gatewarden')).alerts;
  if (alert === undefined) throw new Error('the sample raises no alert');
  const { stores, close } = await openExistingStores('.gatewarden', () => NOW_MS);
  await stores.findings.putAlert({ ...alert, id: `4f2a${alert.id.slice(4)}` });
  await stores.findings.putConfigurationFinding({
    id: 'ab'.repeat(16),
    parameter: 'rules/my-second-rule',
    problems: ['rules/my-second-rule:3:1: no detection'],
    inForce: 'nothing',
    firstMs: NOW_MS,
    status: 'open',
  });
  await close();
});
afterAll(async () => {
  process.env = awsBefore;
  await parameters.stop();
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

describe('every command', () => {
  it('is looked at here', () => {
    expect(COMMANDS.length).toBeGreaterThanOrEqual(14);
    const names = COMMANDS.map(({ path }) => path.join(' '));
    for (const name of [
      '',
      'ingest',
      'decode',
      'demo',
      'replay',
      'stats',
      'inventory show',
      'alerts show',
      'trail search',
      'rules match',
      'rules check',
      'rules test',
      'rules new',
    ])
      expect(names).toContain(name);
  });

  it.each(COMMANDS.map(({ path, command }) => [path.join(' ') || 'gatewarden', path, command] as const))(
    '%s has a description, examples of itself, and --json where it answers',
    async (_, path, command) => {
      const text = await help(path);
      expect(command.description()).toMatch(/^\S.{9,}/);
      const examples = examplesOf(text);
      expect(examples.length).toBeGreaterThan(0);
      const isGroup = command.commands.length > 0;
      if (!isGroup) {
        expect(text).toMatch(/^ {2}--json /m);
        expect(examples.some((example) => example.includes(' --json'))).toBe(true);
      }
    },
  );

  it.each(COMMANDS.map(({ path }) => [path.join(' ') || 'gatewarden', path] as const))(
    '%s: the first example works',
    { timeout: 240_000 },
    async (_, path) => {
      const [example = ''] = examplesOf(await help(path));
      const { argv, stdin } = parseExample(example);
      const result = await cli(argv, stdin);
      expect([example, result.err, result.code]).toEqual([example, '', 0]);
      expect(result.out).not.toBe('');
    },
  );

  it('answers the other examples, too, with what it says it prints', { timeout: 120_000 }, async () => {
    // A demo of its own takes long, and is tested with its command.
    const commands = COMMANDS.filter(({ path }) => path.length > 0 && path[0] !== 'demo');
    let seen = 0;
    for (const { path } of commands) {
      for (const example of examplesOf(await help(path)).slice(1)) {
        const { argv, stdin } = parseExample(example);
        // What talks to AWS has tests of its own, with a fake of it.
        if (argv.includes('--stack')) continue;
        const { out, err, code } = await cli(argv, stdin);
        // trail search for a request that is not there says so; decode has an example of a packed file.
        if (argv.includes('access.log.gz')) continue;
        expect([example, err.replace('No call fits\n', ''), code <= 1]).toEqual([example, '', true]);
        if (argv.includes('--json'))
          for (const document of argv[0] === 'trail' || argv[0] === 'decode' || argv[1] === 'match'
            ? out.split('\n').filter(Boolean)
            : [out])
            expect(() => JSON.parse(document)).not.toThrow();
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(12);
  });
});

describe('--json', () => {
  it.each([
    [['alerts', '--json']],
    [['inventory', '--json']],
    [['inventory', 'show', '--json']],
    [['stats', '--json']],
    [['replay', '--json']],
    [['replay', '--dry-run', '--json']],
  ])('is one document where nothing is found: %j', async (argv) => {
    const data = join(folder, 'nothing');
    writeFileSync('empty.log', '');
    expect((await cli(['ingest', 'empty.log', '--data', data, '--json'])).json()).toMatchObject({
      records: 0,
    });
    const result = await cli([...argv, '--data', data]);
    expect([result.code, result.err]).toEqual([0, '']);
    expect(() => result.json()).not.toThrow();
    expect((await cli(['trail', 'search', '--json', '--data', data])).out).toBe('');
  });

  it('prints nothing but the document to standard output', async () => {
    for (const argv of [['alerts'], ['alerts', 'show', '4f2a'], ['inventory'], ['stats'], ['replay']]) {
      const { out } = await cli([...argv, '--json']);
      expect(() => JSON.parse(out)).not.toThrow();
    }
  });
});

describe('a command that only reads', () => {
  it.each([
    [['alerts']],
    [['alerts', 'show', 'x']],
    [['inventory']],
    [['stats']],
    [['replay']],
    [['trail', 'search']],
  ])('ends with 2 where there is no data folder, and makes none: %j', async (argv) => {
    const result = await cli([...argv, '--data', join(folder, 'nowhere')]);
    expect(result.code).toBe(2);
    expect(result.err).toMatch(/no data in .*ingest a log first/);
    const other = mkdtempSync(join(folder, 'other-'));
    const elsewhere = await cli([...argv, '--data', other]);
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.err).toMatch(/no data in .*ingest a log first/);
    expect(readdirSync(other)).toEqual([]);
  });
});
