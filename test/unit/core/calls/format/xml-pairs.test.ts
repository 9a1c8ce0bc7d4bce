import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferDecoder } from '../../../../../core/calls/format/infer-decoder.js';
import { extract, fieldsOf } from './rendering.js';

const line = (agent: string, error: string) =>
  `<log><id>c12d1542-b79e-4e79-a158-fdf36452a81b</id><ua>${agent}</ua><error>${error}</error><status>403</status><ip>203.0.113.7</ip><note>he said "no"</note></log>`;

const TAGS = [
  '<a>',
  '<a',
  '<a><b>',
  '</a>',
  '</log>',
  '<status>',
  '<a x="',
  "<a x='1'",
  '<!-- ',
  '<![CDATA[',
  '<?',
  '<a/>',
  '<a>x</a>',
  '<>',
  '</',
];

describe('XML with tags in what callers write', () => {
  it.each(TAGS)('keeps what stands behind %s', (tag) => {
    for (const [agent, error] of [
      [tag, 'Forbidden'],
      [`x ${tag} y`, 'Forbidden'],
      ['curl/8.1', `x${tag}`],
      ['curl/8.1', tag],
    ] as const) {
      const read = extract(inferDecoder(), line(agent, error));
      expect(fieldsOf(read)).toMatchObject({ status: '403', 'identity.sourceIp': '203.0.113.7' });
    }
  });

  it('never loses a field that the gateway filled, whatever tags stand in the user agent', () => {
    const piece = fc.constantFrom(...TAGS, ' ', 'x', '"', "'", '>', '/', '=');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const read = extract(inferDecoder(), line(pieces.join(''), '-'));
        expect(fieldsOf(read)).toMatchObject({ status: '403', 'identity.sourceIp': '203.0.113.7' });
      }),
      { numRuns: 500 },
    );
  });

  it('reads the elements that a format nests', () => {
    const nested =
      '<call><error><message>Forbidden</message><type>ACCESS_DENIED</type></error><client ip="203.0.113.7" agent="x &lt;b&gt;"/><status>403</status></call>';
    const read = extract(inferDecoder(), nested);
    expect(read.recovered).toBe(false);
    expect(fieldsOf(read)).toMatchObject({
      status: '403',
      'identity.sourceIp': '203.0.113.7',
      'identity.userAgent': 'x <b>',
      'error.message': 'Forbidden',
    });
  });

  it('takes linear time on a megabyte of tags that nothing closes, all of other names', () => {
    const tags = Array.from({ length: 100_000 }, (_, at) => `<t${at}>`).join('');
    const started = performance.now();
    inferDecoder().decode(line('curl/8.1', tags));
    inferDecoder().decode(line(tags, '-'));
    inferDecoder().decode(`<log>${tags}`);
    inferDecoder().decode(`<log>${'<a x="'.repeat(100_000)}`);
    inferDecoder().decode(`<log>${'<a '.repeat(200_000)}>`);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
