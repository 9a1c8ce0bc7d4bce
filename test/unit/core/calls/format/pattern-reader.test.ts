import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toTemplate } from '../../../../../core/calls/format/format-template.js';
import { toLayout } from '../../../../../core/calls/format/layout.js';
import { patternReader } from '../../../../../core/calls/format/pattern-reader.js';
import { quotedReader } from '../../../../../core/calls/format/quoted-reader.js';

const FORMAT =
  '{"id":"$context.requestId","status":$context.status,"path":"$context.path","error":$context.error.messageString}';

describe('the pattern of a format', () => {
  const layout = toLayout(toTemplate(FORMAT));
  const byPattern = patternReader(layout);
  const byHand = quotedReader(layout);

  it('reads nothing that the reader by hand reads otherwise', () => {
    const value = fc.constantFrom('-', '', '17', 'a b', 'a,b', '"', '\\', '","path":"', '{', '"x"', '\n');
    const lines = fc
      .array(value, { minLength: 4, maxLength: 4 })
      .map((values) => FORMAT.replace(/\$context\.[\w.]+/g, () => values.shift() ?? ''));
    fc.assert(
      fc.property(lines, (line) => {
        const read = byPattern?.(line);
        if (read !== undefined) expect(read).toEqual(byHand(line));
      }),
      { numRuns: 1_000 },
    );
  });

  it('reads an ordinary line', () => {
    expect(byPattern?.('{"id":"x","status":200,"path":"-","error":-}')).toEqual([
      'x',
      '200',
      undefined,
      undefined,
    ]);
  });

  it('is refused where a value could hold what follows it', () => {
    expect(patternReader(toLayout(toTemplate('{"a":$context.status;"b":"$context.path"}')))).toBeUndefined();
  });

  it('ends on a line that almost fits, in time that grows with its length alone', () => {
    const many = `{${Array.from({ length: 40 }, (_, at) => `"k${at}":"$context.path"`).join(',')}}`;
    const reader = patternReader(toLayout(toTemplate(many)));
    const line = many.replaceAll('$context.path', 'x'.repeat(20_000));
    expect(reader?.(`${line.slice(0, -1)}!`)).toBeUndefined();
    expect(reader?.(line)).toHaveLength(40);
  });
});
