import { describe, expect, it } from 'vitest';
import type { Alert } from '../../../core/ports/finding-store.js';
import type { SubscriptionPayload } from '../../../demo/delivery.js';
import { storyOf } from '../../../demo/incident-stories.js';
import { renderReport } from '../../../demo/report.js';
import { type DemoSystem, runDemo } from '../../../demo/run-demo.js';

const START = Date.UTC(2026, 2, 2);
const OPTIONS = { seed: 4, startMs: START, days: 1, calls: 6000 } as const;
const plain = (text: string) => text;
const PALETTE = { bold: plain, dim: plain, good: plain, bad: plain, warn: plain };

/** Stands in for the product: alerts once on every address that the catalogue's log shows with a 404 or 403. */
class NaiveSystem implements DemoSystem {
  readonly clocks: number[] = [];
  readonly learned: number[] = [];
  readonly payloads: SubscriptionPayload[] = [];
  readonly #alerts = new Map<string, Alert>();
  readonly #evidence = new Map<string, string[]>();
  readonly #announced = new Set<string>();

  async ingest(payload: SubscriptionPayload, atMs: number): Promise<{ readonly alerts: number }> {
    this.clocks.push(atMs);
    this.payloads.push(payload);
    for (const { message, timestamp } of payload.logEvents) {
      const seen = /^(\S+) - - \[.*" (?:404|403) \d+ (\S+=) "/.exec(message);
      if (seen?.[1] === undefined || seen[2] === undefined) continue;
      const [, id, callId] = seen;
      const known = this.#alerts.get(id);
      this.#alerts.set(id, alertOf(id, known?.firstMs ?? timestamp, timestamp, (known?.count ?? 0) + 1));
      this.#evidence.set(id, [...(this.#evidence.get(id) ?? []), callId]);
    }
    return { alerts: this.#alerts.size - this.#announced.size };
  }

  async learn(atMs: number): Promise<void> {
    this.learned.push(atMs);
  }

  async notify(): Promise<readonly Alert[]> {
    const fresh = [...this.#alerts.values()].filter((alert) => !this.#announced.has(alert.id));
    for (const alert of fresh) this.#announced.add(alert.id);
    return fresh;
  }

  readonly findings = { alerts: () => stream([...this.#alerts.values()]) };
  readonly inventory = {
    apis: async () => [
      { accountId: '123456789012', region: 'eu-west-1', apiId: 'stranger00', apiType: undefined },
    ],
    endpoints: async () => [],
  };
  readonly trail = {
    stages: async () => [],
    hours: () => stream([]),
    heads: () => stream([]),
    evidence: async (alertId: string) =>
      (this.#evidence.get(alertId) ?? []).map((callId) => ({
        alertId,
        callId,
        timeMs: START,
        ruleId: 'naive',
        callJson: '{}',
        expiresAtSeconds: 0,
      })),
  };
}

async function* stream<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

function alertOf(ip: string, firstMs: number, lastMs: number, count: number): Alert {
  return {
    id: ip,
    ruleId: 'naive',
    ruleHash: '00',
    title: 'Client errors',
    level: 'medium',
    tags: [],
    group: { sourceIp: ip },
    slotStartMs: firstMs,
    slotEndMs: lastMs,
    firstMs,
    lastMs,
    count,
    saturated: false,
    estimated: false,
    threshold: 1,
    timespanMs: 60_000,
    apiId: undefined,
    stage: undefined,
    why: `${count} calls by sourceIp ${ip}`,
    progress: count,
    magnitude: 0,
    status: 'open',
  };
}

describe('the demo', () => {
  it('feeds a system in order of delivery, sweeps and folds on time, and judges what it announced', async () => {
    const system = new NaiveSystem();
    const seen: number[] = [];
    const result = await runDemo(
      OPTIONS,
      async ({ feeds, routes }) => {
        expect(feeds.length).toBeGreaterThan(10);
        expect(Object.keys(routes).length).toBeGreaterThan(5);
        return system;
      },
      ({ done }) => seen.push(done),
    );

    expect(system.clocks).toEqual([...system.clocks].sort((a, b) => a - b));
    expect(system.learned.length).toBeGreaterThanOrEqual(8);
    expect(seen.at(-1)).toBe(1);
    expect(result.deliveries).toBe(system.payloads.length);
    expect(result.unknownApis).toEqual(['stranger00']);
    expect(result.alerts.length).toBeGreaterThan(0);

    // The rule is as naive as they come: a search engine that asks for pages long gone sets it off.
    const alarmed = result.score.lookAlikes.filter((one) => !one.silent).map((one) => one.incident.name);
    expect(alarmed).toContain('search-bot');
    expect(result.score.falseAlarms).toBeGreaterThan(0);
    for (const { isTrue, cause } of result.score.alerts) expect(cause.startsWith('attack:')).toBe(isTrue);
  });

  it('reports in plain text what was found, what was not, and what it cost', async () => {
    const result = await runDemo(OPTIONS, async () => new NaiveSystem());
    const report = renderReport(result, { palette: PALETTE, widthColumns: 100, elapsedMs: 2000 });
    for (const heading of ['Inventory: ', 'Alerts: ', 'Attacks: ', 'Look-alikes: ', 'calls in 2.0 s'])
      expect(report).toContain(heading);
    for (const { incident } of [...result.score.attacks, ...result.score.lookAlikes])
      expect(report).toContain(incident.name);
    expect(report).not.toContain('\u001b');
  });
});

describe('the report', () => {
  it('tells in a few words, at 80 columns, what each incident is', async () => {
    const result = await runDemo(OPTIONS, async () => new NaiveSystem());
    const incidents = [...result.score.attacks, ...result.score.lookAlikes].map(({ incident }) => incident);
    expect(incidents.length).toBeGreaterThan(10);
    for (const { name } of incidents) expect(storyOf(name)).toMatch(/^.{20,69}$/);
    const report = renderReport(result, { palette: PALETTE, widthColumns: 80, elapsedMs: 2000 });
    for (const line of report.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
    expect(report).toMatch(/attacks found[\s\S]*look-alikes that stayed silent[\s\S]*false alarms/);
  });
});
