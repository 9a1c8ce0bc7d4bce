import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitted, listWidth, refilled, textWidth, wrapped } from '../../../cli/fitted.js';

describe('text for a terminal', () => {
  it('breaks at spaces, the rest of a line under its beginning, of an item under its text', () => {
    expect(fitted('one two three\n', 8)).toBe('one two\nthree\n');
    expect(fitted('  • one two three', 10)).toBe('  • one\n    two\n    three');
    expect(fitted('  one two three', 9)).toBe('  one two\n    three');
    expect(wrapped('one two three', 12, 4)).toBe('one two\n    three');
  });

  it('keeps a word that is too long whole: it may be an id or a path', () => {
    expect(fitted('see 0123456789 there', 6)).toBe('see\n0123456789\nthere');
  });

  it('does not count colours', () => {
    expect(fitted('\u001b[1mbold\u001b[22m word', 9)).toBe('\u001b[1mbold\u001b[22m word');
  });

  it('loses and changes no word, and no line is wider than it has to be', () => {
    const words = fc.array(fc.stringMatching(/^[a-z•:-]{1,12}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(
        words,
        fc.integer({ min: 12, max: 40 }),
        fc.constantFrom('', '  ', '    '),
        (all, width, lead) => {
          const text = fitted(lead + all.join(' '), width);
          expect(text.split(/\s+/).filter(Boolean)).toEqual(all);
          for (const line of text.split('\n'))
            expect(line.length <= width || line.trim().split(' ').length <= 2).toBe(true);
        },
      ),
    );
  });

  it('fills paragraphs anew, and leaves examples and lists as they are', () => {
    const help = '\nExamples:\n  $ gatewarden alerts\n\nOne line that was\nbroken by hand.\n';
    expect(refilled(help, 80)).toBe(
      '\nExamples:\n  $ gatewarden alerts\n\nOne line that was broken by hand.\n',
    );
    expect(refilled(help, 12)).toContain('One line\nthat was\nbroken by\nhand.\n');
  });

  it('takes 80 columns where no terminal says more, and lists in a pipe keep their lines', () => {
    expect(textWidth({ stdout: {} })).toBe(80);
    expect(textWidth({ stdout: { isTTY: true, columns: 0 } })).toBe(80);
    expect(textWidth({ stdout: { isTTY: true, columns: 60 } })).toBe(60);
    expect(textWidth({ stdout: { isTTY: true, columns: 400 } })).toBe(120);
    expect(listWidth({ stdout: {} })).toBe(Number.POSITIVE_INFINITY);
  });
});
