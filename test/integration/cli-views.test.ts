import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { openExistingStores } from '../../cli/local-stores.js';
import type { ApiCall } from '../../core/calls/api-call.js';
import type { Alert } from '../../core/ports/finding-store.js';
import { cli, cliWorld, contents, ingest, jsonLine, NOW_MS } from './cli-world.js';

const world = cliWorld();
const data = world.newData();

beforeAll(async () => {
  const all = [
    jsonLine(0, { userAgent: 'curl/8.0' }),
    jsonLine(1, { status: '404', userAgent: 'sqlmap/1.7', ip: '203.0.113.9' }),
    jsonLine(2, { status: '503', httpMethod: 'POST', routeKey: 'POST /orders', path: '/orders' }),
    jsonLine(3, { ip: '2001:db8::7' }),
    jsonLine(7_200, { status: '403', userAgent: 'Nikto/2.5', ip: '203.0.113.10' }),
  ];
  await ingest(
    data,
    world.file('prod.log', `${all.join('\n')}\n`),
    '--api-id',
    'a1b2c3d4e5',
    '--stage',
    'prod',
  );
  await ingest(data, world.file('dev.log', `${jsonLine(50)}\n`), '--api-id', 'otherapi00', '--stage', 'dev');
  // Two more alerts whose ids begin alike, and one that somebody has looked at.
  const [one, two] = (await contents(data)).alerts;
  if (one === undefined || two === undefined) throw new Error('the sample raises too few alerts');
  const { stores, close } = await openExistingStores(data, () => NOW_MS);
  await stores.findings.putAlert({
    ...one,
    id: `${'ab'.repeat(15)}01`,
    level: 'high',
    slotStartMs: one.slotStartMs + 1,
  });
  await stores.findings.putAlert({ ...one, id: `${'ab'.repeat(15)}02`, level: 'critical', slotStartMs: 0 });
  await stores.findings.decideAlert(two.id, {
    status: 'acknowledged',
    by: 'ana',
    atMs: NOW_MS,
    reason: undefined,
  });
  await close();
});

const trail = async (...args: readonly string[]): Promise<readonly ApiCall[]> => {
  const { out, code } = await cli(['trail', 'search', '--data', data, '--json', ...args]);
  expect(code).toBe(0);
  return out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
};
const paths = (calls: readonly ApiCall[]) => calls.map(({ path }) => path);

describe('gatewarden trail search', () => {
  it('prints every call, newest first', async () => {
    expect(paths(await trail())).toEqual([
      '/orders/7200',
      '/orders/50',
      '/orders/3',
      '/orders',
      '/orders/1',
      '/orders/0',
    ]);
  });

  it.each([
    [['--api', 'otherapi00'], ['/orders/50']],
    [['--stage', 'dev'], ['/orders/50']],
    [['--route', '/orders'], ['/orders']],
    [['--method', 'post'], ['/orders']],
    [['--status', '404'], ['/orders/1']],
    [
      ['--status', '4xx'],
      ['/orders/7200', '/orders/1'],
    ],
    [
      ['--ip', '203.0.113.0/24'],
      ['/orders/7200', '/orders/1'],
    ],
    [['--ip', '2001:db8::/32'], ['/orders/3']],
    [['--principal', '203.0.113.9'], ['/orders/1']],
    [['--request-id', 'GQIVri0003AMEMsA='], ['/orders/3']],
    [['--text', 'SQLMAP'], ['/orders/1']],
    [['--since', '2026-03-03T09:00'], ['/orders/7200']],
    [['--until', '2026-03-03T08:00:01Z', '--limit', '1'], ['/orders']],
    [['--status', '4xx', '--ip', '203.0.113.10'], ['/orders/7200']],
    [['--status', '418'], []],
  ])('keeps to %j', async (args, expected) => {
    expect(paths(await trail(...args))).toEqual(expected);
  });

  it.each([
    [['--status', 'abc'], /--status: seen abc, expected a status such as 403/],
    [['--ip', 'nowhere'], /--ip: seen nowhere, expected an address/],
    [['--since', 'tomorrow'], /--since: seen tomorrow, expected a span/],
    [['--since', '1h', '--until', '2h'], /--until is before --since \(seen --since 1h --until 2h\)/],
    [['--limit', '0'], /--limit: seen "0", expected a whole number from 1/],
  ])('refuses %j and says what would be right', async (args, message) => {
    const { code, err } = await cli(['trail', 'search', '--data', data, ...args]);
    expect([code, message.test(err)]).toEqual([2, true]);
  });

  it('names everything that is wrong at once', async () => {
    const wrong = ['--status', '9', '--ip', 'x', '--since', 'y', '--limit', '0'];
    const { code, err } = await cli(['trail', 'search', '--data', data, ...wrong]);
    expect(code).toBe(2);
    for (const option of ['--status', '--ip', '--since', '--limit']) expect(err).toContain(`${option}: seen`);
  });

  it('fits its table to the terminal, and says so when no call fits', async () => {
    const { out } = await cli(['trail', '--data', data], '', 90);
    expect(stripVTControlCharacters(out)).toMatch(/^TIME \(UTC\) +STATUS +METHOD +PATH +SOURCE/);
    for (const line of stripVTControlCharacters(out).split('\n'))
      expect([...line].length).toBeLessThanOrEqual(90);
    expect(await cli(['trail', 'search', '--text', 'nothing', '--data', data])).toMatchObject({
      out: '',
      err: 'No call fits\n',
      code: 0,
    });
  });
});

const alerts = async (...args: readonly string[]) => {
  const result = await cli(['alerts', ...args, '--data', data, '--json']);
  return { ...result, levels: () => result.json().map(({ level }: { level: string }) => level) };
};

describe('gatewarden alerts', () => {
  it('lists them, those of a level and above, those of a status, those since', async () => {
    expect((await alerts()).levels()).toHaveLength(4);
    expect((await alerts('list', '--level', 'high')).levels().sort()).toEqual(['critical', 'high']);
    expect((await alerts('list', '--status', 'acknowledged')).levels()).toEqual(['medium']);
    expect((await alerts('list', '--since', '2026-03-01')).levels()).toHaveLength(3);
    expect((await alerts('list', '--limit', '1')).levels()).toHaveLength(1);
    expect((await alerts('list', '--since', '2027-01-01')).levels()).toEqual([]);
    const text = await cli(['alerts', '--data', data, '--limit', '1']);
    expect(text.err).toContain('3 more: --limit 4');
  });

  it('ends with 1 where --fail-on finds one, also beyond the limit', async () => {
    expect((await alerts('list', '--fail-on', 'critical', '--limit', '1')).code).toBe(1);
    expect((await alerts('list', '--fail-on', 'critical', '--since', '2026-03-01')).code).toBe(0);
  });

  it('shows one by the beginning of its id, with its evidence and what to do', async () => {
    const isReal = ({ id, title }: Alert) => title.includes('Scanner') && !id.startsWith('abab');
    const [alert] = (await contents(data)).alerts.filter(isReal);
    if (alert === undefined) throw new Error('no alert');
    const shown = (await alerts('show', alert.id.slice(0, 9))).json();
    expect(shown).toMatchObject({ id: alert.id, rule: { runbook: expect.any(Array) } });
    expect(shown.evidence).toMatchObject([{ userAgent: expect.stringMatching(/sqlmap|Nikto/) }]);
    const { out } = await cli(['alerts', 'show', alert.id, '--data', data]);
    for (const part of [alert.id, alert.title, 'What to do', 'Evidence: 1', '203.0.113.'])
      expect(out.replace(/\s+/g, ' ')).toContain(part);
  });

  it.each([
    ['abab', /2 alerts begin with "abab"; give more of the id/],
    ['zzzz', /no alert begins with "zzzz"; gatewarden alerts lists them/],
  ])('refuses %s: an id of several, or of none', async (id, message) => {
    const { code, err, out } = await alerts('show', id);
    expect([code, out, message.test(err)]).toEqual([2, '', true]);
  });

  it('are acknowledged, closed and reopened, with who, when and why; the same again changes nothing', async () => {
    const [alert] = (await contents(data)).alerts.filter(({ id }) => id.endsWith('01'));
    const id = alert?.id ?? '';
    const decide = async (...args: readonly string[]) =>
      (await cli(['alerts', ...args, '--data', data, '--json'])).json();
    expect(await decide('acknowledge', id.slice(0, 32), '--by', 'ana')).toMatchObject([
      { id, outcome: 'decided', status: 'acknowledged', decision: { by: 'ana', atMs: NOW_MS } },
    ]);
    expect(await decide('acknowledge', id, '--by', 'bo')).toMatchObject([
      { outcome: 'same', decision: { by: 'ana' } },
    ]);
    expect((await alerts('list', '--status', 'acknowledged')).levels()).toHaveLength(2);
    await decide('close', id, '--by', 'bo', '--reason', 'our own load test');
    const text = await cli(['alerts', 'close', id, '--data', data]);
    expect(text.out).toMatch(/closed already, since 2026-03-03 12:00 UTC by bo\n$/);
    const { out } = await cli(['alerts', 'show', id, '--data', data]);
    expect(out).toMatch(/status +closed/);
    expect(out).toMatch(/• 2026-03-03 12:00:00 UTC: closed by bo: our own load test/);
    expect(await decide('reopen', id)).toMatchObject([{ outcome: 'decided', status: 'open' }]);
  });

  it('names every id that is wrong, and changes none then', async () => {
    const { id = '' } = (await contents(data)).alerts.find((alert) => alert.id.endsWith('02')) ?? {};
    const { err, code } = await cli(['alerts', 'close', id, 'zzzz', 'abab', '--data', data]);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/no alert begins with "zzzz".*\n.*2 alerts begin with "abab"/),
    ]);
    expect((await contents(data)).alerts.find((alert) => alert.id === id)?.status).toBe('open');
  });

  it('says so when there are none', async () => {
    const none = world.newData();
    await ingest(none, world.file('quiet.log', `${jsonLine(1)}\n`));
    expect((await cli(['alerts', '--data', none])).out).toBe('No alerts\n');
  });
});

describe('gatewarden findings', () => {
  const own = world.newData();
  const rule = (name: string) => join(own, 'config', 'rules', `${name}.yml`);
  const findings = (...args: readonly string[]) => cli(['findings', ...args, '--data', own]);
  beforeAll(() => {
    mkdirSync(join(own, 'config', 'rules'), { recursive: true });
    writeFileSync(rule('broken'), 'title: Broken\nlogsource: { product: aws, service: apigateway }\n');
  });

  it('lists what is broken until it is mended, each with what is wrong', async () => {
    const { out, code } = await findings();
    expect([code, out]).toEqual([0, expect.stringMatching(/rules\/broken +nothing of it +line \d+: /)]);
    expect((await findings('--fail-on-open')).code).toBe(1);
    const [finding] = (await findings('list', '--json')).json();
    expect(finding).toMatchObject({ parameter: 'rules/broken', status: 'open', inForce: 'nothing' });
    for (const wanted of ['rules/broken', finding.id.slice(0, 6)])
      expect((await findings('show', wanted)).out).toMatch(/What is wrong\n {2}• rules\/broken:\d+/);
    rmSync(rule('broken'));
    expect((await findings()).out).toMatch(/^No open finding/);
    expect((await findings('--fail-on-open')).code).toBe(0);
    expect((await findings('list', '--status', 'closed', '--json')).json()).toMatchObject([
      { id: finding.id, status: 'closed' },
    ]);
  });

  it('refuses one that there is not', async () => {
    const { err, code } = await findings('show', 'zzzz');
    expect([code, err]).toEqual([2, expect.stringMatching(/no finding begins with "zzzz"/)]);
  });
});
