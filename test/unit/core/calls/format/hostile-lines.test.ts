import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inferDecoder } from '../../../../../core/calls/format/infer-decoder.js';
import { decoderOf } from './rendering.js';

const SIZE = 300_000;
const repeated = (text: string) => text.repeat(Math.ceil(SIZE / text.length));

const JSON_FORMAT =
  '{"ip":"$context.identity.sourceIp","ua":"$context.identity.userAgent","status":"$context.status","path":"$context.path"}';
const DECODERS = [
  ['JSON', decoderOf(JSON_FORMAT)],
  ['CSV of many fields', decoderOf(Array.from({ length: 58 }, () => '$context.path').join(','))],
  ['tokens', decoderOf('$context.identity.sourceIp $context.identity.userAgent $context.status')],
  ['XML', decoderOf('<r><ua>$context.identity.userAgent</ua><s>$context.status</s></r>')],
  ['no format', inferDecoder()],
] as const;

describe.each(DECODERS)('hostile lines, read as %s', (_name, decoder) => {
  // A quadratic step would take minutes on these; the suite's time limit is the assertion.
  it.each([
    'x',
    '"',
    '\\',
    '\\"',
    ',',
    ', ',
    ' ',
    '{',
    '[',
    '}',
    '"}',
    '{"a":',
    '{"a":"1",',
    '"a":"b",',
    '","ua":"',
    '\\","status":"',
    '<a>',
    '<a>x',
    '<a b="c" ',
    '</ua>',
    'a=1 ',
    'a: b ',
    'a|',
    '\u0000',
    '\ud800',
    '\n',
  ])('ends on a flood of %j, bare and inside a value', (piece) => {
    const text = repeated(piece);
    for (const line of [
      text,
      `{"ip":"203.0.113.7","ua":"${text}","status":"403","path":"/"}`,
      `203.0.113.7 ${text} 403`,
      `<r><ua>${text}</ua><s>403</s></r>`,
      `{"ip":"203.0.113.7","ua":"${text}`,
    ]) {
      expect(['extracted', 'rejected']).toContain(decoder.decode(line).kind);
    }
  });

  it('never throws, and gives one value per variable', () => {
    const pieces = [
      '{',
      '}',
      '"',
      '\\',
      ':',
      ',',
      '<',
      '>',
      '/',
      '=',
      ' ',
      '-',
      '\n',
      'ip',
      '"ip":',
      '"status":"200"',
      '203.0.113.7',
      '__proto__',
      '\ud800',
      '\u0000',
    ];
    const line = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 5 })), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(line, (parts) => {
        const result = decoder.decode(parts.join(''));
        if (result.kind === 'extracted') expect(result.values).toHaveLength(result.format.variables.length);
        else expect(result.sample.length).toBeLessThanOrEqual(120);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a flooded user agent', () => {
  it('leaves the fields around it intact', () => {
    for (const piece of ['","ua":"', '","status":"200', '\\","status":"', '{"ip":"']) {
      const result = decoderOf(JSON_FORMAT).decode(
        `{"ip":"203.0.113.7","ua":"${repeated(piece)}","status":"403","path":"/x"}`,
      );
      expect(result).toMatchObject({ kind: 'extracted', recovered: true });
      if (result.kind === 'extracted')
        expect([result.values[0], result.values[2], result.values[3]]).toEqual(['203.0.113.7', '403', '/x']);
    }
  });
});
