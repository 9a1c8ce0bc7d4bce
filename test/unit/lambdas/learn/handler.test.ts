import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { BudgetPorts } from '../../../../core/alerts/enforce-budgets.js';
import { Fault } from '../../../../core/fault.js';
import type { Telemetry } from '../../../../core/ports/telemetry.js';
import { parseLearnEnv } from '../../../../lambdas/learn/env.js';
import { createLearnHandler } from '../../../../lambdas/learn/handler.js';
import { MemoryPorts } from '../../core/inventory/memory-ports.js';
import { testCall } from '../../core/inventory/test-call.js';

const NOW = Date.UTC(2024, 2, 9, 12);
const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
const plentyOfTime = { getRemainingTimeInMillis: () => 900_000 };

function recording(): { telemetry: Telemetry; events: string[] } {
  const events: string[] = [];
  const note = (event: string): void => void events.push(event);
  return { events, telemetry: { info: note, warn: note, error: note, count: note } };
}

function noAlerts(): BudgetPorts {
  return {
    state: {
      bundle: async () => undefined,
      lifeCycle: async () => [],
      setLifeCycle: async () => undefined,
      cursor: async () => undefined,
      setCursor: async () => undefined,
    },
    findings: { alerts: async function* () {} },
    trail: { record: async () => undefined },
    digest: nodeDigest,
  };
}

function setUp() {
  const memory = new MemoryPorts();
  const calls = [1, 2, 3].map((i) =>
    testCall({ id: String(i), timeMs: NOW - i * 60_000, path: `/users/${i}` }),
  );
  memory.ingest(calls, { digest: 'aa', arrivalMs: NOW });
  const { telemetry, events } = recording();
  const budgets = noAlerts();
  return { memory, events, deps: { ports: memory.ports(), budgets, clock: { nowMs: () => NOW }, telemetry } };
}

describe('the learn function', () => {
  it('folds what has arrived, whatever woke it, and the same again changes nothing', async () => {
    const { memory, deps } = setUp();
    const handler = createLearnHandler(deps);
    expect(await handler(SCHEDULED, plentyOfTime)).toMatchObject({ hours: 1, folds: 1, complete: true });
    const folds = structuredClone([...memory.folds]);
    const published = memory.published?.version;
    await handler({}, plentyOfTime);
    expect([...memory.folds]).toEqual(folds);
    expect(memory.published?.version).toBe(published);
  });

  it('leaves the rest to the next run when its time is nearly up', async () => {
    const { memory, deps } = setUp();
    const handler = createLearnHandler(deps);
    expect(await handler(SCHEDULED, { getRemainingTimeInMillis: () => 30_000 })).toMatchObject({
      complete: false,
    });
    expect(memory.folds.size).toBe(0);
    expect(await handler(SCHEDULED, plentyOfTime)).toMatchObject({ complete: true });
    expect(memory.folds.size).toBe(1);
  });

  it('leaves the work to a run that is under way, and gives the right to it back, also when it fails', async () => {
    const { memory, deps, events } = setUp();
    const ports = deps.ports;
    let second: unknown;
    const overlapped = createLearnHandler({
      ...deps,
      ports: {
        ...ports,
        inventory: {
          ...ports.inventory,
          apis: async () => {
            second ??= await createLearnHandler(deps)(SCHEDULED, plentyOfTime);
            return ports.inventory.apis();
          },
        },
      },
    });
    expect(await overlapped(SCHEDULED, plentyOfTime)).toMatchObject({ folds: 1, complete: true });
    expect(second).toEqual({ hours: 0, folds: 0, published: undefined, complete: false });
    expect(events.filter((event) => event === 'learn.busy')).toHaveLength(1);
    memory.crashAfter = 0;
    memory.folds.clear();
    await expect(createLearnHandler(deps)(SCHEDULED, plentyOfTime)).rejects.toThrow();
    expect(await createLearnHandler(deps)(SCHEDULED, plentyOfTime)).toMatchObject({ complete: true });
    expect(memory.folds.size).toBe(1);
  });

  it('fails, with a log line for each, when an hour could not be folded', async () => {
    const { deps, events } = setUp();
    const decodeSegment = (): never => {
      throw new Fault('store.corrupt', { table: 'Trail' });
    };
    const handler = createLearnHandler({ ...deps, ports: { ...deps.ports, decodeSegment } });
    await expect(handler(SCHEDULED, plentyOfTime)).rejects.toThrow(Fault);
    expect(events).toContain('fold.failed');
  });
});

describe('its environment', () => {
  it('names every variable that is missing', () => {
    expect(() => parseLearnEnv({ GATEWARDEN_TRAIL_TABLE: 'trail' })).toThrow(
      /GATEWARDEN_INVENTORY_TABLE.*GATEWARDEN_FINDINGS_TABLE.*GATEWARDEN_STATE_TABLE/,
    );
  });
});
