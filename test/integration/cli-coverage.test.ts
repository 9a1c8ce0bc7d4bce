import { beforeAll, describe, expect, it } from 'vitest';
import { compileFormat } from '../../core/calls/format/compile-format.js';
import { cli, cliWorld, ingest, jsonLine, lines } from './cli-world.js';

const world = cliWorld();
const data = world.newData();

interface Feed {
  readonly apiId?: string;
  readonly feed?: string;
  readonly apiType: string;
  readonly basis: {
    readonly kind: string;
    readonly calls?: number;
    readonly shares?: Record<string, number>;
  };
  readonly counts: Record<string, number>;
  readonly rules: readonly { readonly name: string; readonly state: string; readonly reasons: string[] }[];
  readonly format: string;
}

const feedsOf = async (...argv: readonly string[]): Promise<readonly Feed[]> => {
  const { code, err, out } = await cli(['rules', 'coverage', ...argv, '--json']);
  expect([code, err]).toEqual([0, '']);
  return (JSON.parse(out) as { readonly feeds: readonly Feed[] }).feeds;
};

beforeAll(async () => {
  const log = world.file(
    'prod.log',
    lines((n) => jsonLine(n, n % 4 === 0 ? {} : { userAgent: 'curl/8.0' }), 0, 40),
  );
  await ingest(data, log, '--api-id', 'a1b2c3d4e5', '--stage', 'prod');
});

describe('gatewarden rules coverage', () => {
  it('judges what was ingested by the fields of its calls', async () => {
    const [feed, ...others] = await feedsOf('--data', data);
    expect(others).toEqual([]);
    expect(feed).toMatchObject({ apiId: 'a1b2c3d4e5', stage: 'prod', basis: { kind: 'calls', calls: 40 } });
    expect(feed?.basis.shares?.['status']).toBe(1);
    expect(feed?.rules.length).toBeGreaterThanOrEqual(16);
    const counted = Object.values(feed?.counts ?? {}).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(feed?.rules.length);
  });

  it('judges a format, and prints one that leaves nothing dark', async () => {
    const poor = '{"requestId":"$context.requestId","status":"$context.status"}';
    const [before] = await feedsOf('--format', poor, '--api-type', 'rest');
    expect(before?.counts['dark']).toBeGreaterThan(5);
    const printed = await cli([
      'rules',
      'coverage',
      '--format',
      poor,
      '--api-type',
      'rest',
      '--print-format',
    ]);
    const format = printed.out.trimEnd();
    expect(compileFormat(format)).toMatchObject({ kind: 'compiled', warnings: [] });
    const [after] = await feedsOf('--format', format, '--api-type', 'rest');
    expect([after?.counts['dark'], after?.counts['dim']]).toEqual([0, 0]);
  });

  it('says each rule that is not lit, why, and what to add', async () => {
    const poor = '$context.requestId $context.routeKey';
    const { out } = await cli(['rules', 'coverage', '--format', poor, '--verbose']);
    expect(out).toMatch(/^The format \(HTTP API\), judged by its format of 2 variables: \d+ rules lit/);
    expect(out).toMatch(/^dark .*scanner-user-agent .*\$context\.identity\.userAgent/m);
    expect(out).toMatch(/^\{"id":"\$context\.requestId",.*\}$/m);
  });

  it('begins with how many rules each feed lights, and says what they wait for, with one format for each type of API', async () => {
    const { out } = await cli(['rules', 'coverage', '--data', data]);
    expect(out).toMatch(
      /^STAGE +FEED +API +JUDGED BY +LIT +DIM +DARK\n(a1b2c3d4e5 prod) +\S+ +\w+ +40 calls +\d+ +\d+ +\d+\n/,
    );
    expect(out).toMatch(/^\$context\.error\.responseType +\d+ .*\w/m);
    expect(out.match(/^accessLogSettings\.format for /gm)).toHaveLength(1);
    expect(out.match(/^\{"\w+":"\$context\..*\}$/gm)).toHaveLength(1);
    expect(out.split('\n').length).toBeLessThan(40);
    const rules = out.split('\n').filter((line) => line.startsWith('$context.'));
    expect(rules.length).toBeGreaterThan(1);
    expect(rules.length).toBeLessThan(15);
  });

  it('asks for the type of the API where the variables fit several', async () => {
    const { code, err } = await cli(['rules', 'coverage', '--format', '$context.requestId $context.status']);
    expect(code).toBe(2);
    expect(err).toMatch(/give --api-type rest, http or websocket/);
  });
});
