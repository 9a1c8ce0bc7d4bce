import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { endpointNews } from '../../../../core/ingest/endpoint-news.js';
import { inventoryChange, toldChange } from '../../../../core/ingest/inventory-change.js';
import type { UntoldEndpoint } from '../../../../core/ports/inventory-store.js';
import { INVENTORY_FIELDS } from '../../../../core/sigma/inventory-fields.js';

const HOUR_MS = 3_600_000;
const sighting = {
  accountId: '123456789012',
  region: 'eu-central-1',
  apiId: 'a1b2c3d4e5',
  method: 'GET',
  route: '/v1/orders',
  apiType: 'rest',
  stage: 'prod',
  host: undefined,
  firstSeenMs: 1_000 * HOUR_MS,
  principalKind: 'ip',
  deployed: true,
} as const;
const woken: UntoldEndpoint = { news: 'woken', sighting, apiFirstSeenMs: HOUR_MS, quietDays: 40 };
const added: UntoldEndpoint = { news: 'added', sighting, apiFirstSeenMs: HOUR_MS, quietDays: undefined };

describe('news of an endpoint', () => {
  it('say what happened, when, and how long the API has been known', () => {
    expect(endpointNews(woken, nodeDigest)).toMatchObject({
      timeMs: 1_000 * HOUR_MS,
      record: { change: 'endpoint-woken', quietDays: 40, apiAgeHours: 999, route: '/v1/orders' },
    });
    expect(endpointNews(added, nodeDigest).record).not.toHaveProperty('quietDays');
  });

  it('have only fields that rules may name', () => {
    const published = new Set(INVENTORY_FIELDS.map(({ name }) => name));
    for (const one of [woken, added])
      expect(
        Object.keys(endpointNews(one, nodeDigest).record as object).filter((name) => !published.has(name)),
      ).toEqual([]);
  });

  it('are the same news however often they are told, and another at each waking', () => {
    const later = { ...woken, sighting: { ...sighting, firstSeenMs: 3_000 * HOUR_MS } };
    const idOf = (one: UntoldEndpoint) => endpointNews(one, nodeDigest).id;
    expect(idOf(woken)).toBe(idOf({ ...woken }));
    expect(new Set([idOf(woken), idOf(later), idOf(added)]).size).toBe(3);
  });

  it('come back from the trail as the rules were told them', () => {
    const told = endpointNews(woken, nodeDigest);
    const { host: _, ...record } = told.record as Readonly<Record<string, unknown>>;
    expect(toldChange(inventoryChange(told))).toEqual({ ...told, record });
    expect(toldChange({ id: 'x', timeMs: 1, kind: 'rule.promoted', details: {} })).toBeUndefined();
  });
});
