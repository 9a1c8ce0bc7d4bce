import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { nodeDigest } from '../../adapters/node/node-digest.js';
import { correlator } from '../../cli/rules/fires-on.js';
import { missProbability, samplingOdds } from '../../core/alerts/sampling-odds.js';
import { isCountedByMembers, planCorrelation } from '../../core/alerts/window-plan.js';
import { compileRules, needsRegex } from '../../core/sigma/compile-rules.js';
import { describeProblem, parseRules } from '../../core/sigma/parse-rules.js';
import { checkRuleCases } from '../../core/sigma/rule-cases.js';
import { decodePack } from '../../core/sigma/rule-pack.js';
import { firesExactly } from './sliding-window.js';

const FOLDER = new URL('../../rules/', import.meta.url);
const paths = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.yml'),
);
const ruleFiles = paths.filter((path) => !path.endsWith('.calls.yml') && !path.endsWith('.pack.yml')).sort();
const packFiles = paths.filter((path) => path.endsWith('.pack.yml'));
const read = (path: string): string => readFileSync(new URL(path, FOLDER), 'utf8');
const parsed = parseRules(
  ruleFiles.map((name) => ({ name, text: read(name) })),
  { digest: nodeDigest },
);
/** What a person sees as a rule: correlations, and call rules that alert by themselves. */
const alerting = parsed.rules.filter((rule) => rule.alerts !== false);

const TACTICS =
  'reconnaissance resource-development initial-access execution persistence privilege-escalation defense-evasion credential-access discovery lateral-movement collection command-and-control exfiltration impact'.split(
    ' ',
  );
const TAG = new RegExp(
  `^(?:owasp-api-2023\\.api(?:[1-9]|10)|attack\\.(?:t\\d{4}(?:\\.\\d{3})?|${TACTICS.join('|')}))$`,
);

/** "One call in four is counted: 99 fire half of the time, 165 all but once in a thousand." */
const SAMPLE_SAID =
  /One \w+ in (\w+) is counted: ([\d,]+) fire half of the time, ([\d,]+) all but once in a thousand/;
const SMALL: Readonly<Record<string, number>> = { two: 2, four: 4, eight: 8 };

describe('the shipped rules', () => {
  it('are there, and parse without a problem', () => {
    expect(ruleFiles.length).toBeGreaterThanOrEqual(80);
    expect(parsed.problems.map(describeProblem)).toEqual([]);
    expect(alerting.length).toBeGreaterThanOrEqual(ruleFiles.length);
    expect(new Set(parsed.rules.map(({ id }) => id)).size).toBe(parsed.rules.length);
  });

  it('need no regular expression engine, so that the collector never loads it for them', () => {
    expect(needsRegex(parsed.rules)).toBe(false);
  });

  it.each(ruleFiles)('%s fires on its matches and stays silent on ordinary calls and look-alikes', (path) => {
    const cases = path.replace(/\.yml$/, '.calls.yml');
    expect(paths, 'calls beside the rule').toContain(cases);
    const { rules } = parseRules([{ name: path, text: read(path) }], { digest: nodeDigest });
    const ruleSet = compileRules(rules, undefined);
    const report = checkRuleCases({
      name: basename(cases),
      text: read(cases),
      rules,
      ruleSet,
      fires: (rule, calls, rulesOf) =>
        rule.type === 'event_count' || rule.type === 'value_count'
          ? firesExactly(
              rule,
              calls.filter((call) => rulesOf(call).some((id) => rule.ruleIds.includes(id))),
            )
          : correlator(rules).onCalls(rule, calls, rulesOf),
      firesOnRecords: correlator(rules).onRecords,
    });
    expect(report.failures).toEqual([]);
    expect(report.cases).toBeGreaterThanOrEqual(3);
  });

  it('say what they are for, what they cannot see, what else sets them off, and what to do', () => {
    for (const rule of alerting) {
      expect(rule.id, rule.title).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(rule.name, rule.title).toBeDefined();
      expect(rule.description?.length ?? 0, rule.title).toBeGreaterThan(80);
      expect(rule.references.length, rule.title).toBeGreaterThan(0);
      expect(
        rule.tags.some((tag) => tag.startsWith('owasp-api-2023.')),
        rule.title,
      ).toBe(true);
      expect(rule.falsePositives.length, rule.title).toBeGreaterThan(0);
      expect(rule.blindSpots.length, rule.title).toBeGreaterThan(0);
      expect(rule.runbook.length, rule.title).toBeGreaterThanOrEqual(2);
      expect(rule.runbook.length, rule.title).toBeLessThanOrEqual(3);
    }
  });

  it('carry tags of OWASP risks, and of ATT&CK tactics and techniques together', () => {
    for (const { tags, title } of alerting) {
      const attack = tags.filter((tag) => tag.startsWith('attack.'));
      expect(
        tags.filter((tag) => !TAG.test(tag)),
        title,
      ).toEqual([]);
      expect(
        attack.some((tag) => TACTICS.includes(tag.slice(7))),
        title,
      ).toBe(attack.some((tag) => /\.t\d/.test(tag)));
    }
  });

  it('prefer the principal to the address wherever they group by caller', () => {
    const byAddress = alerting.filter(
      (rule) => rule.kind === 'correlation' && rule.groupBy.includes('sourceIp'),
    );
    expect(byAddress.map((rule) => rule.name)).toEqual(['principals-cycled']);
    for (const rule of alerting)
      if (rule.kind === 'correlation' && rule.groupBy.includes('principal'))
        expect(rule.groupBy).toContain('principalKind');
  });

  it('say truly at what size they fire where they count a sample, which is drawn by chance', () => {
    const eventRules = new Map(
      parsed.rules.flatMap((rule) => (rule.kind === 'event' ? [[rule.id, rule]] : [])),
    );
    const sampled = alerting.flatMap((rule) => {
      if (rule.kind !== 'correlation' || !isCountedByMembers(rule, eventRules)) return [];
      const plan = planCorrelation(rule, eventRules);
      return plan.sampleOneIn > 1 ? [{ plan, rule }] : [];
    });
    expect(sampled.length).toBeGreaterThanOrEqual(10);
    for (const { plan, rule } of sampled) {
      const said = SAMPLE_SAID.exec(rule.description?.replace(/\s+/g, ' ') ?? '');
      const [share, half, surely] = (said ?? [])
        .slice(1)
        .map((text) => SMALL[text] ?? Number(text.replace(',', '')));
      expect(share, rule.name).toBe(plan.sampleOneIn);
      expect(half, rule.name).toBe(samplingOdds(plan)?.halfAt);
      // Rounded up, and by no more than a tenth.
      expect(missProbability(surely ?? 0, plan), rule.name).toBeLessThanOrEqual(0.001);
      expect(missProbability(Math.floor((surely ?? 0) * 0.9), plan), rule.name).toBeGreaterThan(0.001);
    }
  });

  it.each([
    // 50 errors a minute and address (aws-waf-security-automations), over the two minutes that ours look at.
    ['auth-failure-burst', 100],
    ['error-burst', 100],
    // The log that the field's own rule is tested with.
    ['route-probing-fast', 22],
    // Its room and what leaks out of it in five minutes.
    ['route-probing', 40],
    // Ten times where HTTP flood protection starts, over ten minutes.
    ['scraping-pages', 2_000],
  ])('%s is no lottery at the size it takes from the field', (name, count) => {
    const eventRules = new Map(
      parsed.rules.flatMap((rule) => (rule.kind === 'event' ? [[rule.id, rule]] : [])),
    );
    const rule = parsed.rules.find((one) => one.name === name);
    if (rule?.kind !== 'correlation') throw new Error(`${name} is no correlation`);
    expect(missProbability(count, planCorrelation(rule, eventRules))).toBeLessThanOrEqual(0.001);
  });

  it('are named truly where the documentation says what they see', () => {
    const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8');
    const table = /## What the shipped rules see[\s\S]*?(?=\n## )/.exec(text)?.[0] ?? '';
    const seen = table.split('\n').map((row) => row.split(' | ')[1] ?? '');
    const named = seen.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name ?? ''));
    expect(named.length).toBeGreaterThan(50);
    const names = new Set(alerting.map(({ name }) => name));
    expect(named.filter((name) => !names.has(name))).toEqual([]);
  });

  it('belong to a pack, and packs name nothing else', () => {
    expect(packFiles.length).toBeGreaterThanOrEqual(8);
    const packs = packFiles.map((path) => decodePack(parse(read(path))));
    expect(packs.flatMap((result) => (result.ok ? [] : result.problems))).toEqual([]);
    const listed = packs.flatMap((result) => (result.ok ? result.pack.rules.map(({ id }) => id) : []));
    expect([...listed].sort()).toEqual(alerting.map(({ id }) => id).sort());
  });
});
