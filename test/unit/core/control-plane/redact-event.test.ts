import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../../../core/calls/redaction/redactor.js';
import { redactEvent } from '../../../../core/control-plane/redact-event.js';
import { managementRecord } from './management-record.js';

const redactor = createRedactor([], undefined);
const R = '[redacted]';

function parameters(requestParameters: unknown, eventName = 'UpdateStage'): unknown {
  return redactEvent(managementRecord({ eventName, requestParameters }), redactor)['requestParameters'];
}

describe('what is kept of a management event', () => {
  it('is all of an event that holds no secret', () => {
    const record = managementRecord({});
    expect(redactEvent(record, redactor)).toEqual(record);
  });

  it.each([
    [
      'the value of an API key',
      'CreateApiKey',
      { createApiKeyInput: { name: 'partner', value: 'q8Zk3vT0pLmN7rXs', enabled: true } },
      { createApiKeyInput: { name: 'partner', value: R, enabled: true } },
    ],
    [
      'stage variables',
      'CreateStage',
      { stageName: 'prod', variables: { db: 'hunter2', url: 'x' } },
      { stageName: 'prod', variables: { db: R, url: R } },
    ],
    [
      'patched stage variables',
      'UpdateStage',
      { patchOperations: [{ op: 'replace', path: '/variables/db', value: 'hunter2' }] },
      { patchOperations: [{ op: 'replace', path: '/variables/db', value: R }] },
    ],
    [
      'patched credentials',
      'UpdateAuthorizer',
      { patchOperations: [{ op: 'replace', path: '/authorizerCredentials', value: 'x' }] },
      { patchOperations: [{ op: 'replace', path: '/authorizerCredentials', value: R }] },
    ],
    [
      'the header that an integration sends',
      'PutIntegration',
      { requestParameters: { 'integration.request.header.Authorization': "'hunter2'" } },
      { requestParameters: { 'integration.request.header.Authorization': R } },
    ],
    [
      'what is named like a secret, however deep',
      'CreateAuthorizer',
      { a: [{ clientSecret: 'hunter2', name: 'x' }] },
      { a: [{ clientSecret: R, name: 'x' }] },
    ],
  ])('has no more %s', (_, eventName, given, kept) => {
    expect(parameters(given, eventName)).toEqual(kept);
  });

  it.each([
    [{ patchOperations: [{ op: 'replace', path: '/authorizationType', value: 'NONE' }] }],
    [{ authorizationType: 'NONE', apiKeyRequired: false, authorizationScopes: ['orders/read'] }],
    [{ patchOperations: [{ op: 'replace', path: '/disableExecuteApiEndpoint', value: 'false' }] }],
    [{ patchOperations: [{ op: 'remove', path: '/accessLogSettings' }] }],
    [{ functionName: 'f', action: 'lambda:InvokeFunctionUrl', principal: '*', functionUrlAuthType: 'NONE' }],
    [{ resourceArn: 'arn:aws:apigateway:eu-central-1::/restapis/a1b2c3d4e5/stages/prod' }],
    [{ logGroupName: '/aws/vendedlogs/apigateway/shop', filterName: 'gatewarden-shop' }],
  ])('still has what rules are about: %j', (given) => {
    expect(parameters(given)).toEqual(given);
  });

  it('has the same structure, whatever was sent', () => {
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shape(member)]))
          : 'leaf';
    const names = fc.constantFrom('name', 'value', 'path', 'op', 'stageName', 'items', '__proto__');
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)),
        fc.array(tie('tree'), { maxLength: 4 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (given) => {
        expect(shape(parameters({ given }))).toEqual(shape({ given }));
      }),
    );
  });

  it('ends where nesting goes deeper than any request does', () => {
    let deep: unknown = 'hunter2';
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    const kept = JSON.stringify(parameters({ deep }));
    expect(kept).not.toContain('hunter2');
    expect(kept.length).toBeLessThan(200);
  });
});
