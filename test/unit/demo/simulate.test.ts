import { beforeAll, describe, expect, it } from 'vitest';
import { loadAt } from '../../../demo/rhythm.js';
import { Simulation } from '../../../demo/simulate.js';
import type { IssuedCall } from '../../../demo/simulated-call.js';
import { ATTACKS, LOOK_ALIKES } from '../../../demo/sources.js';

// A Monday, so that both days are working days.
const MONDAY = Date.UTC(2026, 2, 2);
const HOUR_MS = 3_600_000;

function run(
  seed: number,
  calls: number,
  days = 2,
): { simulation: Simulation; calls: readonly IssuedCall[] } {
  const simulation = new Simulation({ seed, startMs: MONDAY, days, calls });
  return { simulation, calls: [...simulation.calls()] };
}

describe('the simulation', () => {
  let simulation: Simulation;
  let calls: readonly IssuedCall[];
  beforeAll(() => {
    ({ simulation, calls } = run(11, 60_000));
  });

  it('runs forward in time and stays within the span', () => {
    let previous = MONDAY;
    for (const call of calls) {
      expect(call.timeMs).toBeGreaterThanOrEqual(previous);
      previous = call.timeMs;
    }
    expect(previous).toBeLessThan(simulation.endMs);
  });

  it.each([...LOOK_ALIKES, ...ATTACKS].map(({ name }) => name))('contains %s', (name) => {
    const incidents = simulation.incidents().filter((incident) => incident.name === name);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]?.calls).toBeGreaterThan(name === 'bad-deployment' ? 0 : 30);
  });

  it('has calls on every API of every type', () => {
    const seen = new Set(calls.map((call) => call.api.name));
    expect(seen.size).toBe(simulation.apis.length);
    expect(simulation.apis.length).toBeGreaterThanOrEqual(12);
    expect(new Set(simulation.apis.map((api) => api.type))).toEqual(new Set(['rest', 'http', 'websocket']));
  });

  it('agrees with itself: each incident spans exactly its calls', () => {
    for (const incident of simulation.incidents()) {
      const mine = calls.filter(
        (call) =>
          call.incident?.label === `${incident.kind}:${incident.name}` && call.api.name === incident.api,
      );
      expect(mine).toHaveLength(incident.calls);
      expect(mine[0]?.timeMs).toBe(incident.startMs);
      expect(mine.at(-1)?.timeMs).toBe(incident.endMs);
      for (const call of mine) expect(incident.actors).toContain(call.client.ip);
    }
  });

  it('keeps errors of ordinary traffic at 1 to 3 % of clients and 0.1 to 0.5 % of servers', () => {
    const ordinary = calls.filter((call) => call.incident === undefined);
    const share = (from: number) =>
      ordinary.filter(({ status }) => status >= from && status < from + 100).length / ordinary.length;
    expect(ordinary.length).toBeGreaterThan(30_000);
    expect(share(400)).toBeGreaterThan(0.01);
    expect(share(400)).toBeLessThan(0.03);
    expect(share(500)).toBeGreaterThan(0.001);
    expect(share(500)).toBeLessThan(0.005);
  });

  it('follows the day: evenings are busy, nights are quiet', () => {
    const shoppers = calls.filter((call) => call.api.name === 'storefront' && call.incident === undefined);
    const between = (from: number, to: number) =>
      shoppers.filter((call) => {
        const hour = ((call.timeMs - MONDAY) % (24 * HOUR_MS)) / HOUR_MS;
        return hour >= from && hour < to;
      }).length;
    expect(between(18, 21)).toBeGreaterThan(4 * between(1, 4));
  });

  it('keeps latencies and sizes plausible: most fast, a few slow, none negative', () => {
    const latencies = calls.map((call) => call.latencyMs).sort((a, b) => a - b);
    expect(latencies[0]).toBeGreaterThan(0);
    expect(latencies[latencies.length >> 1]).toBeLessThan(150);
    expect(latencies.at(-1)).toBeGreaterThan(1000);
    for (const call of calls) expect(call.responseBytes).toBeGreaterThanOrEqual(0);
  });
});

describe('a run', () => {
  it('repeats exactly with the same seed', () => {
    const strip = (list: readonly IssuedCall[]) =>
      list.map((call) => `${call.timeMs} ${call.requestId} ${call.path} ${call.status} ${call.client.ip}`);
    expect(strip(run(5, 4000, 1).calls)).toEqual(strip(run(5, 4000, 1).calls));
  });

  it('differs with another seed, in ids, addresses and intensities', () => {
    const one = run(5, 4000, 1);
    const other = run(6, 4000, 1);
    expect(one.simulation.apis[0]?.apiId).not.toBe(other.simulation.apis[0]?.apiId);
    const sizes = (simulation: Simulation) =>
      simulation.incidents().map((incident) => `${incident.name} ${incident.calls}`);
    expect(sizes(one.simulation)).not.toEqual(sizes(other.simulation));
  });

  it('has about as many calls as asked for', () => {
    for (const seed of [1, 2, 3]) {
      const { calls } = run(seed, 150_000);
      expect(calls.length).toBeGreaterThan(125_000);
      expect(calls.length).toBeLessThan(175_000);
    }
  });
});

describe('the rhythm', () => {
  it('is continuous, and office hours end on Friday', () => {
    for (let minute = 0; minute < 7 * 24 * 60; minute++) {
      const step = Math.abs(
        loadAt('consumer', MONDAY + minute * 60_000) - loadAt('consumer', MONDAY + (minute + 1) * 60_000),
      );
      // Days differ in weight, so midnight may step.
      if ((minute + 1) % 1440 !== 0) expect(step).toBeLessThan(0.02);
    }
    const saturday = MONDAY + 5 * 24 * HOUR_MS;
    expect(loadAt('office', saturday + 10 * HOUR_MS)).toBeLessThan(
      loadAt('office', MONDAY + 10 * HOUR_MS) / 4,
    );
  });
});
