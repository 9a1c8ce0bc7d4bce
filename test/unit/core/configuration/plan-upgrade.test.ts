import { describe, expect, it } from 'vitest';
import { shippedBundle } from '../../../../adapters/shipped/shipped-bundle.js';
import { toVersionedBundle } from '../../../../core/bundle-version.js';
import { planUpgrade } from '../../../../core/configuration/plan-upgrade.js';
import { parseRules } from '../../../../core/sigma/parse-rules.js';
import { burstText, compile, ruleText, SHIPPED, setting, TOOLS } from './configuration-samples.js';

const bundleOf = (compiled: ReturnType<typeof compile>) =>
  toVersionedBundle({ ...shippedBundle(), ...compiled.parts }, TOOLS.digest);

describe('the plan of an upgrade', () => {
  const files = [
    { name: 'shipped-one.yml', text: ruleText('shipped-one', 'masscan') },
    { name: 'shipped-burst.yml', text: burstText('shipped-burst', 40) },
    { name: 'brand-new.yml', text: ruleText('brand-new', 'wfuzz') },
  ];
  const next = {
    packs: [
      {
        name: 'baseline',
        version: '1.1.0',
        title: 'Baseline',
        rules: ['shipped-one', 'shipped-burst', 'brand-new'].map((id) => ({ id, state: 'active' as const })),
      },
    ],
    rules: parseRules(files, TOOLS).rules,
  };

  it('tells rules that come, go and change, with what they count up to before and after', () => {
    const plan = planUpgrade(bundleOf(compile([])), bundleOf(compile([], { shipped: next })));
    expect(plan.packs).toEqual([
      { name: 'abuse', before: '2.1.0', after: '-' },
      { name: 'baseline', before: '1.0.0', after: '1.1.0' },
    ]);
    expect(plan.steps).toMatchObject([
      { kind: 'added', id: 'brand-new', before: '-', after: 'active' },
      {
        kind: 'changed',
        id: 'shipped-burst',
        details: ['event_count gte 20 within 300 s → event_count gte 40 within 300 s'],
      },
      { kind: 'changed', id: 'shipped-one', details: ['what it matches changes'] },
      { kind: 'removed', id: 'shipped-quiet', before: 'shadow', after: '-' },
    ]);
  });

  it('shows thresholds as they are under the installation’s own settings', () => {
    const own = [setting('thresholds', { 'shipped-burst': { threshold: 99 } })];
    const plan = planUpgrade(bundleOf(compile(own)), bundleOf(compile(own, { shipped: next })));
    // The new version counts up to another number by itself, and to the same as before here.
    expect(plan.steps.find(({ id }) => id === 'shipped-burst')?.details).toEqual(['what it matches changes']);
  });

  it('is empty where nothing changes', () => {
    const now = bundleOf(compile([]));
    expect(planUpgrade(now, bundleOf(compile([], { shipped: SHIPPED })))).toEqual({ packs: [], steps: [] });
  });
});
