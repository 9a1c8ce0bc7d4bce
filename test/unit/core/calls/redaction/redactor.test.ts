import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { re2Engine } from '../../../../../adapters/regex/re2-engine.js';
import { createRedactor } from '../../../../../core/calls/redaction/redactor.js';
import { REDACTED } from '../../../../../core/calls/redaction/secret-catalogue.js';

const redactor = createRedactor([], undefined);
const JWT = 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N';

describe('redacted text', () => {
  it.each([
    ['a JSON Web Token', `failed for ${JWT}`, JWT],
    ['a cut-off JSON Web Token', 'GET eyJhbGciOiJIUzI1NiIsInR5', 'eyJhbGciOiJIUzI1NiIsInR5'],
    ['a bearer token', 'authorization Bearer abc.DEF-123_x', 'abc.DEF-123_x'],
    ['basic credentials', 'Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['an AWS access key', 'key AKIAIOSFODNN7EXAMPLE used', 'AKIAIOSFODNN7EXAMPLE'],
    ['an assignment', 'login failed: password=hunter2 for bob', 'hunter2'],
    ['an OAuth code', 'GET https://app.example/cb?code=Splx1OBeZQQYbYS6WxSbIA', 'Splx1OBeZQQYbYS6WxSbIA'],
    ['an OAuth state', 'https://app.example/cb?a=1&state=af0ifjsldkj', 'af0ifjsldkj'],
    [
      'a secret access key beside its id',
      'AKIAIOSFODNN7EXAMPLE,wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'wJalrXUtnFEMI',
    ],
    [
      'a secret access key behind its name',
      'aws_secret_access_key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'wJalrXUtnFEMI',
    ],
    ['a secret key', 'secret key = wJalrXUtnFEMI', 'wJalrXUtnFEMI'],
    ['a header quoted in a message', 'bad header x-api-key: s3cr3tvalue', 's3cr3tvalue'],
    ['a whole authorization header', 'Authorization: Custom abc def ghi', 'def'],
    ['a card number with spaces', 'card 4111 1111 1111 1111 declined', '4111 1111 1111 1111'],
    ['a Stripe key', 'sk_live_abcdefghijklmnop1234', 'sk_live_abcdefghijklmnop1234'],
    [
      'a GitHub token',
      'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
      'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    ],
    ['basic credentials in mixed case', 'BaSiC dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['a bearer token in mixed case', 'bEARER abc.DEF-123_x', 'abc.DEF-123_x'],
    ['a token scheme', 'Token 9944b09199c62bcf', '9944b09199c62bcf'],
    ['an API key scheme', 'ApiKey ab12cd34', 'ab12cd34'],
    ['a card number before its expiry and code', '4111111111111111 12/27 123', '4111111111111111'],
    ['a card number before its code', '4111 1111 1111 1111 123', '4111 1111 1111 1111'],
    ['a card number before its expiry', '4111-1111-1111-1111-12-27', '4111-1111-1111-1111'],
    ['a card number with points', '4111.1111.1111.1111', '1111'],
    ['a card number with underscores', '4111_1111_1111_1111', '1111'],
    ['a card number with fixed spaces', '4111\u00a01111\u00a01111\u00a01111', '1111'],
    ['a card number with encoded fixed spaces', '4111%C2%A01111%C2%A01111%C2%A01111', '1111'],
    ['a card number with encoded plus signs', '4111%2B1111%2B1111%2B1111', '1111'],
    ['a card number behind other digits', '2024 4111 1111 1111 1111', '4111'],
    ['a card number behind a word', 'id4111111111111111', '4111'],
    ['the key of an account', 'AccountKey=Eby8vdM02xNOcqFlqUwJPLlm;x', 'Eby8vdM02xNOcqFlqUwJPLlm'],
    ['an IBAN that is called one', 'iban=DE89370400440532013000', 'DE89370400440532013000'],
    ['credentials in an address', 'https://bob:hunter2@example.com/x', 'hunter2'],
  ])('loses %s', (_, text, secret) => {
    expect(redactor.text(text)).not.toContain(secret);
    expect(redactor.text(text)).toContain(REDACTED);
  });

  it.each([
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/121.0.0.0 Safari/537.36',
    'The security token included in the request is invalid.',
    'Missing Authentication Token',
    'Endpoint request timed out after 29000 ms',
    'Basic authentication is required',
    'Basic Client/1.0',
    'Token Manager/2',
    'Bearer realm="api", error="invalid_token"',
    'app/1.0 auth=none',
    'secret: not found',
    'git 2fd4e1c67a2d28fced849ee1bb76e7391b93eb12 AKIA',
    'checksum wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'https://app.example/pets?page=2&sort=name',
    'order 1690373614000 at 12:13:34',
    'arn:aws:sts::123456789012:assumed-role/deploy/session-1',
    'c12d1542-b79e-4e79-a158-fdf36452a81b',
  ])('keeps %s', (text) => {
    expect(redactor.text(text)).toBe(text);
  });

  it('is stable: what was redacted stays as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const once = redactor.text(text);
        expect(redactor.text(once)).toBe(once);
      }),
    );
  });
});

describe('a redacted path', () => {
  it.each([
    [`/verify/${JWT}`, `/verify/${REDACTED}`],
    ['/cards/4111111111111111/charge', `/cards/${REDACTED}/charge`],
    ['/cards/4111%2D1111%2D1111%2D1111', `/cards/${REDACTED}`],
    ['/reset-password/Zx81kQp0mN2v7tYb', `/reset-password/${REDACTED}`],
    ['/reset/Zx81kQp0mN2v7tYb', `/reset/${REDACTED}`],
    ['/users/verify-email/Zx81kQp0mN2v7tYb/done', `/users/verify-email/${REDACTED}/done`],
    ['/accounts/reset/MTc/c3-5f8a0c1d2e3b4a5f6071', `/accounts/reset/MTc/${REDACTED}`],
    ['/invitations/Zx81kQp0mN2v7tYb', `/invitations/${REDACTED}`],
    ['/auth/Zx81kQp0mN2v7tYb', `/auth/${REDACTED}`],
    ['/orders/1000;token%3Dxy', `/orders/1000;${REDACTED}`],
    ['/orders/1000%3Btoken%3Dxy/lines', `/orders/1000%3B${REDACTED}/lines`],
    ['/-----BEGIN PRIVATE KEY-----AAAA/orders/7', `/${REDACTED}/orders/7`],
    ['/app;jsessionid=1A2B3C/next', `/app;jsessionid=${REDACTED}/next`],
  ])('%s becomes %s', (path, expected) => {
    expect(redactor.path(path)).toBe(expected);
  });

  it.each([
    '/pets/3',
    '/shipping/c12d1542-b79e-4e79-a158-fdf36452a81b',
    '/tokens/list',
    '/reset/password',
    '/invitations/c12d1542-b79e-4e79-a158-fdf36452a81b',
    '/files/Zx81kQp0mN2v7tYb',
    '/orders/a1b2c3d4-1111-2222-3333-444455556666',
    '/orders/41111111-1111-1111-1111-111111111111',
    '/blobs/4111111111111111ab',
    '/4111111111111112',
    '/%c2%a3/schema',
  ])('keeps %s', (path) => {
    expect(redactor.path(path)).toBe(path);
  });
});

describe('a redacted query', () => {
  it('loses the values of secret names, however the name is written', () => {
    const query = 'page=2&Api_Key=k1&access%5Ftoken=t1&code=c1&user[password]=p1&q=shoes';
    expect(redactor.query(query)).toBe(
      `page=2&Api_Key=${REDACTED}&access%5Ftoken=${REDACTED}&code=${REDACTED}&user[password]=${REDACTED}&q=shoes`,
    );
  });

  it.each([
    'state=open',
    'code=DE',
    'key=name&hash=true',
    "key=' OR 1=1--",
    'code=<script>',
    'auth=none&next_token=',
  ])('keeps %s: a word or an attack under a name that mostly holds no secret', (query) => {
    expect(redactor.query(query)).toBe(query);
  });

  it('loses secret values under harmless names, encoded ones too', () => {
    expect(redactor.query(`q=${JWT}`)).toBe(`q=${REDACTED}`);
    expect(redactor.query('n=4111+1111+1111+1111')).toBe(`n=${REDACTED}`);
    expect(redactor.query('h=Bearer%20abcDEF123456')).toBe(`h=${REDACTED}`);
  });
});

describe('a redacted header', () => {
  it.each(['Authorization', 'cookie', 'Set-Cookie', 'X-Api-Key', 'X-Amz-Security-Token', 'x-session-token'])(
    'loses %s',
    (name) => {
      expect(redactor.header(name, 'abc')).toBe(REDACTED);
    },
  );

  it.each(['Referer', 'Location', 'X-Original-URL'])('%s loses the secrets of its query', (name) => {
    expect(redactor.header(name, 'https://example.com/cb?code=c1&page=2#state=s1')).toBe(
      `https://example.com/cb?code=${REDACTED}&page=2#state=${REDACTED}`,
    );
  });

  it('keeps ordinary headers and correlation ids, and loses long opaque values under unknown names', () => {
    expect(redactor.header('Accept', 'application/json, text/plain, */*')).toBe(
      'application/json, text/plain, */*',
    );
    expect(redactor.header('x-request-no', 'f82097ed-5302-4a98-8200-dad186b419be')).toContain('f82097ed');
    expect(redactor.header('cf-ray', '84a1b2c3d4e5f678-FRA')).toBe('84a1b2c3d4e5f678-FRA');
    expect(redactor.header('x-my-thing', 'Zx81kQp0mN2v7tYbZx81')).toBe(REDACTED);
  });
});

describe('a redacted body', () => {
  it.each([
    ['JSON', '{"user":"bob","password":"hunter2","n":1}'],
    ['JSON cut short within the value', '{"user":"bob","password":"hunter2'],
    ['JSON with an escaped quote in the value', String.raw`{"password":"a\"hunter2","n":1}`],
    ['JSON within a JSON string', String.raw`{"body":"{\"token\":\"hunter2\",\"n\":1}","s":200}`],
    ['JSON within JSON within JSON', String.raw`{"a":"{\"b\":\"{\\\"secret\\\":\\\"hunter2\\\"}\"}"}`],
    ['JSON within a JSON string, cut short', String.raw`{"body":"{\"n\":1,\"client_secret\":\"hunter2`],
    ['JSON with an escaped key', String.raw`{"p\u0061ssword":"hunter2"}`],
    ['an object under a secret key', '{"credentials":{"a":{"b":"hunter2"}},"n":1}'],
    ['a list under a secret key', '{"tokens":["x","hunter2"],"n":1}'],
    ['a form', 'user=bob&password=hunter2&n=1'],
    ['XML', '<login><user>bob</user><ns:password>hunter2</ns:password></login>'],
    ['multipart', '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\nhunter2\r\n--x--'],
    [
      'pairs of name and value',
      '{"fields":[{"name":"user","value":"bob"},{"name":"password","value":"hunter2"}]}',
    ],
    ['a pair with more to it', '{"name":"api_key","type":"string","value":"hunter2"}'],
    ['a pair the other way round', '{"value":"hunter2","name":"password"}'],
    ['a pair with a list', '{"key":"token","values":["hunter2"]}'],
    [
      'a pair within a JSON string',
      String.raw`{"body":"[{\"Name\":\"password\",\"Value\":\"a\\\"hunter2\"}]"}`,
    ],
    ['a pair cut short', '{"name":"password","value":"hunter2'],
    ['XML with CDATA', '<login><password><![CDATA[hunter2]]></password></login>'],
    ['XML with CDATA among text', '<password>a<![CDATA[<b>hunter2</b>]]>c</password>'],
    ['XML with CDATA cut short', '<password><![CDATA[hunter2'],
    ['Python-like text', "{'user': 'bob', 'password': 'hunter2'}"],
  ])('of %s loses the secret', (_, body) => {
    expect(redactor.body(body)).not.toContain('hunter2');
    expect(redactor.body(body)).toContain(REDACTED);
  });

  it('leaves the rest of valid JSON valid', () => {
    const body = JSON.stringify({
      a: 1,
      pin: 1234,
      nested: JSON.stringify({ token: 'x y', b: 2 }),
      c: [null],
    });
    const parsed = JSON.parse(redactor.body(body));
    expect(parsed).toEqual({
      a: 1,
      pin: REDACTED,
      nested: JSON.stringify({ token: REDACTED, b: 2 }),
      c: [null],
    });
  });

  it('loses a planted secret wherever JSON of any shape holds it', () => {
    const key = fc.constantFrom('password', 'apiKey', 'access_token', 'Authorization', 'cvv', 'clientSecret');
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), key, fc.nat(3), fc.nat(40), (around, name, nesting, cut) => {
        let text = JSON.stringify({ around, [name]: 'plantedVALUE', after: around });
        for (let level = 0; level < nesting; level++) text = JSON.stringify({ around, inner: text });
        expect(redactor.body(text)).not.toContain('plantedVALUE');
        expect(redactor.body(text.slice(0, text.length - cut))).not.toContain('plantedVALUE');
      }),
    );
  });

  it.each([
    ['quotes', '"'.repeat(200_000)],
    ['escaped quotes', String.raw`\"`.repeat(200_000)],
    ['backslashes', '\\'.repeat(400_000)],
    ['open keys', '{"password":'.repeat(50_000)],
    ['open objects under a secret', `{"password":${'{"a":'.repeat(100_000)}`],
    ['equals signs', 'password='.repeat(60_000)],
    ['tags', '<password>'.repeat(60_000)],
    ['open CDATA', '<password><![CDATA['.repeat(30_000)],
    ['open values', '{"value":'.repeat(60_000)],
    ['open pairs', '{"name":"password","value":'.repeat(20_000)],
    ['names of secrets', '"name":"password",'.repeat(30_000)],
    ['addresses', '//'.repeat(250_000)],
    ['query pairs', '?code='.repeat(80_000)],
    ['access keys', 'AKIAIOSFODNN7EXAMPLE '.repeat(25_000)],
    ['segments', '/reset'.repeat(80_000)],
    ['multipart names', 'name="password"\r\n'.repeat(30_000)],
    ['digits', '4'.repeat(500_000)],
    ['percent signs', '%25'.repeat(200_000)],
    ['spaces', `password${' '.repeat(500_000)}`],
    ['private keys', '-----BEGIN PRIVATE KEY-----'.repeat(30_000)],
  ])('takes linear time on half a megabyte of %s', (_, body) => {
    // Quadratic work on this much would run into the suite's time limit by a factor of hundreds.
    expect(redactor.body(body).length).toBeGreaterThan(0);
    expect(redactor.text(body).length).toBeGreaterThan(0);
    expect(redactor.query(body).length).toBeGreaterThan(0);
    expect(redactor.path(body).length).toBeGreaterThan(0);
  });
});

describe('the user’s own patterns', () => {
  const own = createRedactor(['EMP-\\d{6}', 'two words'], re2Engine);

  it('take the smallest part that matches', () => {
    expect(own.path('/staff/EMP-123456/pay')).toBe(`/staff/${REDACTED}/pay`);
    expect(own.query('id=EMP-123456&p=1')).toBe(`id=${REDACTED}&p=1`);
    expect(own.text('no EMP-123456 here')).toBe(`no ${REDACTED} here`);
    expect(own.body('{"id":"EMP-123456","n":1}')).toBe(`{"id":"${REDACTED}","n":1}`);
  });

  it('take everything where a match spans parts', () => {
    expect(own.text('these two words span')).toBe(REDACTED);
  });

  it('need an engine', () => {
    expect(() => createRedactor(['x'], undefined)).toThrow(/bundle\.invalid/);
  });
});
