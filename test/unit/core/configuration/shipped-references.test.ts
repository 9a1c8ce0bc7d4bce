import { describe, expect, it } from 'vitest';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { compileRules } from '../../../../core/sigma/compile-rules.js';
import { sampleCall } from '../sigma/sample-call.js';
import { compile, rule, ruleText, setting, stateOf } from './configuration-samples.js';

const filterText = (rules: string, logsource = '{ product: aws, service: apigateway }') => `title: Our scanner
logsource: ${logsource}
filter:
  rules: ${rules}
  ours: { principal: scanner }
  condition: ours
`;
const correlationText = (rules: string, id = 'mine', more = '') => `title: Mine
id: ${id}
correlation:
  type: event_count
  rules: ${rules}
  group-by: [apiId, principal]
  timespan: 10m
  condition: { gte: 3 }
${more}`;

type Compiled = ReturnType<typeof compile>;
const ruleOf = ({ parts }: Compiled, id: string) =>
  [...parts.rules, ...parts.configuration.drafts].find((one) => one.id === id);
/** Ids of running rules over single calls that match a refused call of this principal, made with a scanner. */
const matched = ({ parts }: Compiled, principal: string) =>
  compileRules(parts.rules, re2Engine)
    .match(sampleCall({ status: 401, userAgent: 'nikto', principal }))
    .map(({ id }) => id)
    .sort();

describe('a filter of the installation', () => {
  it.each([
    ['by id', '[shipped-one]', ['base-shipped-burst']],
    ['by name', '[refused-shipped-burst]', ['shipped-one']],
    ['by log source', 'any', []],
  ])('silences shipped rules, named %s, for whom it selects', (_, rules, left) => {
    const compiled = compile([rule('ours', filterText(rules))]);
    expect(compiled.problems).toEqual([]);
    expect(matched(compiled, 'scanner')).toEqual(left);
    expect(matched(compiled, 'somebody')).toEqual(['base-shipped-burst', 'shipped-one']);
  });

  it('gives the correlations that count by what it changes new windows', () => {
    const hash = (compiled: Compiled, id: string) => ruleOf(compiled, id)?.contentHash;
    const [before, after] = [compile([]), compile([rule('ours', filterText('[refused-shipped-burst]'))])];
    expect(hash(after, 'shipped-burst')).not.toBe(hash(before, 'shipped-burst'));
    expect(hash(after, 'shipped-one')).toBe(hash(before, 'shipped-one'));
  });

  it('restarts neither a shipped rule nor an own one: the state goes by the content as written', () => {
    const own = rule('mine', ruleText('mine', 'nikto'));
    const contentHash =
      compile([own]).parts.configuration.configured.find(({ id }) => id === 'mine')?.contentHash ?? '';
    const lifeCycle = [
      { ruleId: 'mine', contentHash, state: 'active', atMs: 0, by: 'ana', forced: false } as const,
    ];
    const compiled = compile([own, rule('ours', filterText('any'))], { lifeCycle });
    expect([stateOf(compiled, 'mine'), stateOf(compiled, 'shipped-burst')]).toEqual(['active', 'active']);
    expect(matched(compiled, 'scanner')).toEqual([]);
    expect(matched(compiled, 'somebody')).toContain('mine');
  });

  it('stays in force as it last was while it is broken', () => {
    const good = compile([rule('ours', filterText('[shipped-one]'))]);
    const broken = filterText('[shipped-one]').replace('principal', 'principle');
    const compiled = compile([rule('ours', broken)], { previous: good.parts.configuration });
    expect(compiled.problems).toMatchObject([{ file: 'rules/ours', line: 5 }]);
    expect(matched(compiled, 'scanner')).toEqual(['base-shipped-burst']);
  });

  it('is for an own rule that took the place of a shipped one', () => {
    const own = rule('replaced', ruleText('shipped-one', 'nikto'));
    const compiled = compile([own, rule('ours', filterText('[shipped-one]'))]);
    expect(compiled.problems).toEqual([]);
    expect(JSON.stringify(ruleOf(compiled, 'shipped-one'))).toContain('scanner');
  });
});

describe('a correlation of the installation', () => {
  it('counts by shipped rules, by id or name, and leaves them their own alerts', () => {
    const compiled = compile([rule('mine', correlationText('[shipped-one, refused-shipped-burst]'))]);
    expect(compiled.problems).toEqual([]);
    expect(stateOf(compiled, 'mine')).toBe('draft');
    expect(ruleOf(compiled, 'mine')).toMatchObject({ ruleIds: ['shipped-one', 'base-shipped-burst'] });
    expect(stateOf(compiled, 'shipped-one')).toBe('active');
    expect(ruleOf(compiled, 'shipped-one')).toMatchObject({ alerts: true });
  });

  it('chains on shipped correlations', () => {
    const compiled = compile([rule('mine', correlationText('[burst-shipped-burst]'))]);
    expect(compiled.problems).toEqual([]);
    expect(ruleOf(compiled, 'mine')).toMatchObject({
      ruleIds: ['shipped-burst'],
      groupBy: ['apiId', 'principal'],
    });
  });

  it('is refused when it comes back to itself through a shipped one', () => {
    const own = rule('circle', correlationText('[shipped-burst]', 'base-shipped-burst'));
    const compiled = compile([own]);
    expect(compiled.problems).toMatchObject([
      { file: 'rules/circle', what: expect.stringContaining('itself') },
    ]);
    expect(stateOf(compiled, 'shipped-burst')).toBe('active');
  });
});

describe('a reference to what is not there', () => {
  it.each([
    ['of a filter', filterText('[shipped-ome]'), "did you mean 'shipped-one'"],
    ['of a correlation', correlationText('[burst-shiped-burst]'), "did you mean 'burst-shipped-burst'"],
  ])('%s is a problem that names the nearest rule', (_, text, expected) => {
    const { problems } = compile([rule('wrong', text), rule('other')]);
    expect(problems).toMatchObject([{ file: 'rules/wrong', expected: expect.stringContaining(expected) }]);
  });

  it.each([
    ['of a filter', filterText('[shipped-quiet]')],
    ['of a correlation', correlationText('[shipped-quiet]')],
  ])('%s says when it is because the pack is off', (_, text) => {
    expect(compile([rule('mine', text)]).problems).toEqual([]);
    const { problems } = compile([rule('mine', text), setting('packs', { abuse: 'off' })]);
    expect(problems).toMatchObject([
      {
        file: 'rules/mine',
        what: "the rule 'shipped-quiet' belongs to the pack 'abuse', which is off",
        expected: expect.stringContaining('settings/packs'),
      },
    ]);
  });
});
