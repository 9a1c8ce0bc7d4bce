import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defanged, defangedAlert } from '../../../../core/alerts/defanged.js';
import { alertSample } from './samples.js';

describe('what a caller wrote, in a message', () => {
  it.each([
    ['a link', 'see http://evil.example/x', 'see hxxp[:]//evil[.]example/x'],
    ['a link in capitals', 'HTTPS://EVIL.EXAMPLE', 'hxxpS[:]//EVIL[.]EXAMPLE'],
    ['another scheme', 'ftp://evil.example', 'ftp[:]//evil[.]example'],
    ['a scheme without slashes', 'mailto:a@evil.example', 'mailto[:]a[at]evil[.]example'],
    ['a bare domain', 'www.evil.example', 'www[.]evil[.]example'],
    ['a foreign domain', 'evil.рф', 'evil[.]рф'],
    ['a domain with another dot', 'evil。example', 'evil[.]example'],
    ['a mention', '@channel @here', '[at]channel [at]here'],
    ['a mention of Slack', '<!here> <@U012AB3CD>', '‹!here› ‹[at]U012AB3CD›'],
    ['a link of Slack', '<http://evil.example|click>', '‹hxxp[:]//evil[.]example|click›'],
    ['a Markdown link', '[click](/x)', '[click] (/x)'],
    ['a Markdown link by reference', '[click][1]', '[click] [1]'],
    ['a link that the mending itself would make', 'a@(b) c@[1]', 'a[at] (b) c[at] [1]'],
    ['HTML', '<img src=x onerror=alert(1)>', '‹img src=x onerror=alert(1)›'],
  ])('is no %s', (_, text, expected) => {
    expect(defanged(text)).toBe(expected);
  });

  it.each([
    '192.0.2.7',
    '2001:db8::1',
    'a1b2c3d4e5',
    'arn:aws:iam::123456789012:user/alice',
    '/orders/{id}',
    'Mozilla/5.0 (X11; Linux x86_64)',
    'curl/8.4.0',
    '-',
  ])('stays as it is where there is nothing to it: %s', (text) => {
    expect(defanged(text)).toBe(text);
  });

  it('never holds a link, a mention or markup, and is the same when done twice', () => {
    const pieces = [
      'http',
      '://',
      ':',
      '//',
      '.',
      'com',
      '@',
      'here',
      '<',
      '!',
      '>',
      '[',
      ']',
      '(',
      ')',
      'a',
    ];
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        const safe = defanged(text);
        expect(safe).not.toMatch(/:\/\/|[@<>]|\]\(|\]\[|\.\p{L}{2}/u);
        expect(defanged(safe)).toBe(safe);
      }),
    );
  });

  it('is made so in every value of an alert that callers choose, and in nothing else', () => {
    const link = 'http://evil.example';
    const alert = alertSample({ group: { principal: link, userAgent: '<!here>' }, apiId: link, stage: '@a' });
    expect(defangedAlert(alert)).toEqual({
      ...alert,
      group: { principal: 'hxxp[:]//evil[.]example', userAgent: '‹!here›' },
      apiId: 'hxxp[:]//evil[.]example',
      stage: '[at]a',
    });
    expect(defangedAlert(alertSample())).toEqual(alertSample());
  });
});
