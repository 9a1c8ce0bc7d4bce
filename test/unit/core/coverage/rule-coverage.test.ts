import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import type { ApiType } from '../../../../core/calls/api-call.js';
import { compileFormat } from '../../../../core/calls/format/compile-format.js';
import { coverRules, type RuleCoverage } from '../../../../core/coverage/rule-coverage.js';
import { CallTallier, supplyOfCalls } from '../../../../core/coverage/supply-of-calls.js';
import { supplyOfFormat } from '../../../../core/coverage/supply-of-format.js';
import { describeProblem, parseRules } from '../../../../core/sigma/parse-rules.js';
import { sampleCall } from '../sigma/sample-call.js';

const LOGSOURCE = 'logsource: { product: aws, service: apigateway }';
const rule = (detection: string): string => `title: r
id: r
name: r
${LOGSOURCE}
detection: ${detection}
`;
const counted = (detection: string, correlation: string): string => `${rule(detection)}---
title: c
id: c
correlation: { rules: [r], timespan: 5m, ${correlation} }
`;

function parsed(text: string) {
  const { rules, problems } = parseRules([{ name: 'r.yml', text }], { digest: nodeDigest });
  expect(problems.map(describeProblem)).toEqual([]);
  return rules;
}

function cover(text: string, variables: string, apiType: ApiType = 'rest'): RuleCoverage {
  const format = variables.split(' ').map((name) => `"${name}":"$context.${name}"`);
  const compiled = compileFormat(`{"requestId":"$context.requestId",${format.join(',')}}`);
  if (compiled.kind !== 'compiled') throw new Error(variables);
  const fromFeed = new Set(['apiId', 'stage']);
  const supply = supplyOfFormat({ variables: compiled.decoder.variables, apiType, fromFeed });
  const [covered] = coverRules({ rules: parsed(text), apiType, supply });
  if (covered === undefined) throw new Error('no rule alerts');
  return covered;
}

const PATH_OR_ROUTE = '{ a: { path|endswith: /login }, b: { route|endswith: /login }, condition: 1 of them }';
const FILTERED = '{ s: { status: 403 }, f: { errorType: THROTTLED }, condition: s and not f }';

describe('a rule over single calls', () => {
  it.each<readonly [about: string, rule: string, variables: string, apiType: ApiType, state: string]>([
    ['has all it needs', '{ s: { status: 403 }, condition: s }', 'status', 'rest', 'lit'],
    ['lacks its field', '{ s: { userAgent: x }, condition: s }', 'status', 'rest', 'dark'],
    [
      'lacks one field of two that must hold',
      '{ s: { status: 1, path: x }, condition: s }',
      'status',
      'rest',
      'dark',
    ],
    ['lacks one alternative', PATH_OR_ROUTE, 'resourcePath', 'rest', 'dim'],
    ['lacks the field of its filter', FILTERED, 'status', 'rest', 'dim'],
    ['has the field of its filter', FILTERED, 'status error.responseType', 'rest', 'lit'],
    [
      'tests the absence of what is never there',
      '{ s: { status: 1, integrationStatus: null }, condition: s }',
      'status',
      'rest',
      'dim',
    ],
    [
      'is about another type',
      '{ s: { apiType: http, status: 404 }, condition: s }',
      'status',
      'rest',
      'not-applicable',
    ],
    ['is about this type', '{ s: { apiType: http, status: 404 }, condition: s }', 'status', 'http', 'lit'],
    [
      'needs what only other types have',
      '{ s: { connectionId: x }, condition: s }',
      'status',
      'rest',
      'not-applicable',
    ],
    ['needs what no access log has', '{ s: { request.body: x }, condition: s }', 'status', 'rest', 'dark'],
    ['searches for a word', '{ s: [evil], condition: s }', 'status', 'rest', 'lit'],
    [
      'asks for a kind of caller that the format cannot tell',
      '{ s: { principalKind: api-key }, condition: s }',
      'identity.sourceIp',
      'rest',
      'dark',
    ],
    [
      'asks for a kind of caller that the type does not have',
      '{ s: { principalKind: api-key }, condition: s }',
      'identity.sourceIp',
      'http',
      'not-applicable',
    ],
    [
      'leaves out a kind of caller that cannot be told',
      '{ s: { status: 1 }, f: { principalKind: iam }, condition: s and not f }',
      'status identity.sourceIp',
      'http',
      'dim',
    ],
    [
      'looks at a method that a route key may lack',
      '{ s: { method: GET }, condition: s }',
      'routeKey',
      'http',
      'dim',
    ],
    ['looks at the URI', '{ s: { uri|contains: x }, condition: s }', 'path', 'http', 'lit'],
  ])('that %s', (_about, detection, variables, apiType, state) => {
    const covered = cover(rule(detection), variables, apiType);
    expect(covered.state).toBe(state);
    expect(covered.reasons.length > 0).toBe(state !== 'lit');
  });

  it('names the variables that would light it, as this type of API has them', () => {
    expect(cover(rule('{ s: { route: x }, condition: s }'), 'status').missing).toEqual([['resourcePath']]);
    expect(cover(rule('{ s: { route: x }, condition: s }'), 'status', 'http').missing).toEqual([
      ['routeKey'],
    ]);
    expect(cover(rule('{ s: { request.body: x }, condition: s }'), 'status').missing).toEqual([]);
  });
});

describe('a correlation', () => {
  const REFUSED = '{ s: { status: 403 }, condition: s }';
  const BY_PRINCIPAL = 'type: event_count, group-by: [apiId, principal], condition: { gte: 5 }';
  it.each([
    ['is lit with an identity to group by', BY_PRINCIPAL, 'status identity.apiKeyId', 'lit'],
    ['is dim where the caller is only an address', BY_PRINCIPAL, 'status identity.sourceIp', 'dim'],
    ['is dark without any caller', BY_PRINCIPAL, 'status', 'dark'],
    ['is dark when its rule is', BY_PRINCIPAL, 'identity.apiKeyId', 'dark'],
    [
      'is dark without the values it counts',
      'type: value_count, group-by: [apiId], condition: { field: path, gte: 5 }',
      'status',
      'dark',
    ],
    [
      'takes what the feed says for granted',
      'type: event_count, group-by: [apiId, stage], condition: { gte: 5 }',
      'status',
      'lit',
    ],
  ])('%s', (_about, correlation, variables, state) => {
    const covered = cover(counted(REFUSED, correlation), variables);
    expect(covered.state).toBe(state);
    expect(covered.ruleId).toBe('c');
  });

  it('says that its group falls back to the address', () => {
    const covered = cover(counted(REFUSED, BY_PRINCIPAL), 'status identity.sourceIp');
    expect(covered.reasons.join()).toMatch(/principal: it falls back to the source address/);
    expect(covered.missing[0]).toContain('authorizer.claims.sub');
  });
});

describe('a rule over minutes', () => {
  const minute = (condition: string): string =>
    rule(`{ s: { ${condition} }, condition: s }`).replace(
      'service: apigateway',
      'service: apigateway-minute',
    );
  it.each([
    [
      'is lit by what its rows are counted from',
      'p95LatencyMs|gt: 1, route: x',
      'responseLatency resourcePath',
      'lit',
    ],
    ['is dark without it', 'p95LatencyMs|gt: 1', 'status', 'dark'],
    ['takes counts of calls for granted', 'calls|gt: 1, silent: true', 'status', 'lit'],
  ])('%s', (_about, condition, variables, state) => {
    expect(cover(minute(condition), variables).state).toBe(state);
  });
});

describe('a feed whose format nobody told', () => {
  const tallied = (calls: readonly ReturnType<typeof sampleCall>[]) => {
    const tallier = new CallTallier();
    for (const call of calls) tallier.add(call);
    return tallier.tally();
  };
  const state = (text: string, calls: readonly ReturnType<typeof sampleCall>[]): string | undefined =>
    coverRules({ rules: parsed(text), apiType: 'rest', supply: supplyOfCalls(tallied(calls), 'rest') })[0]
      ?.state;
  const agent = rule('{ s: { userAgent: x }, condition: s }');

  it('is judged by the fields that its calls have', () => {
    expect(state(agent, [sampleCall({ userAgent: undefined })])).toBe('dark');
    expect(state(agent, [sampleCall({ userAgent: undefined }), sampleCall({ userAgent: 'curl' })])).toBe(
      'lit',
    );
  });

  it('is judged by the kinds of callers that were seen', () => {
    const keys = rule('{ s: { principalKind: api-key }, condition: s }');
    expect(state(keys, [sampleCall({ principalKind: 'ip' })])).toBe('dark');
    expect(state(keys, [sampleCall({ principalKind: 'api-key' })])).toBe('lit');
  });

  it('tells the type of most of its calls', () => {
    const calls = [
      sampleCall({ apiType: 'http' }),
      sampleCall({ apiType: 'rest' }),
      sampleCall({ apiType: 'http' }),
    ];
    expect(tallied(calls)).toMatchObject({ calls: 3, apiType: 'http' });
    expect(tallied([]).apiType).toBeUndefined();
  });
});
