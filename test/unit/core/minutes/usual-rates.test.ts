import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { usualRates } from '../../../../core/minutes/usual-rates.js';
import { MemoryPorts } from '../inventory/memory-ports.js';
import { testCall } from '../inventory/test-call.js';

const HOUR_MS = 3_600_000;
const HOUR = Date.UTC(2024, 2, 9, 10);
const STAGE = { apiId: 'a1b2c3d4e5', stage: 'prod' };

/** Calls an hour of `/orders`, by how many hours before the one in question. */
async function ratesAfter(callsByHoursBefore: Readonly<Record<number, number>>) {
  const memory = new MemoryPorts();
  for (const [back, calls] of Object.entries(callsByHoursBefore)) {
    const startMs = HOUR - Number(back) * HOUR_MS;
    memory.ingest(
      Array.from({ length: calls }, (_, at) =>
        testCall({ id: `${back}-${at}`, timeMs: startMs + at * 1000, route: '/orders', routeSource: 'line' }),
      ),
      { digest: nodeDigest.hex([back], 16), arrivalMs: startMs },
    );
  }
  const { trail } = memory.ports();
  const hours = async function* (_: unknown, fromMs: number) {
    for (const marker of memory.markers.values())
      if (marker.hourMs === fromMs) yield { hourMs: fromMs, shards: 1 };
  };
  return usualRates({ ...trail, hours }, STAGE, HOUR);
}

describe('usualRates', () => {
  it('is the lesser rate of the hour before and of the same hour the day before', async () => {
    const rates = await ratesAfter({ 1: 1800, 24: 1200 });
    expect(rates).toEqual({ stage: 20, endpoints: new Map([['GET /orders', 20]]) });
  });

  it.each([
    ['nothing came the day before', { 1: 1800 }],
    ['nothing came the hour before', { 24: 1800 }],
    ['the day goes quiet at this hour', { 1: 1800, 24: 30 }],
    ['fewer than ten a minute came', { 1: 599, 24: 599 }],
  ])('calls nothing usual where %s', async (_, calls) => {
    expect(await ratesAfter(calls)).toEqual({ stage: undefined, endpoints: new Map() });
  });
});
