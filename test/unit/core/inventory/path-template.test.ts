import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FILE_ENDINGS } from '../../../../core/inventory/dotted-segment.js';
import { SEGMENTS_MAX, templatePath } from '../../../../core/inventory/path-template.js';
import { TOLD_BY_FORM } from './labelled-paths.js';
import { parseLabelled, scorePositions } from './templating-score.js';

describe('templatePath', () => {
  it.each([
    ['/users/123', '/users/{id}'],
    ['/users/550e8400-e29b-41d4-a716-446655440000', '/users/{uuid}'],
    ['/events/01ARZ3NDEKTSV4RRFFQ69G5FAV', '/events/{ulid}'],
    ['/events/01arz3ndektsv4rrffq69g5fav', '/events/{ulid}'],
    ['/events/0ujtsYcgvSTl8PAuAdqWYSMnLOv', '/events/{ksuid}'],
    ['/users/507f1f77bcf86cd799439011', '/users/{objectId}'],
    ['/files/d41d8cd98f00b204e9800998ecf8427e', '/files/{hash}'],
    ['/files/2fd4e1c67a2d28fced849ee1bb76e7391b93eb12', '/files/{hash}'],
    ['/v1/customers/cus_9s6XKzkNRiz8i3', '/v1/customers/{id}'],
    ['/orders/ord-12345', '/orders/{id}'],
    ['/watch/dQw4w9WgXcQ', '/watch/{id}'],
    ['/orders/2024-03-09', '/orders/{date}'],
    ['/orders/2024-03-09T10:11:12.000Z', '/orders/{date}'],
    ['/orders/2024-03-09T10%3A11%3A12+02:00', '/orders/{date}'],
    ['/users/jane%40example.com', '/users/{email}'],
    ['/users/jane@example.com', '/users/{email}'],
    ['/sms/+15551234567', '/sms/{phone}'],
    ['/sms/%2B15551234567', '/sms/{phone}'],
    ['/sms/555-123-4567', '/sms/{phone}'],
    ['/ip/192.0.2.1', '/ip/{ip}'],
    ['/ip/2001:db8::1', '/ip/{ip}'],
    ['/products/red-shoe-1234', '/products/{slug}'],
    ['/products/632910392.json', '/products/{id}.json'],
    ['/operations/42:cancel', '/operations/{id}:cancel'],
    ["/odata/Orders('A-1')", '/odata/Orders({id})'],
    ['/search/New%20York', '/search/{text}'],
    ['/search/caf%C3%A9', '/search/{text}'],
    ['/search/café', '/search/{text}'],
    ['/%61dmin/users', '/admin/users'],
    ['/map;v=1/tiles', '/map/tiles'],
    ['/a/b/', '/a/b'],
    ['//a///b', '/a/b'],
    ['a/b', '/a/b'],
    ['', '/'],
    ['/', '/'],
    ['///', '/'],
    ['/pets/{petId}', '/pets/{petId}'],
    ['/api/{proxy+}', '/api/{proxy+}'],
  ])('turns %s into %s', (path, template) => {
    expect(templatePath(path)).toBe(template);
  });

  it.each(
    'api v2 v1.1 v1beta1 2fa oauth2 s3 me latest index.html robots.txt k8s i18n sha256 base64 ipv6 3ds covid-19 EC2Instances OAuth2Token jquery.min.js $metadata _search .well-known chat.postMessage'.split(
      ' ',
    ),
  )('never takes the word %s for a variable', (word) => {
    expect(templatePath(`/${word}`)).toBe(`/${word}`);
    expect(templatePath(`/a/${word}/b`)).toBe(`/a/${word}/b`);
  });

  it('finds at least 95 % of the parameters of a hand-labelled sample, and at least 95 % of what it finds are', () => {
    const labelled = parseLabelled(TOLD_BY_FORM);
    expect(labelled.length).toBeGreaterThan(100);
    const score = scorePositions(labelled, (path) => templatePath(path));
    expect(score.precision, score.wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
    expect(score.recall, score.wrong.join('\n')).toBeGreaterThanOrEqual(0.95);
  });

  const segment = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({ maxLength: 40 }),
    fc.stringMatching(/^[A-Za-z0-9_.~:@%{}()$;,=+*!'-]{1,40}$/),
    fc.uuid(),
    fc.integer().map(String),
    fc.emailAddress(),
    fc.ipV6(),
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    fc.base64String({ maxLength: 60 }),
    fc.stringMatching(/^[a-z]{2,12}([-_.][a-z0-9]{1,8}){0,5}$/),
    fc.constantFrom(
      'api',
      'v2',
      'rest',
      'apis',
      '1',
      '1.1',
      '2024-01',
      '..',
      '.',
      '%2e%2e',
      '{id}',
      '{id}.json',
      '{a+}',
      '',
      '%',
      '%zz',
      '\0',
    ),
  );
  const path = fc.array(segment, { maxLength: 12 }).map((segments) => `/${segments.join('/')}`);

  it.each([...FILE_ENDINGS])('takes what it makes of a file that ends with .%s for a template', (ending) => {
    for (const written of [ending, ending.toUpperCase()]) {
      const template = templatePath(`/reports/aa-000.${written}`);
      // Perl's ending is Poland's as well.
      expect(template).toBe(ending === 'pl' ? '/reports/{domain}' : `/reports/{id}.${written}`);
      expect(templatePath(template)).toBe(template);
    }
  });

  it('is stable: a template is its own template', () => {
    fc.assert(
      fc.property(path, (hostile) => {
        const template = templatePath(hostile);
        expect(templatePath(template)).toBe(template);
      }),
      { numRuns: 3000 },
    );
  });

  it('is total and bounded: any text gives a template that starts with a slash and holds no long segment', () => {
    fc.assert(
      fc.property(fc.oneof(path, fc.string({ unit: 'binary', maxLength: 300 })), (hostile) => {
        const segments = templatePath(hostile).split('/');
        expect(segments[0]).toBe('');
        expect(segments.length).toBeLessThanOrEqual(SEGMENTS_MAX + 2);
        for (const part of segments) expect(part.length).toBeLessThanOrEqual(110);
      }),
    );
  });

  it('keeps no control character, whatever was sent', () => {
    fc.assert(
      fc.property(path, (hostile) => {
        expect(templatePath(hostile)).not.toMatch(/\p{Cc}/u);
      }),
    );
  });

  it.each([
    ['a segment of 10 KB', `/a/${'x'.repeat(10_000)}`, '/a/{token}'],
    ['a segment of 1 MB of escapes', `/a/${'%41'.repeat(350_000)}`, '/a/{text}'],
    ['a segment of brackets', `/a/${'('.repeat(10_000)}`, '/a/{text}'],
    ['NUL', '/a/\0', '/a/{text}'],
    ['a broken escape', '/a/%g1', '/a/{text}'],
    ['half a surrogate pair', '/a/\ud800', '/a/{text}'],
    ['climbing', '/a/../../etc/passwd', '/a/{text}/{text}/etc/passwd'],
    ['1,000 segments', '/a'.repeat(1000), `${'/a'.repeat(32)}/{proxy+}`],
    ['100,000 slashes', '/'.repeat(100_000), '/'],
  ])('survives %s', (_what, hostile, template) => {
    expect(templatePath(hostile)).toBe(template);
  });
});
