import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openExistingStores } from '../../cli/local-stores.js';
import { SsmServer } from '../support/parameter-store/ssm-server.js';
import { burstText, ruleText } from '../unit/core/configuration/configuration-samples.js';
import { cli, cliWorld, contents, ingest, jsonLine, lines, NOW_MS } from './cli-world.js';

const world = cliWorld();
const parameters = new SsmServer();
const envBefore = { ...process.env };

beforeAll(async () => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: await parameters.start(),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
  });
});
afterAll(async () => {
  process.env = envBefore;
  await parameters.stop();
});
beforeEach(() => parameters.parameters.clear());

let made = 0;
/** A folder of rules and settings. */
function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = join(world.folder, `rules-${made++}`);
  put(folder, files);
  return folder;
}

function put(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, text);
  }
}

const listed = async (data: string): Promise<Readonly<Record<string, string>>> => {
  const all = (await cli(['rules', 'list', '--all', '--json', '--data', data])).json() as {
    id: string;
    state: string;
  }[];
  return Object.fromEntries(all.map(({ id, state }) => [id, state]));
};

describe('rules and settings in the folder of the data', () => {
  const attack = () =>
    world.file(
      `attack-${made++}.log`,
      lines((n) => jsonLine(n, { userAgent: 'mytool/1.7' }), 0, 5),
    );

  it('go from draft over shadow to active, and only then raise alerts that people are told of', async () => {
    const data = world.newData();
    put(join(data, 'config'), { 'rules/mine.yml': ruleText('mine', 'mytool') });
    expect((await ingest(data, attack())).json()).toMatchObject({ alerts: [] });
    expect((await listed(data))['mine']).toBe('draft');
    expect((await contents(data)).alerts).toEqual([]);

    expect((await cli(['rules', 'promote', 'mine', '--data', data])).out).toMatch(
      /draft → shadow, in force at once/,
    );
    const other = world.file(
      'other.log',
      lines((n) => jsonLine(n, { userAgent: 'mytool/1.7' }), 5, 6),
    );
    expect((await ingest(data, other)).json()).toMatchObject({ alerts: [] });
    const shadow = (await cli(['alerts', '--status', 'shadow', '--json', '--data', data])).json() as {
      id: string;
    }[];
    expect(shadow).toMatchObject([{ ruleId: 'mine', status: 'shadow' }]);
    expect((await cli(['alerts', '--json', '--fail-on', 'low', '--data', data])).code).toBe(0);
    expect((await cli(['alerts', 'show', shadow[0]?.id.slice(0, 8) ?? '', '--data', data])).code).toBe(0);

    const refused = await cli(['rules', 'promote', 'mine', '--data', data]);
    expect([refused.code, refused.err]).toEqual([
      2,
      expect.stringMatching(/stays shadow: no backtest.*--force/),
    ]);
    expect((await cli(['rules', 'promote', 'mine', '--force', '--by', 'ana', '--data', data])).code).toBe(0);
    const third = world.file(
      'third.log',
      lines((n) => jsonLine(n, { userAgent: 'mytool/1.7' }), 10, 11),
    );
    expect((await ingest(data, third)).json()).toMatchObject({ alerts: [{ ruleId: 'mine' }] });
  });

  it('have every decision in the trail: who, when, before and after', async () => {
    const data = world.newData();
    put(join(data, 'config'), { 'rules/mine.yml': ruleText('mine') });
    await cli(['rules', 'promote', 'mine', '--by', 'ana', '--data', data]);
    await cli(['rules', 'demote', 'mine', '--by', 'bo', '--data', data]);
    const { stores, close } = await openExistingStores(data, () => NOW_MS);
    const events = [];
    for await (const event of stores.trail.events(NOW_MS)) events.push(event);
    await close();
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'rule.promoted',
        timeMs: NOW_MS,
        details: expect.objectContaining({
          rule: 'mine',
          before: 'draft',
          after: 'shadow',
          by: 'ana',
          forced: false,
        }),
      }),
    );
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'rule.demoted',
        details: expect.objectContaining({ before: 'shadow', after: 'draft', by: 'bo' }),
      }),
    );
    expect(
      events.some(
        ({ kind, details }) => kind === 'configuration.parameter' && details['parameter'] === 'rules/mine',
      ),
    ).toBe(true);
  });

  it('are told with file, line and remedy when broken, and the rest is in force', async () => {
    const data = world.newData();
    put(join(data, 'config'), {
      'rules/broken.yml': ruleText('broken').replace('userAgent', 'userAgnt'),
      'rules/good.yml': ruleText('good'),
      'settings/packs.json': '{ "basline": "off" }',
      'settings/retention.json': '{ "hotDays": 30 }',
    });
    const { code, err } = await ingest(data, attack());
    expect(code).toBe(0);
    expect(err).toMatch(/rules\/broken:6:\d+: .*did you mean 'userAgent'/);
    expect(err).toMatch(/settings\/packs:1:3: there is no such pack .*did you mean 'baseline'/);
    const { stores, close } = await openExistingStores(data, () => NOW_MS);
    expect((await stores.state.bundle())?.settings.hotDays).toBe(30);
    expect(await stores.findings.configurationFindings('open')).toHaveLength(2);
    await close();
    expect(await listed(data)).toMatchObject({ good: 'draft' });
  });

  it('tune shipped rules: a filter silences one for one principal, and nobody else', async () => {
    const callers = () =>
      world.file(
        `served-${made++}.log`,
        lines((n) => jsonLine(n, { path: '/.env', responseLength: '12' }), 0, 10),
      );
    const groups = async (files: Readonly<Record<string, string>>): Promise<readonly unknown[]> => {
      const data = world.newData();
      put(join(data, 'config'), files);
      const { json, err } = await ingest(data, callers());
      expect([json(), err]).toMatchObject([{ calls: 10 }, '']);
      const { alerts } = await contents(data);
      return alerts
        .filter(({ title }) => /never be served/.test(title))
        .map(({ group }) => group['principal']);
    };
    const filter = `title: Our own probe
logsource: { product: aws, service: apigateway }
filter:
  rules: [sensitive-file-served]
  probe: { principal: 198.51.100.0 }
  condition: probe
`;
    const all = await groups({});
    expect(all).toContain('198.51.100.0');
    expect((await groups({ 'rules/probe.yml': filter })).toSorted()).toEqual(
      all.filter((principal) => principal !== '198.51.100.0').toSorted(),
    );
  });

  it('are put in force while a command runs, and out of force with their file', async () => {
    const data = world.newData();
    put(join(data, 'config'), { 'settings/packs.json': '{ "baseline": "off" }' });
    await ingest(data, attack());
    expect(Object.values(await listed(data))).toContain('off');
    writeFileSync(join(data, 'config/settings/packs.json'), '{}');
    await ingest(data, attack());
    expect(Object.values(await listed(data))).not.toContain('off');
    expect(existsSync(join(data, 'guard-bundle.json'))).toBe(true);
  });
});

describe('gatewarden rules list and show', () => {
  it('know the shipped rules where there is no data, and leave no folder behind', async () => {
    const data = world.newData();
    const states = Object.values(await listed(data));
    expect(states.filter((state) => state === 'active').length).toBeGreaterThan(10);
    expect((await cli(['rules', 'show', 'throttled-caller', '--data', data])).out).toMatch(
      /from +baseline \d+\.\d+\.\d+[\s\S]*budget +5 alerts a day[\s\S]*What to do/,
    );
    expect((await cli(['rules', 'show', 'throttled-caller', '--data', data])).out).toMatch(
      /counts +value_count of id gte \d+ [\s\S]*; in\s+"/,
    );
    const parts = (await cli(['rules', 'list', '--all', '--data', data, '--json'])).json();
    const single = parts.find(({ kind }: { kind: string }) => kind === 'event');
    expect((await cli(['rules', 'show', single.id, '--data', data])).out).toMatch(/matches +\S/);
    expect((await cli(['rules', 'list', '--data', data])).out).toMatch(
      /^active +medium +\S.* {2}[\da-f]{8}$/m,
    );
    expect((await cli(['rules', 'show', 'nothing-like-it', '--data', data])).code).toBe(2);
    expect(existsSync(data)).toBe(false);
  });

  it('upgrade --plan says that nothing changes where the packs are those of this version', async () => {
    const data = world.newData();
    put(join(data, 'config'), { 'settings/retention.json': '{ "hotDays": 30 }' });
    await listed(data);
    expect((await cli(['rules', 'upgrade', '--plan', '--data', data])).out).toBe(
      'The packs in force are those of this version\n',
    );
    expect((await cli(['rules', 'upgrade', '--data', data])).code).toBe(2);
  });

  it('upgrade --plan backtests what comes and what changes, against its budget', async () => {
    const data = world.newData();
    put(join(data, 'config'), { 'settings/retention.json': '{ "hotDays": 30 }' });
    const calls = lines((n) => jsonLine(n, { userAgent: 'sqlmap/1.7', status: '404' }), 0, 40);
    await ingest(data, world.file(`upgrade-${made++}.log`, calls));
    await listed(data);
    // As a version before would have left it: one rule less, and another that matched something else.
    const { stores, close } = await openExistingStores(data, () => NOW_MS);
    const now = await stores.state.bundle();
    const [gone, changed] = (now?.configuration?.configured ?? []).filter(
      ({ id, origin }) =>
        origin.kind === 'pack' &&
        now?.rules.some(
          (one) => one.id === id && one.kind === 'event' && one.logsource['service'] === 'apigateway',
        ),
    );
    if (now?.configuration === undefined || gone === undefined || changed === undefined)
      throw new Error('no configuration to change');
    const { configured, ...others } = now.configuration;
    const older = {
      ...now,
      version: 'older',
      rules: now.rules.map((one) => (one.id === changed.id ? { ...one, contentHash: 'older' } : one)),
      configuration: {
        ...others,
        configured: configured
          .filter(({ id }) => id !== gone.id)
          .map((entry) => (entry.id === changed.id ? { ...entry, contentHash: 'older' } : entry)),
      },
    };
    expect(await stores.state.publishBundle(older, now.version)).toBe(true);
    await close();
    const plan = (await cli(['rules', 'upgrade', '--plan', '--json', '--data', data])).json() as {
      steps: { kind: string; id: string }[];
      backtests: { id: string; budget: number; difference: unknown }[];
    };
    expect(plan.steps.map(({ kind, id }) => [kind, id]).sort()).toEqual(
      [
        ['added', gone.id],
        ['changed', changed.id],
      ].sort(),
    );
    expect(plan.backtests.map(({ id }) => id).sort()).toEqual([gone.id, changed.id].sort());
    expect(plan.backtests.find(({ id }) => id === changed.id)?.difference).toMatchObject({
      onlyNew: 0,
      onlyOld: 0,
    });
    expect((await cli(['rules', 'upgrade', '--plan', '--data', data])).out).toMatch(
      /\+ .*\n {4}.* in 0\.0 days of calls [^+~]*budget of 5/,
    );
  });
});

describe('gatewarden rules push', () => {
  it('shows its plan and changes nothing until --apply', async () => {
    const folder = folderOf({ 'rules/mine.yml': ruleText('mine'), 'settings/packs.json': '{}' });
    const plan = await cli(['rules', 'push', folder]);
    expect(plan.out).toBe('+ rules/mine\n+ settings/packs\nNothing was changed: --apply does it\n');
    expect(parameters.parameters.size).toBe(0);
    expect((await cli(['rules', 'push', folder, '--apply'])).out).toContain('2 changed');
    expect(parameters.parameters.get('/gatewarden/rules/mine')?.value).toBe(ruleText('mine'));
    expect((await cli(['rules', 'push', folder, '--apply'])).out).toBe('= 2 unchanged\nNothing to do\n');
  });

  it('shows changes line by line, and which rules start again as drafts', async () => {
    parameters.set('/gatewarden/rules/burst', burstText('burst', 20));
    parameters.set('/gatewarden/rules/other', ruleText('other'));
    const folder = folderOf({
      'rules/burst.yml': burstText('burst', 30),
      'rules/other.yml': ruleText('other').replace('Tool of', 'Words of'),
    });
    const { out } = await cli(['rules', 'diff', folder]);
    expect(out).toMatch(
      /~ rules\/burst\n {4}- .*gte: 20.*\n {4}\+ .*gte: 30.*\n {4}Burst of burst starts again as a draft/,
    );
    expect(out.match(/starts again/g)).toHaveLength(1);
    expect((await cli(['rules', 'diff', folder, '--fail-on-difference'])).code).toBe(1);
  });

  it('deletes only when asked to, and says what stays and what goes', async () => {
    parameters.set('/gatewarden/rules/old', ruleText('old'));
    const folder = folderOf({ 'rules/mine.yml': ruleText('mine') });
    expect((await cli(['rules', 'push', folder, '--apply'])).out).toContain(
      '! rules/old: only in Parameter Store, stays',
    );
    expect(parameters.parameters.has('/gatewarden/rules/old')).toBe(true);
    expect((await cli(['rules', 'push', folder, '--delete'])).out).toContain(
      '- rules/old: deleted; its rules stop',
    );
    expect(parameters.parameters.has('/gatewarden/rules/old')).toBe(true);
    await cli(['rules', 'push', folder, '--delete', '--apply']);
    expect([...parameters.parameters.keys()]).toEqual(['/gatewarden/rules/mine']);
  });

  it('shows the price of the advanced tier before it is used, and refuses what fits in none', async () => {
    const long = (bytes: number) => `${ruleText('long')}description: ${'é'.repeat(bytes / 2)}\n`;
    const folder = folderOf({ 'rules/long.yml': long(5_000) });
    expect((await cli(['rules', 'push', folder])).out).toMatch(/1 of more than 4096 bytes.*\$0\.05 a month/);
    await cli(['rules', 'push', folder, '--apply']);
    expect(parameters.parameters.get('/gatewarden/rules/long')?.advanced).toBe(true);
    writeFileSync(join(folder, 'rules/long.yml'), long(9_000));
    const refused = await cli(['rules', 'push', folder, '--apply']);
    expect([refused.code, refused.err]).toEqual([2, expect.stringContaining('larger than the 8192 bytes')]);
  });

  it('pushes nothing while one text is broken, and names every problem', async () => {
    const folder = folderOf({
      'rules/good.yml': ruleText('good'),
      'rules/broken.yml': ruleText('broken').replace('userAgent', 'userAgnt'),
      'settings/retention.json': '{ "hotDays": 1 }',
    });
    const { code, err } = await cli(['rules', 'push', folder, '--apply']);
    expect(code).toBe(2);
    expect(err).toMatch(
      /nothing was pushed:\n {2}rules\/broken:6:\d+: [^\n]+\n {2}settings\/retention:1:14: /,
    );
    expect(parameters.parameters.size).toBe(0);
  });

  it('takes another prefix, and refuses an empty folder', async () => {
    const folder = folderOf({ 'rules/mine.yml': ruleText('mine') });
    await cli(['rules', 'push', folder, '--apply', '--prefix', '/acme/gw/']);
    expect([...parameters.parameters.keys()]).toEqual(['/acme/gw/rules/mine']);
    expect((await cli(['rules', 'push', folder, '--prefix', 'acme'])).code).toBe(2);
    expect((await cli(['rules', 'push', folderOf({ 'x.txt': '' })])).err).toContain(
      'is it the right folder?',
    );
  });
});

describe('gatewarden rules pull', () => {
  it('brings the folder to what Parameter Store has, and push then finds no difference', async () => {
    parameters.set('/gatewarden/rules/mine', ruleText('mine'));
    parameters.set('/gatewarden/rules/team/deep', ruleText('deep'));
    parameters.set('/gatewarden/settings/packs', '{}');
    parameters.set('/gatewarden/rules/secret', 'AQ', 'SecureString');
    const folder = folderOf({
      'rules/local.yml': ruleText('local'),
      'rules/mine.yml': ruleText('mine', 'nmap'),
    });
    const plan = await cli(['rules', 'pull', folder]);
    expect(plan.out).toContain('! rules/local: only in the folder, stays');
    expect(plan.out).toContain('! rules/secret: no plain text');
    expect(readFileSync(join(folder, 'rules/mine.yml'), 'utf8')).toBe(ruleText('mine', 'nmap'));
    expect((await cli(['rules', 'pull', folder, '--apply', '--delete', '--json'])).json()).toMatchObject({
      applied: true,
      passedOver: ['rules/secret'],
    });
    expect(readFileSync(join(folder, 'rules/mine.yml'), 'utf8')).toBe(ruleText('mine'));
    expect(existsSync(join(folder, 'rules/local.yml'))).toBe(false);
    expect((await cli(['rules', 'diff', folder])).out).toBe('= 3 unchanged\nNo difference\n');
  });

  it('writes no file outside the folder, whatever a parameter is called', async () => {
    parameters.set('/gatewarden/rules/../../../evil', ruleText('evil'));
    const folder = folderOf({ 'rules/mine.yml': ruleText('mine') });
    expect((await cli(['rules', 'pull', folder, '--apply', '--json'])).json()).toMatchObject({
      passedOver: ['rules/../../../evil'],
    });
  });
});
