import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { unsupportedCorrelations } from '../../../../core/alerts/unsupported-correlations.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { sampleCall } from '../sigma/sample-call.js';
import { burstText, compile, rule, ruleText, SHIPPED, setting, stateOf } from './configuration-samples.js';

const decided = (
  compiled: ReturnType<typeof compile>,
  ruleId: string,
  state: 'shadow' | 'active' | 'draft',
) => {
  const contentHash =
    compiled.parts.configuration.configured.find(({ id }) => id === ruleId)?.contentHash ?? '';
  return { ruleId, contentHash, state, atMs: 0, by: 'ana', forced: false };
};
const ids = (compiled: ReturnType<typeof compile>) => compiled.parts.rules.map(({ id }) => id).sort();
const ruleOf = (compiled: ReturnType<typeof compile>, id: string) =>
  compiled.parts.rules.find((one) => one.id === id);
/** Ids of running rules over single calls that match. */
const matches = (compiled: ReturnType<typeof compile>, changes: Parameters<typeof sampleCall>[0]) =>
  compileRules(compiled.parts.rules, re2Engine)
    .match(sampleCall(changes))
    .map(({ id }) => id);

describe('without any parameter', () => {
  it('runs the shipped rules as their packs say', () => {
    const compiled = compile([]);
    expect(compiled.problems).toEqual([]);
    expect(ids(compiled)).toEqual(SHIPPED.rules.map(({ id }) => id).sort());
    expect(compiled.parts.shadow).toEqual(['shipped-quiet']);
    expect(stateOf(compiled, 'shipped-one')).toBe('active');
  });
});

describe('the life cycle of a rule', () => {
  it('starts as a draft: validated, and not run', () => {
    const compiled = compile([rule('mine')]);
    expect(stateOf(compiled, 'mine')).toBe('draft');
    expect(ids(compiled)).not.toContain('mine');
    expect(compiled.parts.configuration.drafts.map(({ id }) => id)).toEqual(['mine']);
  });

  it.each(['shadow', 'active'] as const)('runs once it is %s', (state) => {
    const record = decided(compile([rule('mine')]), 'mine', state);
    const compiled = compile([rule('mine')], { lifeCycle: [record] });
    expect(ids(compiled)).toContain('mine');
    expect(compiled.parts.shadow.includes('mine')).toBe(state === 'shadow');
    expect(compiled.parts.configuration.drafts).toEqual([]);
  });

  it('starts again when the rule is changed, and does not when only its words are', () => {
    const record = decided(compile([rule('mine')]), 'mine', 'active');
    const lifeCycle = [record];
    expect(stateOf(compile([rule('mine', ruleText('mine', 'nmap'))], { lifeCycle }), 'mine')).toBe('draft');
    const reworded = ruleText('mine').replace('Tool of', 'Another title for');
    expect(stateOf(compile([rule('mine', reworded)], { lifeCycle }), 'mine')).toBe('active');
  });

  it('does not start again when a setting tunes the rule', () => {
    const compiled = compile([setting('thresholds', { 'shipped-burst': { threshold: 50 } })]);
    expect(stateOf(compiled, 'shipped-burst')).toBe('active');
  });

  it('leaves a shipped rule out once it is demoted to draft', () => {
    const record = decided(compile([]), 'shipped-burst', 'draft');
    expect(ids(compile([], { lifeCycle: [record] }))).toEqual(['shipped-one', 'shipped-quiet']);
  });

  it('runs what a running correlation counts by, without alerts of its own while it is a draft', () => {
    const generating = burstText('mine').replace('  type:', '  generate: true\n  type:');
    const draft = compile([rule('mine', generating)]);
    const compiled = compile([rule('mine', generating)], { lifeCycle: [decided(draft, 'mine', 'active')] });
    expect(stateOf(compiled, 'base-mine')).toBe('draft');
    expect(ruleOf(compiled, 'base-mine')).toMatchObject({ alerts: false });
  });
});

describe('a broken rule', () => {
  const broken = ruleText('mine').replace('userAgent|contains', 'userAgnt|contains');

  it('is named with parameter, line and what would be right, and takes no other rule down', () => {
    const compiled = compile([rule('mine', broken), rule('other')]);
    expect(compiled.problems).toMatchObject([
      { file: 'rules/mine', line: 6, expected: expect.stringContaining('userAgent') },
    ]);
    expect(stateOf(compiled, 'mine')).toBeUndefined();
    expect(stateOf(compiled, 'other')).toBe('draft');
    expect(ids(compiled)).toEqual(ids(compile([])));
  });

  it('stays in force as it last was, for as long as it is broken', () => {
    const good = compile([rule('mine')]);
    const lifeCycle = [decided(good, 'mine', 'active')];
    let compiled = compile([rule('mine')], { lifeCycle });
    for (let round = 0; round < 3; round += 1) {
      compiled = compile([rule('mine', broken)], { lifeCycle, previous: compiled.parts.configuration });
      expect(compiled.problems).toHaveLength(1);
      expect(stateOf(compiled, 'mine')).toBe('active');
      expect(matches(compiled, { userAgent: 'sqlmap/1.7' })).toContain('mine');
    }
    const mended = compile([rule('mine', ruleText('mine', 'nmap'))], {
      lifeCycle,
      previous: compiled.parts.configuration,
    });
    expect(mended.problems).toEqual([]);
    expect(stateOf(mended, 'mine')).toBe('draft');
  });

  it('goes when its parameter is deleted', () => {
    const { configuration } = compile([rule('mine')]).parts;
    const compiled = compile([], { previous: configuration });
    expect(stateOf(compiled, 'mine')).toBeUndefined();
    expect(compiled.parts.configuration.accepted).toEqual([]);
  });

  it('does not hold back a good change in a parameter that refers to it', () => {
    const [base = '', correlation = ''] = burstText('mine').split('---\n');
    const before = compile([rule('base', base), rule('count', correlation)]);
    expect(before.problems).toEqual([]);
    const compiled = compile(
      [
        rule('base', base.replace('detection:', 'detections:')),
        rule('count', correlation.replace('20', '33')),
      ],
      { previous: before.parts.configuration },
    );
    expect(new Set(compiled.problems.map(({ file }) => file))).toEqual(new Set(['rules/base']));
    expect(compiled.parts.configuration.drafts.find(({ id }) => id === 'mine')).toMatchObject({
      threshold: 33,
    });
  });

  it('never keeps the others from compiling, whatever the texts are', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 4 }), (texts) => {
        const compiled = compile([...texts.map((text, at) => rule(`x${at}`, text)), rule('zz-good')]);
        expect(stateOf(compiled, 'zz-good')).toBe('draft');
      }),
      { numRuns: 40 },
    );
  });
});

describe('settings', () => {
  it('turn packs off', () => {
    const compiled = compile([setting('packs', { baseline: 'off' })]);
    expect(ids(compiled)).toEqual(['shipped-quiet']);
    expect(compiled.parts.configuration.packs).toContainEqual({
      name: 'baseline',
      version: '1.0.0',
      isOn: false,
    });
  });

  it('override thresholds by id or name, and start new windows with them', () => {
    for (const key of ['shipped-burst', 'burst-shipped-burst']) {
      const compiled = compile([setting('thresholds', { [key]: { threshold: 50, timespan: '1h' } })]);
      const tuned = ruleOf(compiled, 'shipped-burst');
      expect(tuned).toMatchObject({ threshold: 50, timespanMs: 3_600_000 });
      expect(tuned?.contentHash).not.toBe(ruleOf(compile([]), 'shipped-burst')?.contentHash);
    }
  });

  it('allow callers: for all rules, or for some without touching those that count by the same', () => {
    const office = { reason: 'our office', addresses: ['192.0.2.0/24'] };
    const all = compile([setting('allow', [office])]);
    expect(matches(all, { userAgent: 'nikto', sourceIp: '192.0.2.7' })).toEqual([]);
    expect(matches(all, { userAgent: 'nikto', sourceIp: '198.51.100.7' })).toEqual(['shipped-one']);

    const one = compile([setting('allow', [{ ...office, rules: ['shipped-burst'] }])]);
    expect(matches(one, { userAgent: 'nikto', sourceIp: '192.0.2.7' })).toEqual(['shipped-one']);
    expect(matches(one, { status: 401, sourceIp: '192.0.2.7' })).toEqual([]);
    expect(matches(one, { status: 401, sourceIp: '198.51.100.7' })).toEqual([
      'base-shipped-burst/shipped-burst',
    ]);
  });

  it('reach ingest', () => {
    const { settings } = compile([
      setting('retention', { hotDays: 30 }),
      setting('proxies', ['192.0.2.0/24']),
      setting('keepExtra', ['$context.domainName']),
      setting('redact', ['ACME-[0-9]+']),
      setting('budgets', { alertsPerDay: 2, rules: { 'shipped-one': 9 } }),
    ]).parts;
    expect(settings).toEqual({
      hotDays: 30,
      proxies: ['192.0.2.0/24'],
      keepExtra: ['$context.domainName'],
      redact: ['ACME-[0-9]+'],
      budgets: { alertsPerDay: 2, rules: { 'shipped-one': 9 } },
    });
  });

  it('keep their last good value while they are broken, and their default where they never had one', () => {
    const good = compile([setting('retention', { hotDays: 30 })]);
    const broken = [setting('retention', { hotDay: 60 }), setting('proxies', '["192.0.2.0/24", "nonsense"]')];
    const compiled = compile(broken, { previous: good.parts.configuration });
    expect(compiled.parts.settings).toMatchObject({ hotDays: 30, proxies: [] });
    expect(compiled.problems.map(({ file }) => file)).toEqual(
      expect.arrayContaining(['settings/retention', 'settings/proxies']),
    );
  });
});

describe('a compiled configuration', () => {
  it('is the same whatever the order in which parameters are listed', () => {
    const parameters = [
      rule('a'),
      rule('b', burstText('b')),
      rule('c', 'title: broken'),
      setting('packs', { abuse: 'off' }),
      setting('allow', [{ reason: 'x', principals: ['deploy-*'] }]),
    ];
    const expected = compile(parameters);
    fc.assert(
      fc.property(fc.shuffledSubarray(parameters, { minLength: parameters.length }), (shuffled) => {
        expect(compile(shuffled)).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  it('is its own fixed point: compiling it again changes nothing', () => {
    const parameters = [rule('a'), rule('c', 'title: broken'), setting('retention', { hotDays: 30 })];
    const first = compile(parameters);
    expect(compile(parameters, { previous: first.parts.configuration })).toEqual(first);
  });

  it('puts a rule of the same id in the place of a shipped one', () => {
    const mine = compile([rule('shipped-one', ruleText('shipped-one', 'nmap'))]);
    expect(mine.problems).toEqual([]);
    expect(mine.parts.configuration.configured.filter(({ id }) => id === 'shipped-one')).toMatchObject([
      { state: 'draft', origin: { kind: 'parameter', name: 'rules/shipped-one' } },
    ]);
  });
});

describe('an own rule with the id of a shipped one', () => {
  const base = (method: string) =>
    ruleText('base-shipped-burst').replace('userAgent|contains: sqlmap', `method: ${method}`);
  const mine = rule('mine', base('DELETE'));
  const shippedBase = () => ruleOf(compile([]), 'base-shipped-burst');

  it('changes nothing that runs while it is a draft, whatever counts by that id', () => {
    const compiled = compile([mine, rule('one', ruleText('shipped-one', 'nmap'))]);
    expect(compiled.problems).toEqual([]);
    expect(compiled.parts.rules).toEqual(compile([]).parts.rules);
    expect(compiled.parts.shadow).toEqual(compile([]).parts.shadow);
    expect(stateOf(compiled, 'base-shipped-burst')).toBe('draft');
    expect(compiled.parts.configuration.drafts.map(({ id }) => id)).toContain('base-shipped-burst');
  });

  it('also as the member of an own correlation that is a draft', () => {
    const text = burstText('mine').replace('base-mine', 'base-shipped-burst').replace('401', '500');
    const compiled = compile([rule('mine', text)]);
    expect(ruleOf(compiled, 'base-shipped-burst')).toEqual(shippedBase());
    const { drafts } = compiled.parts.configuration;
    expect(drafts.map(({ id }) => id).sort()).toEqual(['base-shipped-burst', 'mine']);
    const lifeCycle = [decided(compiled, 'mine', 'active')];
    expect(ruleOf(compile([rule('mine', text)], { lifeCycle }), 'base-shipped-burst')).not.toEqual(
      shippedBase(),
    );
  });

  it.each(['shadow', 'active'] as const)('takes its place once it is %s', (state) => {
    const lifeCycle = [decided(compile([mine]), 'base-shipped-burst', state)];
    const compiled = compile([mine], { lifeCycle });
    expect(ruleOf(compiled, 'base-shipped-burst')).toMatchObject({ title: 'Tool of base-shipped-burst' });
    expect(compiled.parts.shadow.includes('base-shipped-burst')).toBe(state === 'shadow');
  });
});

describe('own rules of which only some take the place of shipped ones', () => {
  it('never run in a circle with those that stay', () => {
    const circle = burstText('base-shipped-burst').replaceAll('refused-base-shipped-burst', 'shipped-burst');
    const [, over = ''] = circle.split('---\n');
    const parameters = [rule('a', over), rule('b', ruleText('shipped-burst'))];
    const lifeCycle = [decided(compile(parameters), 'base-shipped-burst', 'active')];
    const allow = setting('allow', [{ reason: 'office', addresses: ['192.0.2.0/24'] }]);
    const compiled = compile([...parameters, allow], { lifeCycle });
    expect(compiled.problems).toEqual([]);
    expect(unsupportedCorrelations(compiled.parts.rules)).toEqual([]);
    expect(ids(compiled)).toEqual(ids(compile([])));
  });
});

describe('of rules with one id or name', () => {
  const accepted = rule('z-mine', ruleText('mine').replace('id: mine', 'id: mine\nname: mine-by-name'));
  const before = () => {
    const lifeCycle = [decided(compile([accepted]), 'mine', 'active')];
    return { lifeCycle, previous: compile([accepted], { lifeCycle }).parts.configuration };
  };

  it.each([
    ['id', ruleText('mine', 'never')],
    ['name', ruleText('other', 'never').replace('id: other', 'id: other\nname: mine-by-name')],
    ['name like its id', ruleText('other', 'never').replace('id: other', 'id: other\nname: mine')],
  ])('the accepted one stays, and a newcomer with its %s is told', (_, text) => {
    const compiled = compile([rule('a-newcomer', text), accepted], before());
    expect(stateOf(compiled, 'mine')).toBe('active');
    expect(matches(compiled, { userAgent: 'sqlmap/1.7' })).toContain('mine');
    expect(compiled.problems.map(({ file }) => file)).toEqual(['rules/a-newcomer']);
    expect(compiled.parts.configuration.accepted).toEqual([accepted]);
  });

  it('an accepted text that is changed into a taken id gives way to what it was', () => {
    const other = rule('a-other');
    const lifeCycle = [decided(compile([accepted]), 'mine', 'active')];
    const previous = compile([other, accepted], { lifeCycle }).parts.configuration;
    const compiled = compile([rule('a-other', ruleText('mine', 'never')), accepted], { lifeCycle, previous });
    expect(stateOf(compiled, 'mine')).toBe('active');
    expect(compiled.problems.map(({ file }) => file)).toEqual(['rules/a-other']);
    expect(compiled.parts.configuration.accepted).toEqual([other, accepted]);
  });
});

describe('an own rule under which a shipped correlation could not be judged', () => {
  it('gives way, so that what is published can always be compiled', () => {
    const text = burstText('mine')
      .replaceAll('burst-mine', 'mine-by-name')
      .replaceAll('id: mine', 'id: base-shipped-burst')
      .replace('timespan: 5m', 'timespan: 30d');
    const compiled = compile([rule('mine', text), rule('other')]);
    expect(compiled.problems.map(({ file }) => file)).toEqual(['rules/mine']);
    expect(stateOf(compiled, 'other')).toBe('draft');
    expect(compiled.parts.rules).toEqual(compile([]).parts.rules);
  });
});

describe('an override under which a correlation cannot be judged', () => {
  it('gives way, with what is wrong, and what is published can always be compiled', () => {
    const chain = ['a', 'b', 'c', 'd', 'e'].map((id, at, all) => {
      const below = at === 0 ? 'refused-a' : (all[at - 1] ?? '');
      const correlation = `title: ${id}
id: ${id}
correlation:
  type: event_count
  rules: [${below}]
  group-by: [apiId]
  timespan: 1h
  condition: { gte: 2 }
`;
      return rule(id, at === 0 ? `${burstText('a').split('---\n')[0]}---\n${correlation}` : correlation);
    });
    expect(compile(chain).problems).toEqual([]);
    const overrides = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((id) => [id, { timespan: '7d' }]));
    const { problems, parts } = compile([...chain, setting('thresholds', overrides)]);
    expect(problems).toContainEqual(expect.objectContaining({ file: 'settings/thresholds', seen: 'e' }));
    expect(parts.configuration.drafts.find(({ id }) => id === 'e')).toMatchObject({ timespanMs: 3_600_000 });
  });
});
