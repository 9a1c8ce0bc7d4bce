import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openExistingStores } from '../../cli/local-stores.js';
import { burstText, ruleText } from '../unit/core/configuration/configuration-samples.js';
import { cli, cliWorld, ingest, jsonLine, lines, NOW_MS } from './cli-world.js';

const world = cliWorld();
let made = 0;

function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}

/** A folder with an hour of calls, of which the first 30, half a second apart, are refused, and these rules and settings. */
async function dataWith(files: Readonly<Record<string, string>>): Promise<string> {
  const data = world.newData();
  put(join(data, 'config'), files);
  const log = world.file(
    `log-${made++}.log`,
    lines(
      (n) => jsonLine(n, { ip: '198.51.100.1', ...(n < 30 && { status: '401', userAgent: 'mytool/1.7' }) }),
      0,
      7200,
    ),
  );
  expect((await ingest(data, log, '--api-id', 'a1b2c3d4e5', '--stage', 'prod')).code).toBe(0);
  return data;
}

const onData =
  (data: string) =>
  (command: string, ...more: readonly string[]) =>
    cli(['rules', command, ...more, '--data', data]);

const BUDGET = (alertsPerDay: number) => JSON.stringify({ alertsPerDay });

describe('rules backtest', () => {
  it('tells of a draft what it would have done, and keeps the figures', async () => {
    const data = await dataWith({ 'rules/mine.yml': ruleText('mine', 'mytool') });
    const { err, code, json } = await onData(data)('backtest', 'mine', '--json');
    expect([err, code]).toEqual(['', 0]);
    expect(json()).toMatchObject({
      calls: 7200,
      callsRead: 7200,
      rules: [
        {
          id: 'mine',
          state: 'draft',
          alerts: 1,
          days: [{ day: '2026-03-03', alerts: 1 }],
          budget: 5,
          isWithin: false,
          principals: [{ name: '198.51.100.1', alerts: 1 }],
          endpoints: [{ name: 'GET /orders/{id}', alerts: 1 }],
          examples: [{ event: { status: 401, userAgent: 'mytool/1.7' } }],
          difference: null,
        },
      ],
      skipped: [],
    });
    const { stores, close } = await openExistingStores(data, () => NOW_MS);
    const [{ contentHash, upperBound }] = (json() as { rules: [{ contentHash: string; upperBound: number }] })
      .rules;
    expect(await stores.state.backtest('mine', contentHash)).toMatchObject({
      alerts: 1,
      calls: 7200,
      upperBound,
    });
    await close();
  });

  it('tells people the same', async () => {
    const data = await dataWith({ 'rules/mine.yml': ruleText('mine', 'mytool') });
    const { out } = await onData(data)('backtest', 'Tool of mine');
    expect(out).toMatch(
      /^Tool of mine \(high, draft, mine\)\n1 alert in 0\.0 days of calls \(\d+\.\d a day\), at most/,
    );
    expect(out).toMatch(/over its budget of 5/);
    expect(out).toMatch(/^2026-03-03 {2,}1 {2}█+$/m);
    expect(out).toMatch(/^Read 7,200 calls \(\d\.\d MB\)/m);
  });

  it('runs a file as if it had been pushed, and compares it with what is there', async () => {
    const data = await dataWith({ 'rules/burst.yml': burstText('burst', 20) });
    const stricter = world.file('stricter.yml', burstText('burst', 50));
    const { json } = await onData(data)('backtest', stricter, '--json');
    expect(json()).toMatchObject({
      rules: [{ id: 'burst', alerts: 0, difference: { onlyNew: 0, onlyOld: 1, both: 0, isComplete: true } }],
    });
    const changed = world.file('changed.yml', burstText('burst', 25));
    expect((await onData(data)('backtest', changed)).out).toMatch(/0 only now, 0 no more, 1 in both/);
    // Nothing was put in force by it.
    expect((await onData(data)('show', 'burst', '--json')).json()).toMatchObject({ rule: { threshold: 20 } });
  });

  it('compares a rule that stands in the place of a shipped one with that one', async () => {
    const shipped = (await cli(['rules', 'list', '--json'])).json() as {
      id: string;
      name?: string;
      title: string;
    }[];
    const scanner = shipped.find(({ title }) => title.startsWith('Scanner names itself'));
    const data = await dataWith({ 'rules/own.yml': ruleText(scanner?.id ?? '', 'mytool') });
    expect((await onData(data)('backtest', scanner?.id ?? '', '--json')).json()).toMatchObject({
      rules: [{ alerts: 1, difference: { onlyNew: 1, onlyOld: 0 } }],
    });
  });

  it.each([
    [['nobody'], /"nobody" is no file, and no rule has that id, name or title/],
    [['refused-burst'], /raises no alert by itself/],
    [['mine', '--since', '1x'], /--since: seen 1x/],
    [['mine', '--since', '2h', '--until', '3h'], /--since 2h is not before --until 3h/],
  ])('refuses %j', async (argv, message) => {
    const data = world.newData();
    put(join(data, 'config'), { 'rules/burst.yml': burstText('burst'), 'rules/mine.yml': ruleText('mine') });
    const { err, code } = await onData(data)('backtest', ...argv);
    expect([code, err]).toEqual([2, expect.stringMatching(message)]);
  });

  it('names every problem of a file, and tries nothing', async () => {
    const data = await dataWith({});
    const broken = world.file(
      'broken.yml',
      ruleText('x').replace('userAgent|contains', 'userAgnet|contains'),
    );
    const { err, code } = await onData(data)('backtest', broken);
    expect([code, err]).toEqual([2, expect.stringMatching(/broken\.yml:6:\d+: .*userAgnet/)]);
  });

  it('runs a rule over new endpoints over those that were told', async () => {
    const appears = ruleText('appears')
      .replace('service: apigateway', 'service: apigateway-inventory')
      .replace('userAgent|contains: sqlmap', 'change: endpoint-added');
    const data = await dataWith({ 'rules/appears.yml': appears });
    const { err, code, json } = await onData(data)('backtest', 'appears', '--json');
    expect([err, code]).toEqual(['', 0]);
    expect(json()).toMatchObject({ rules: [{ alerts: 1, endpoints: [{ name: 'GET /orders/{id}' }] }] });
  });

  it('does not take events for tried that the trail does not hold', async () => {
    const management = ruleText('management').replace('service: apigateway', 'service: cloudtrail');
    const data = await dataWith({ 'rules/management.yml': management });
    const { err, code } = await onData(data)('backtest', 'management');
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/management events of CloudTrail, .*gatewarden rules match/),
    ]);
  });
});

describe('promotion to active', () => {
  it('asks for a backtest of this very rule, and for a bound within the budget', async () => {
    const data = await dataWith({ 'rules/mine.yml': ruleText('mine', 'mytool') });
    const run = onData(data);
    expect((await run('promote', 'mine')).code).toBe(0);
    expect((await run('promote', 'mine')).err).toMatch(/stays shadow: no backtest/);
    await run('backtest', 'mine');
    expect((await run('promote', 'mine')).err).toMatch(
      /saw 1 alerts in 0\.0 days of calls, which bounds it at \d+\.\d alerts a day, its budget is 5: not even silence.*0\.6 days/,
    );
    put(join(data, 'config'), { 'settings/budgets.json': BUDGET(500) });
    expect((await run('promote', 'mine')).out).toMatch(/shadow → active/);
  });

  it('asks again when thresholds or allow lists have changed', async () => {
    const data = await dataWith({
      'rules/burst.yml': burstText('burst', 50),
      'settings/budgets.json': BUDGET(500),
    });
    const run = onData(data);
    await run('promote', 'burst');
    await run('backtest', 'burst');
    put(join(data, 'config'), { 'settings/thresholds.json': JSON.stringify({ burst: { threshold: 2 } }) });
    expect((await run('promote', 'burst')).err).toMatch(/no backtest/);
    await run('backtest', 'burst');
    expect((await run('promote', 'burst')).code).toBe(0);
  });
});

describe('a rule that breaks its budget for three days', () => {
  it('is back in shadow after the next look, and list, show and a finding say why until somebody decides', async () => {
    const data = await dataWith({
      'rules/mine.yml': ruleText('mine', 'mytool'),
      'settings/budgets.json': BUDGET(0.5),
    });
    const run = onData(data);
    await run('promote', 'mine');
    await run('promote', 'mine', '--force');
    const inData = async <T>(
      look: (stores: Awaited<ReturnType<typeof openExistingStores>>['stores']) => Promise<T>,
    ) => {
      const { stores, close } = await openExistingStores(data, () => NOW_MS);
      try {
        return await look(stores);
      } finally {
        await close();
      }
    };
    // The decision is days old, and there was an alert on each of them.
    await inData(async (stores) => {
      const [record] = await stores.state.lifeCycle();
      const rule = (await stores.state.bundle())?.rules.find(({ id }) => id === 'mine');
      const [shadowed] = [...(await collect(stores.findings.alerts({ ...ALL, status: 'shadow' })))];
      if (record === undefined || rule === undefined || shadowed === undefined)
        throw new Error('nothing there');
      await stores.state.setLifeCycle({ ...record, atMs: NOW_MS - 9 * DAY });
      for (const days of [1, 2, 3])
        await stores.findings.putAlert({
          ...shadowed,
          id: `${days}`.repeat(32),
          ruleHash: rule.contentHash,
          slotStartMs: NOW_MS - days * DAY,
          status: 'open',
        });
    });
    expect((await cli(['inventory', '--data', data])).code).toBe(0);
    expect((await run('list', '--state', 'shadow')).out).toMatch(/^shadow \(demoted\) .* mine$/m);
    expect((await run('show', 'mine')).out).toMatch(
      /demoted +over its budget of 0\.5 alerts a day on three days\s+running: 1, 1,\s+1/,
    );
    const findings = () => inData((stores) => stores.findings.configurationFindings('open'));
    expect(await findings()).toMatchObject([
      {
        parameter: 'rules/mine',
        inForce: 'shadow',
        problems: [expect.stringMatching(/mine was demoted to shadow/)],
      },
    ]);
    const events = await inData((stores) => collect(stores.trail.events(NOW_MS)));
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'rule.demoted',
        details: expect.objectContaining({
          rule: 'mine',
          before: 'active',
          after: 'shadow',
          by: 'gatewarden',
        }),
      }),
    );
    expect((await run('promote', 'mine', '--force')).code).toBe(0);
    expect(await findings()).toEqual([]);
    expect((await run('show', 'mine')).out).not.toMatch(/demoted/);
  });
});

const DAY = 86_400_000;
const ALL = { fromMs: undefined, toMs: undefined, limit: 100 };

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
