import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  redactAnyPath,
  redactAnyText,
  redactPath,
  redactText,
} from '../../../../../core/calls/redaction/redact-text.js';
import {
  REDACTED,
  SECRET_NAMES,
  SECRET_QUERY_NAMES,
  SECRET_SHAPE_SIGNS,
  SECRET_SHAPES,
  TOKEN_PATH_PARTS,
} from '../../../../../core/calls/redaction/secret-catalogue.js';
import { compileSignScan, LONG, SIGN } from '../../../../../core/calls/redaction/sign-scan.js';
import { isSuspicious } from '../../../../../core/calls/redaction/suspicion.js';

/** Texts made of what secrets are made of, whole and in pieces, with anything between. */
const piece = fc.oneof(
  fc.constantFrom(...SECRET_SHAPE_SIGNS),
  fc.constantFrom(...SECRET_NAMES, ...SECRET_QUERY_NAMES, ...TOKEN_PATH_PARTS),
  fc.constantFrom(
    'secret',
    'access_key',
    'api-key',
    'API Key',
    'password',
    'signature',
    'Authorization',
    'Cookie',
  ),
  fc.constantFrom(
    '=',
    ':',
    ' = ',
    '": "',
    '\\": ',
    ' ',
    '  ',
    '/',
    '//',
    '@',
    '%3D',
    '%2520',
    '%',
    '?',
    '&',
    '#',
    ';',
    '.',
  ),
  fc.constantFrom(
    '4111',
    '4111111111111111',
    '4111 1111 1111 1111',
    '%20',
    '%C2%A0',
    '\u00a0',
    '-',
    '_',
    '+',
  ),
  fc.constantFrom('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'IOSFODNN7EXAMPLE', 'a1b2c3d4e5f6g7h8i9'),
  fc.constantFrom(
    'rv:109.0',
    'Mozilla/5.0',
    'https://',
    'user',
    'bob',
    '[redacted]',
    '-----BEGIN RSA PRIVATE KEY-----',
  ),
  fc.stringMatching(/^[A-Za-z0-9_.-]{1,24}$/),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
const texts = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

const EXAMPLES: Readonly<Record<string, string>> = {
  'authorization scheme with its credentials': 'nEgOtIaTe YIIJvwYGKwYB',
  'basic authorization with its credentials': 'bAsIc dXNlcjpwYXNz',
  'token or key named like a scheme': 'Token 9944b09199c62bcf',
  'JSON Web Token': 'eyJhbGciOiJIUzI1NiJ9',
  'AWS access key id': 'ABIAIOSFODNN7EXAMPLE',
  'AWS SigV4 credentials': 'Security-Token=abcdefgh',
  'AWS session token': `FQoGZXIvYXdz${'a'.repeat(20)}`,
  'GitHub token': `ghu_${'a'.repeat(20)}`,
  'GitLab token': 'glpat-abcdefghijklmnop',
  'Slack token': 'xoxb-abcdefghij',
  'Stripe key': 'rk_live_abcdefghijklmnop',
  'Google key': `ya29.${'a'.repeat(20)}`,
  'OpenAI or Anthropic key': `sk-${'a'.repeat(20)}`,
  'token of another service, by its prefix': `shpat_${'0a'.repeat(16)}`,
  'npm or PyPI token': `pypi-${'a'.repeat(30)}`,
  'SendGrid key': `SG.${'a'.repeat(16)}.${'b'.repeat(16)}`,
  'private key': '-----BEGIN PRIVATE KEY-----AAAA',
  'user and password in an address': 'ftp://bob:hunter2@files.example',
};

describe('the quick look', () => {
  it('passes over no text that redaction would change', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(redactText(text)).toBe(redactAnyText(text));
      }),
      { numRuns: 3_000 },
    );
  });

  it('passes over no path that redaction would change', () => {
    fc.assert(
      fc.property(fc.array(texts, { maxLength: 4 }), (segments) => {
        const path = `/${segments.join('/')}`;
        expect(redactPath(path)).toBe(redactAnyPath(path));
      }),
      { numRuns: 2_000 },
    );
  });

  it('stops at each shape of secret that there is', () => {
    expect(SECRET_SHAPES.map(({ name }) => name)).toEqual(Object.keys(EXAMPLES));
    for (const { name, pattern } of SECRET_SHAPES) {
      const example = EXAMPLES[name] ?? '';
      expect(example).toMatch(new RegExp(pattern));
      expect([name, isSuspicious(`of ${example}`)]).toEqual([name, true]);
    }
  });

  it.each([
    `hf_${'aB'.repeat(15)}`,
    `dop_v1_${'0a'.repeat(32)}`,
    `shpca_${'0a'.repeat(16)}`,
    `shppa_${'0a'.repeat(16)}`,
    `shpss_${'0a'.repeat(16)}`,
    `ATATT3${'aB1'.repeat(10)}`,
    `dckr_pat_${'aB1'.repeat(9)}`,
    `sq0atp-${'aB1'.repeat(8)}`,
    `lin_api_${'aB1'.repeat(12)}`,
    `hvs.${'aB1'.repeat(10)}`,
    `hvb.${'aB1'.repeat(10)}`,
    `hvr.${'aB1'.repeat(10)}`,
    `GOCSPX-${'aB1'.repeat(9)}`,
    `HRKU-${'aB1'.repeat(9)}`,
    `NRAK-${'AB1'.repeat(9)}`,
    `PMAK-${'aB1'.repeat(12)}`,
    `glsa_${'aB1'.repeat(12)}`,
    `glc_${'aB1'.repeat(12)}`,
    `sntrys_${'aB1'.repeat(12)}`,
    `figd_${'aB1'.repeat(12)}`,
    `ntn_${'aB1'.repeat(12)}`,
    `dapi${'0a'.repeat(16)}`,
    `key-${'0a'.repeat(16)}`,
    `123456789:AA${'aB1'.repeat(11)}`,
  ])('and redaction lose %s wherever it stands', (token) => {
    for (const text of [token, `x ${token} y`, `/v1/${token}/z`, `App/1.0 (${token})`])
      expect(redactText(text)).toBe(text.replace(token, REDACTED));
  });

  it.each([
    '/v1/orders/48213/items/7',
    '/users/550e8400-e29b-41d4-a716-44665544000f/orders',
    'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:109.0) Gecko/20100101 Firefox/115.0',
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1',
    'Execution failed due to configuration error: Invalid permissions on Lambda function',
  ])('finds nothing in %s', (text) => {
    expect(isSuspicious(text)).toBe(false);
  });
});

describe('a scan for signs', () => {
  const literal = fc.stringMatching(/^[a-c_.]{1,4}$/);

  it('finds a literal wherever it stands and in whatever case, and nothing else', () => {
    fc.assert(
      fc.property(
        fc.array(literal, { minLength: 1, maxLength: 6 }),
        fc.stringMatching(/^[a-dA-D_.]{0,14}$/),
        (literals, text) => {
          const holdsOne = literals.some((one) => text.toLowerCase().includes(one));
          expect(compileSignScan(literals, 100)(text) === 0).toBe(!holdsOne);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('finds thirteen digits, long stretches, and whatever is not ASCII', () => {
    const scan = compileSignScan(['x'], 16);
    expect(scan('/1234-5678-9012/3')).toBe(0);
    expect(scan('1234-5678.9012 3')).not.toBe(0);
    expect(scan('/aaaaaaaaaaaaaaa/b')).toBe(0);
    expect(scan('/aaaaaaaaaaaaaaaa/b') & LONG).toBe(LONG);
    expect(scan('/b/aaaaaaaaaaaaaaaa')).toBe(LONG);
    expect(scan('caf\u00e9') & SIGN).toBe(SIGN);
  });
});
