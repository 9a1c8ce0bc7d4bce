import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cli, cliWorld } from './cli-world.js';

const world = cliWorld();
const rule = (id: string, detection: string) =>
  `title: Rule ${id}\nid: ${id}\nlogsource: { product: any }\ndetection: { s: { ${detection} }, condition: s }\n`;
const lines = (...events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');
const ndjson = (text: string): readonly unknown[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const match = (rules: string, events: string, ...more: readonly string[]) =>
  cli(['rules', 'match', '--rules', rules, '--events', events, '--json', ...more]);

describe('rules match', () => {
  const rules = world.file('m.yml', [rule('a', 'x|gt: 1'), rule('b', 'y.z: q')].join('---\n'));

  it('prints each match by rule and event, counted from 0, without blank lines', async () => {
    const events = world.file(
      'm.ndjson',
      `${lines({ x: 2 }, { x: 0 })}\n\n${lines({ x: 3, y: { z: 'Q' } })}\n`,
    );
    const { out, err, code } = await match(rules, events);
    expect([err, code]).toEqual(['', 0]);
    expect(ndjson(out)).toEqual([
      { rule: 'a', event: 0 },
      { rule: 'a', event: 2 },
      { rule: 'b', event: 2 },
    ]);
  });

  it('reads standard input, and packed files', async () => {
    const argv = ['rules', 'match', '--rules', rules, '--events', '-', '--json'];
    expect(ndjson((await cli(argv, lines({ x: 2 }))).out)).toEqual([{ rule: 'a', event: 0 }]);
    const packed = world.file('m.ndjson.gz', gzipSync(lines({ x: 2 })));
    expect(ndjson((await match(rules, packed)).out)).toEqual([{ rule: 'a', event: 0 }]);
  });

  it('goes on behind lines that are not JSON, counts them, and ends with 2', async () => {
    const events = world.file('broken.ndjson', `{"x":2}\n{"x":\nnot json\n{"x":9}`);
    const { out, err, code } = await match(rules, events);
    expect(ndjson(out)).toEqual([
      { rule: 'a', event: 0 },
      { rule: 'a', event: 3 },
    ]);
    expect(err).toMatch(/2 lines are not JSON.*first event 1/);
    expect(code).toBe(2);
  });

  it('runs the other rules where one has a problem, says so, and ends with 2', async () => {
    const mixed = world.file('mixed.yml', [rule('a', 'x: 1'), rule('bad', 'x|nope: 1')].join('---\n'));
    const { out, err, code } = await match(mixed, world.file('one.ndjson', lines({ x: 1 })));
    expect(ndjson(out)).toEqual([{ rule: 'a', event: 0 }]);
    expect(err).toMatch(/mixed\.yml:\d+:\d+: there is no modifier 'nope'/);
    expect(code).toBe(2);
  });

  it('fills in placeholders from a file', async () => {
    const own = world.file('p.yml', rule('p', "host|expand: '%Servers%'"));
    const values = world.file('values.json', JSON.stringify({ Servers: ['srv*', 'db1'] }));
    const events = world.file('p.ndjson', lines({ host: 'SRV7' }, { host: 'x' }));
    expect(ndjson((await match(own, events, '--placeholders', values)).out)).toEqual([
      { rule: 'p', event: 0 },
    ]);
    expect((await match(own, events)).err).toMatch(/%Servers% has no values/);
    const wrong = await match(own, events, '--placeholders', world.file('wrong.json', '{"Servers": "x"}'));
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringMatching(/Servers: .*\n {2}write/)]);
  });

  it('runs correlations: group, and the events of the window', async () => {
    const burst = `title: Burst\nid: burst\ncorrelation: { type: event_count, rules: [a], group-by: [u], timespan: 1m, condition: { gte: 3 } }\n`;
    const own = world.file('c.yml', [rule('a', 'x: 1'), burst].join('---\n'));
    const at = (seconds: number, u: string, x = 1) => ({
      at: new Date(1_767_000_000_000 + seconds * 1000).toISOString(),
      u,
      x,
    });
    const rows = [at(0, 'ann'), at(20, 'bob'), at(1, 'ann', 2), at(30, 'ann'), at(40, 'bob'), at(10, 'ann')];
    const events = world.file('c.ndjson', lines(...rows));
    const { out, err } = await match(own, events, '--time-field', 'at');
    expect(err).toBe('');
    expect(ndjson(out)).toEqual([{ rule: 'burst', group: { u: 'ann' }, events: [0, 3, 5] }]);
    expect((await match(own, events, '--time-field', 'when')).err).toMatch(/5 events .* no time in 'when'/);
    const other = world.file('other.yml', [rule('b', 'x: 2'), rule('a', 'x: 1'), burst].join('---\n'));
    const untimed = await match(other, world.file('u.ndjson', lines({ x: 2 })));
    expect([untimed.err, untimed.code]).toEqual(['', 0]);
  });

  it.each([
    ['a Windows event whose fields are flat', (time: string) => ({ TimeCreated_SystemTime: time })],
    [
      'a Windows event in its envelope',
      (time: string) => ({
        Event: { System: { TimeCreated: { '#attributes': { SystemTime: time } } }, EventData: {} },
      }),
    ],
    ['a sign-in of Entra ID', (time: string) => ({ createdDateTime: time })],
    ['an event of Okta', (time: string) => ({ published: time })],
  ])('finds the time of %s', async (title, dated) => {
    const twice = `title: Twice\nid: twice\ncorrelation: { type: event_count, rules: [a], timespan: 1m, condition: { gte: 2 } }\n`;
    const own = world.file('time.yml', [rule('a', 'x: 1'), twice].join('---\n'));
    const rows = ['2026-01-01T10:00:00.1234567Z', '2026-01-01T10:00:50Z', '2026-01-01T12:00:00Z'];
    const events = world.file('time.ndjson', lines(...rows.map((time) => ({ x: 1, ...dated(time) }))));
    const { out, err } = await match(own, events);
    expect([title, err, ndjson(out)]).toEqual([title, '', [{ rule: 'twice', group: {}, events: [0, 1] }]]);
  });

  it.each([
    ['no rules', ['--rules', join(world.folder, 'none'), '--events', 'x'], /none/],
    ['no events', ['--rules', rules, '--events', join(world.folder, 'none')], /none/],
  ])('is refused with 2: %s', async (_, argv, expected) => {
    const { err, code } = await cli(['rules', 'match', ...argv]);
    expect(code).toBe(2);
    expect(err).toMatch(expected);
  });
});

describe('rules check', () => {
  it('lists every problem of every file, and ends with 2', async () => {
    const one = world.file(
      'one.yml',
      rule('a', 'x|nope: 1').replace('condition: s', 'condition: s | count() > 5'),
    );
    const two = world.file('two.yml', rule('b', "x|re: '(?=a)'"));
    const { code, json } = await cli(['rules', 'check', one, two, '--json']);
    expect(code).toBe(2);
    expect(json()).toMatchObject({
      files: 2,
      rules: 0,
      problems: [
        { file: one, line: 4, what: "there is no modifier 'nope'", seen: 'x|nope' },
        { file: one, line: 4, what: 'aggregation after a pipe is obsolete' },
        { file: two, line: 4, what: expect.stringMatching(/RE2 cannot run/), seen: '(?=a)' },
      ],
    });
  });

  it('accepts any log source, and with --fed only what the collector will run', async () => {
    const foreign = world.file('foreign.yml', rule('f', 'x: 1'));
    expect((await cli(['rules', 'check', foreign])).code).toBe(0);
    const fed = await cli(['rules', 'check', foreign, '--fed']);
    expect([fed.code, fed.out]).toEqual([2, expect.stringMatching(/foreign\.yml:3:12: no feed carries/)]);
  });
});

describe('rules test', () => {
  it('ends with 1 when a case fails, and names it', async () => {
    const own = world.file(
      't.yml',
      rule('t', 'status: 404').replace('{ product: any }', '{ product: aws, service: apigateway }'),
    );
    const missing = await cli(['rules', 'test', own, '--json']);
    expect([missing.code, missing.json().failures]).toEqual([
      1,
      [expect.stringMatching(/no calls beside it.*t\.calls\.yml/)],
    ]);
    world.file(
      't.calls.yml',
      'calls:\n  - { about: gone, as: match, call: { status: 404 } }\n  - { about: also gone, as: look-alike, call: { status: 404, path: /x } }\n',
    );
    const failed = await cli(['rules', 'test', own]);
    expect([failed.code, failed.out]).toEqual([
      1,
      expect.stringMatching(/fires on the look-alike "also gone"/),
    ]);
  });
});

describe('rules test over what other files and the packs hold', () => {
  const calls = (agent: string, ip: string) =>
    `{ repeat: 4, every: 1s, call: { userAgent: '${agent}', sourceIp: ${ip}, principal: ${ip}, principalKind: ip } }`;

  it('runs a correlation over a shipped rule', async () => {
    const own = world.file(
      'own-burst.yml',
      'title: Scanner in a burst\nid: burst\ncorrelation:\n  { type: event_count, rules: [scanner-user-agent], group-by: [sourceIp], timespan: 1m, condition: { gte: 4 } }\n',
    );
    world.file(
      'own-burst.calls.yml',
      `sequences:\n  - { about: four, as: match, calls: [${calls('sqlmap/1.7', '192.0.2.1')}] }\n  - { about: a browser, as: look-alike, calls: [${calls('Mozilla/5.0', '192.0.2.1')}] }\n`,
    );
    const { code, json } = await cli(['rules', 'test', own, '--json']);
    expect([code, json()]).toMatchObject([0, { cases: 2, failures: [], problems: [] }]);
  });

  it('runs a filter on a shipped rule, and wants a call that still fires and one that does not', async () => {
    const own = world.file(
      'own-filter.yml',
      'title: Our scanner\nlogsource: { product: aws, service: apigateway }\nfilter: { rules: [scanner-user-agent], s: { sourceIp|cidr: 192.0.2.0/28 }, condition: s }\n',
    );
    const caseOf = (as: string, ip: string) =>
      `  - { about: ${as} from ${ip}, as: ${as}, rule: scanner-user-agent, call: { userAgent: sqlmap/1.7, sourceIp: ${ip} } }\n`;
    world.file('own-filter.calls.yml', `calls:\n${caseOf('match', '198.51.100.1')}`);
    const half = await cli(['rules', 'test', own, '--json']);
    expect([half.code, half.json().failures]).toEqual([
      1,
      [expect.stringMatching(/the filter has no look-alike/)],
    ]);
    world.file(
      'own-filter.calls.yml',
      `calls:\n${caseOf('match', '198.51.100.1')}${caseOf('look-alike', '192.0.2.1')}`,
    );
    const whole = await cli(['rules', 'test', own, '--json']);
    expect([whole.code, whole.json()]).toMatchObject([0, { cases: 2, failures: [], problems: [] }]);
  });

  it('runs a correlation over a rule of another file', async () => {
    const base = world.file(
      'pair-base.yml',
      'title: Denied\nid: denied-here\nlogsource: { product: aws, service: apigateway }\ndetection: { s: { status: 403 }, condition: s }\n',
    );
    world.file(
      'pair-base.calls.yml',
      'calls:\n  - { about: denied, as: match, call: { status: 403 } }\n  - { about: gone, as: look-alike, call: { status: 404 } }\n',
    );
    const many = world.file(
      'pair-many.yml',
      'title: Denied often\nid: often\ncorrelation:\n  { type: event_count, rules: [denied-here], group-by: [sourceIp], timespan: 1m, condition: { gte: 3 } }\n',
    );
    const sequence = (as: string, status: number) =>
      `  - { about: ${as}, as: ${as}, calls: [{ repeat: 3, every: 1s, call: { status: ${status} } }] }\n`;
    world.file('pair-many.calls.yml', `sequences:\n${sequence('match', 403)}${sequence('look-alike', 404)}`);
    const { code, json } = await cli(['rules', 'test', base, many, '--json']);
    expect([code, json()]).toMatchObject([0, { cases: 4, failures: [], problems: [] }]);
  });
});

describe('rules new', () => {
  const create = (to: string, ...argv: readonly string[]) =>
    cli(['rules', 'new', '--to', join(world.folder, to), ...argv]);

  it.each([
    ['one call', ['--where', 'status=401']],
    [
      'several conditions',
      ['--where', 'path^=/login', '--where', 'status=401|403', '--where', 'method!=GET'],
    ],
    ['numbers and networks', ['--where', 'latencyMs>5000', '--where', 'sourceIp=192.0.2.0/28']],
    ['wildcards', ['--where', 'path=/ex*port?', '--where', 'userAgent~=curl']],
    ['a count', ['--where', 'status=401', '--threshold', '20', '--window', '5m', '--by', 'principal']],
    ['a count of one', ['--where', 'status>=500', '--threshold', '1', '--by', 'apiId,stage']],
    [
      'a count by what ordinary calls lack',
      ['--where', 'errorType=*', '--threshold', '3', '--by', 'apiKeyId'],
    ],
    [
      'distinct values',
      ['--where', 'status=404', '--threshold', '30', '--distinct', 'path', '--by', 'sourceIp'],
    ],
    ['everyone together', ['--where', 'status=429', '--threshold', '50', '--window', '1h', '--by', '']],
  ])('writes a rule and calls that pass check and test: %s', async (title, argv) => {
    const made = await create('made', '--title', title, ...argv, '--json');
    expect([made.err, made.code]).toEqual(['', 0]);
    const [path = ''] = made.json().files;
    expect((await cli(['rules', 'check', path, '--fed'])).out).toMatch(/no problem/);
    const tested = await cli(['rules', 'test', path, '--json']);
    expect([tested.code, tested.json()]).toMatchObject([0, { failures: [], problems: [] }]);
    expect(tested.json().cases).toBeGreaterThanOrEqual(2);
  });

  it('does not write over a rule that is there, unless told to', async () => {
    const argv = ['--title', 'Twice', '--where', 'status=401'];
    const path = join(world.folder, 'twice', 'twice.yml');
    expect((await create('twice', ...argv)).code).toBe(0);
    const before = readFileSync(path, 'utf8');
    expect((await create('twice', ...argv)).err).toMatch(/is there already.*--force/);
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect((await create('twice', ...argv, '--force')).code).toBe(0);
  });

  it.each([
    [['--where', 'statos=1'], /no field 'statos'; did you mean 'status'/],
    [['--where', 'status=abc'], /status is a number, seen "abc"/],
    [['--where', 'status'], /expected a field, one of .* such as status=401/],
    [['--where', 'status=401', '--threshold', '5', '--by', 'uri'], /cannot be grouped or counted by 'uri'/],
    [['--where', 'status=401', '--threshold', 'x'], /--threshold: seen "x"/],
    [['--where', 'status=401', '--threshold', '5', '--window', '5'], /--window: seen 5/],
    [['--where', 'status=401', '--distinct', 'path'], /--distinct needs --threshold/],
    [['--where', 'status>x'], /status is a number, seen "x"/],
    [['--where', 'request.body~=x'], /no calls can be made up for 'request\.body'/],
  ])('says what is wrong with %j, and writes nothing', async (argv, expected) => {
    const { err, code } = await create('nothing', '--title', 'Wrong', ...argv);
    expect(code).toBe(2);
    expect(err).toMatch(expected);
    expect(() => readFileSync(join(world.folder, 'nothing', 'wrong.yml'))).toThrow(/ENOENT/);
  });
});
