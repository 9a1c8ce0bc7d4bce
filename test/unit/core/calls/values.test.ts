import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { callIdentity, payloadDigest } from '../../../../core/calls/call-identity.js';
import { normaliseIp } from '../../../../core/calls/ip-address.js';
import { compileIpRanges } from '../../../../core/calls/ip-ranges.js';
import { choosePrincipal } from '../../../../core/calls/principal.js';
import { parseTime } from '../../../../core/calls/request-time.js';
import {
  type PathContext,
  parseExecuteApiHost,
  toStagePath,
  withoutNeedlessEscapes,
} from '../../../../core/calls/stage-path.js';

describe('escapes in paths', () => {
  it.each([
    ['/%2egit/config', '/.git/config'],
    ['/%77p%2Dlogin%2ephp', '/wp-login.php'],
    ['/a%2Fb/%252e/%20/%C3%A9/%', '/a%2Fb/%252e/%20/%C3%A9/%'],
    ['/orders/42', '/orders/42'],
  ])('%s names the same as %s', (written, plain) => {
    expect(withoutNeedlessEscapes(written)).toBe(plain);
  });

  it('are the same however each letter of a path is written', () => {
    const unreserved = fc.stringMatching(/^[A-Za-z0-9._~-]{1,20}$/);
    fc.assert(
      fc.property(unreserved, fc.array(fc.boolean()), (text, escaped) => {
        const written = [...text]
          .map((letter, at) => (escaped[at] === true ? `%${letter.charCodeAt(0).toString(16)}` : letter))
          .join('');
        expect(withoutNeedlessEscapes(`/${written}`)).toBe(`/${text}`);
      }),
    );
  });
});

describe('times', () => {
  it.each([
    ['09/Jun/2023:12:54:08 +0000', Date.UTC(2023, 5, 9, 12, 54, 8)],
    ['09/Jun/2023:12:54:08 +0530', Date.UTC(2023, 5, 9, 7, 24, 8)],
    ['09/Jun/2023:22:54:08 -0800', Date.UTC(2023, 5, 10, 6, 54, 8)],
    ['1686315248123', 1686315248123],
    ['1686315248', 1686315248000],
    ['2023-06-09T12:54:08.25Z', Date.UTC(2023, 5, 9, 12, 54, 8, 250)],
    ['2023-06-09 12:54:08+02:00', Date.UTC(2023, 5, 9, 10, 54, 8)],
  ])('%s is read', (text, expected) => {
    expect(parseTime(text)).toBe(expected);
  });

  it.each([
    '',
    '-',
    'yesterday',
    '09/Foo/2023:12:54:08 +0000',
    '31/Jun/2023:25:00:00 +0000',
    '2023-13-01T00:00:00Z',
  ])('%j is no time', (text) => {
    expect(parseTime(text)).toBeUndefined();
  });
});

describe('addresses', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['::ffff:c000:207', '192.0.2.7'],
  ])('%s is %s', (text, expected) => {
    expect(normaliseIp(text)).toBe(expected);
  });

  it.each([
    '',
    '1.2.3',
    '0x7f.0.0.1',
    '010.0.0.1',
    '256.1.1.1',
    '1.2.3.4:80',
    '[::1]',
    'fe80::1%eth0',
    'REDACTED',
    '1::2::3',
    ' 192.0.2.1',
  ])('%j is none', (text) => {
    expect(normaliseIp(text)).toBeUndefined();
  });

  it('are found in ranges, at their edges too', () => {
    const isProxy = compileIpRanges([
      '198.51.100.0/24',
      '198.51.100.128/25',
      '203.0.113.7',
      '2001:db8:1::/48',
    ]);
    expect(['198.51.100.0', '198.51.100.255', '203.0.113.7', '2001:db8:1:ffff::9'].every(isProxy)).toBe(true);
    expect(['198.51.99.255', '198.51.101.0', '203.0.113.8', '2001:db8:2::'].some(isProxy)).toBe(false);
  });

  it('agree with arithmetic on any IPv4 range', () => {
    fc.assert(
      fc.property(
        fc.nat(0xffffffff),
        fc.nat(0xffffffff),
        fc.integer({ min: 0, max: 32 }),
        (net, ip, bits) => {
          const text = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
          const mask = bits === 0 ? 0 : (0xffffffff << (32 - bits)) >>> 0;
          expect(compileIpRanges([`${text(net)}/${bits}`])(text(ip))).toBe(
            (net & mask) >>> 0 === (ip & mask) >>> 0,
          );
        },
      ),
    );
  });

  it.each(['nonsense', '192.0.2.0/33', '192.0.2.0/x', '2001:db8::/129'])('refuses the range %s', (cidr) => {
    expect(() => compileIpRanges([cidr])).toThrow(/bundle\.invalid/);
  });
});

describe('paths', () => {
  const host = 'abc123defg.execute-api.eu-west-1.amazonaws.com';
  it.each([
    ['/prod/pets/3', { host: 'execute-api', stage: 'prod' }, '/pets/3'],
    ['/prod', { host: 'execute-api', stage: 'prod' }, '/'],
    ['/production/pets', { host: 'execute-api', stage: 'prod' }, '/production/pets'],
    ['/pets/3', { host: 'execute-api', stage: '$default' }, '/pets/3'],
    ['/shop/pets', { host: 'custom', stage: 'prod', basePath: 'shop' }, '/pets'],
    ['/prod/pets', { host: 'custom', stage: 'prod', basePath: '(none)' }, '/prod/pets'],
    ['/prod/pets/3', { stage: 'prod', route: '/pets/{id}' }, '/pets/3'],
    ['/prod/pets', { stage: 'prod', route: '/prod/pets' }, '/prod/pets'],
    ['/prod/a/b/c', { stage: 'prod', route: '/{proxy+}' }, '/a/b/c'],
  ])('%s of %j is %s', (path, context, expected) => {
    const unknown = { host: undefined, stage: undefined, basePath: undefined, route: undefined };
    expect(toStagePath(path, { ...unknown, ...context } as PathContext)).toBe(expected);
  });

  it('tell API and region from an execute-api host, in every partition', () => {
    expect(parseExecuteApiHost(host)).toEqual({ apiId: 'abc123defg', region: 'eu-west-1' });
    expect(parseExecuteApiHost('abc123defg.execute-api.cn-north-1.amazonaws.com.cn')?.region).toBe(
      'cn-north-1',
    );
    expect(parseExecuteApiHost('evil.example.com')).toBeUndefined();
    expect(parseExecuteApiHost('x.execute-api.y.amazonaws.com.evil.example')).toBeUndefined();
  });
});

describe('the principal', () => {
  const nobody = {
    userArn: undefined,
    caller: undefined,
    cognitoIdentity: undefined,
    subject: undefined,
    apiKeyId: undefined,
    certificate: undefined,
    sourceIp: '192.0.2.1',
    isProxy: false,
  };
  it('is the strongest identity there is', () => {
    const all = { ...nobody, userArn: 'arn:u', subject: 's', apiKeyId: 'k', certificate: 'CN=c' };
    expect(choosePrincipal(all)?.kind).toBe('iam');
    expect(choosePrincipal({ ...all, userArn: undefined })?.kind).toBe('subject');
    expect(choosePrincipal({ ...all, userArn: undefined, subject: undefined })?.kind).toBe('api-key');
    expect(choosePrincipal({ ...nobody, certificate: 'CN=c' })?.kind).toBe('client-certificate');
    expect(choosePrincipal(nobody)?.kind).toBe('ip');
    expect(choosePrincipal({ ...nobody, isProxy: true })?.kind).toBe('proxy');
    for (const sourceIp of ['2001:db8:1:2::7', '2001:db8:1:2:ffff:1:2:3'])
      expect(choosePrincipal({ ...nobody, sourceIp })).toEqual({ name: '2001:db8:1:2::/64', kind: 'ip' });
    expect(choosePrincipal({ ...nobody, sourceIp: '203.0.113.7' })?.name).toBe('203.0.113.7');
    expect(choosePrincipal({ ...nobody, sourceIp: undefined })).toBeUndefined();
  });

  it('is never a redacted token, nor the role that all users of an identity pool share', () => {
    expect(choosePrincipal({ ...nobody, subject: '[redacted]' })?.kind).toBe('ip');
    const pool = 'arn:aws:sts::123456789012:assumed-role/Cognito_Auth/CognitoIdentityCredentials';
    expect(choosePrincipal({ ...nobody, userArn: pool, cognitoIdentity: 'eu-west-1:abc' })).toEqual({
      name: 'eu-west-1:abc',
      kind: 'subject',
    });
  });
});

describe('call identity', () => {
  const origin = { eventId: 'event-1', timeMs: 0, position: 'file:1', text: 'line' };
  const facts = {
    requestId: 'c12d1542-b79e-4e79-a158-fdf36452a81b',
    extendedRequestId: 'Iq8dHhlwIAMEV_g=',
    apiType: 'rest',
    trust: 'gateway',
    recovered: false,
  } as const;

  it('is the extended request id, which no caller chooses', () => {
    expect(callIdentity(facts, origin, nodeDigest)).toBe('Iq8dHhlwIAMEV_g=');
  });

  it('is never the request id of a REST API, which its caller may choose', () => {
    expect(callIdentity({ ...facts, extendedRequestId: undefined }, origin, nodeDigest)).toBe('event-1');
    const untyped = { ...facts, extendedRequestId: undefined, apiType: undefined };
    expect(callIdentity(untyped, origin, nodeDigest)).toBe('event-1');
  });

  it('is the request id of an HTTP or WebSocket API', () => {
    const http = {
      ...facts,
      apiType: 'http',
      requestId: 'GQIVriFLIAMEMsA=',
      extendedRequestId: undefined,
    } as const;
    expect(callIdentity(http, origin, nodeDigest)).toBe('GQIVriFLIAMEMsA=');
    expect(callIdentity({ ...http, apiType: undefined }, origin, nodeDigest)).toBe('GQIVriFLIAMEMsA=');
  });

  it('rests on nothing in a mended line or a client’s record', () => {
    expect(callIdentity({ ...facts, recovered: true }, origin, nodeDigest)).toBe('event-1');
    expect(callIdentity({ ...facts, trust: 'client' }, origin, nodeDigest)).toBe('event-1');
  });

  it('falls back to the line and where it stands', () => {
    const bare = { ...facts, extendedRequestId: undefined };
    const first = callIdentity(bare, { ...origin, eventId: undefined }, nodeDigest);
    const second = callIdentity(bare, { ...origin, eventId: undefined, position: 'file:2' }, nodeDigest);
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).not.toBe(first);
  });
});

describe('the payload digest', () => {
  const payload = { owner: '123456789012', logGroup: 'g', logStream: 's', eventIds: ['a', 'b', 'c'] };
  it('does not depend on the order of the events', () => {
    expect(payloadDigest({ ...payload, eventIds: ['c', 'a', 'b'] }, nodeDigest)).toBe(
      payloadDigest(payload, nodeDigest),
    );
  });
  it('does not mistake one split of the same letters for another', () => {
    const shifted = { ...payload, logGroup: 'gs', logStream: '' };
    expect(payloadDigest(shifted, nodeDigest)).not.toBe(payloadDigest(payload, nodeDigest));
    expect(payloadDigest({ ...payload, eventIds: ['ab', 'c'] }, nodeDigest)).not.toBe(
      payloadDigest(payload, nodeDigest),
    );
  });
});
