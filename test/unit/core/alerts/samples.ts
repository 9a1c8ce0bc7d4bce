import type { ApiCall } from '../../../../core/calls/api-call.js';
import type { Alert } from '../../../../core/ports/finding-store.js';
import type { CorrelationRule, EventRule } from '../../../../core/sigma/rule-source.js';
import { testCall } from '../inventory/test-call.js';

export const BASE_MS = Date.UTC(2026, 2, 3, 10);

const META = {
  name: undefined,
  description: undefined,
  level: 'medium',
  tags: [],
  falsePositives: [],
  references: [],
  blindSpots: [],
  runbook: [],
} as const;

export function eventRule(overrides: Partial<EventRule> = {}): EventRule {
  return {
    ...META,
    kind: 'event',
    id: 'client-error',
    title: 'Client error',
    contentHash: 'aa'.repeat(16),
    logsource: { product: 'aws', service: 'apigateway' },
    condition: { kind: 'match', match: { field: 'status', modifiers: ['gte'], values: [400] } },
    alerts: false,
    ...overrides,
  };
}

export function correlation(overrides: Partial<CorrelationRule> = {}): CorrelationRule {
  return {
    ...META,
    kind: 'correlation',
    id: 'many-errors',
    title: 'Many errors',
    contentHash: 'bb'.repeat(16),
    type: 'event_count',
    ruleIds: ['client-error'],
    groupBy: ['sourceIp'],
    timespanMs: 300_000,
    operator: 'gte',
    threshold: 10,
    valueField: undefined,
    sampleOneIn: 1,
    ...overrides,
  };
}

export function call(overrides: Partial<ApiCall> = {}): ApiCall {
  return testCall({
    timeMs: BASE_MS,
    apiType: 'http',
    path: '/pets/7',
    route: '/pets/{id}',
    routeSource: 'line',
    protocol: 'HTTP/1.1',
    status: 404,
    sourceIp: '192.0.2.7',
    principal: '192.0.2.7',
    principalKind: 'ip',
    latencyMs: 12,
    feed: 'access-logs',
    format: 'json',
    ...overrides,
  });
}

export function alertSample(overrides: Partial<Alert> = {}): Alert {
  return {
    id: '0123456789abcdef0123456789abcdef',
    ruleId: 'many-errors',
    ruleHash: 'bb'.repeat(16),
    title: 'Many errors',
    level: 'medium',
    tags: ['attack.discovery'],
    group: { sourceIp: '192.0.2.7' },
    slotStartMs: BASE_MS,
    slotEndMs: BASE_MS + 300_000,
    firstMs: BASE_MS + 1000,
    lastMs: BASE_MS + 9000,
    count: 12,
    saturated: false,
    estimated: false,
    threshold: 10,
    timespanMs: 300_000,
    apiId: 'a1b2c3d4e5',
    stage: 'prod',
    why: '12 calls that match "Client error" by sourceIp 192.0.2.7 within 5 minutes; threshold 10',
    progress: 12,
    magnitude: 0,
    status: 'open',
    ...overrides,
  };
}
