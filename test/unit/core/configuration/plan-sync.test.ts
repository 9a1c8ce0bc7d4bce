import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffLines } from '../../../../core/configuration/line-diff.js';
import { planSync, tierOf } from '../../../../core/configuration/plan-sync.js';

const shown = (before: string, after: string) =>
  diffLines(before, after)
    .map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${text}`)
    .join('|');

describe('the difference of two texts', () => {
  it.each([
    ['a\nb\nc', 'a\nb\nc', ' a| b| c'],
    ['a\nb\nc', 'a\nx\nc', ' a|-b|+x| c'],
    ['a\nb', 'a\nb\nc', ' a| b|+c'],
    ['a\nb\na', 'b\na', '-a| b| a'],
  ])('%j → %j', (before, after, expected) => {
    expect(shown(before, after)).toBe(expected);
  });

  it('gives both texts back, and has nothing twice that is the same', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', '')).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = diffLines(before, after);
        const side = (other: 'added' | 'removed') =>
          changes
            .filter(({ kind }) => kind !== other)
            .map((change) => change.text)
            .join('\n');
        expect([side('added'), side('removed')]).toEqual([before, after]);
        if (before === after) expect(changes.every(({ kind }) => kind === 'same')).toBe(true);
      }),
    );
  });
});

describe('a plan', () => {
  const names = fc.uniqueArray(fc.constantFrom('rules/a', 'rules/b', 'rules/c', 'settings/packs'));
  const parameters = names.chain((known) =>
    fc.tuple(
      ...known.map((name) => fc.record({ name: fc.constant(name), text: fc.constantFrom('x', 'y\nz') })),
    ),
  );

  it('carried out makes the one the other, and deletes only where that was asked for', () => {
    fc.assert(
      fc.property(parameters, parameters, fc.constantFrom('delete', 'leave'), (wanted, present, absent) => {
        const result = new Map<string, string>(present.map(({ name, text }) => [name, text]));
        for (const step of planSync({ wanted, present, absent })) {
          if ('text' in step) result.set(step.name, step.text);
          if (step.kind === 'delete') result.delete(step.name);
        }
        for (const { name, text } of wanted) expect(result.get(name)).toBe(text);
        const left = present.filter((one) => !wanted.some(({ name }) => name === one.name));
        for (const { name } of left) expect(result.has(name)).toBe(absent === 'leave');
      }),
    );
  });

  it('takes texts that differ in their line ends for the same', () => {
    const wanted = [{ name: 'rules/a', text: 'a\nb\n' }];
    const present = [{ name: 'rules/a', text: 'a\r\nb' }];
    expect(planSync({ wanted, present, absent: 'leave' })).toEqual([{ kind: 'same', name: 'rules/a' }]);
  });

  it.each([
    [4096, 'standard'],
    [4097, 'advanced'],
    [8192, 'advanced'],
    [8193, undefined],
  ])('has %i bytes in the tier %s', (bytes, tier) => {
    expect(tierOf('x'.repeat(bytes))).toBe(tier);
    expect(tierOf(`${'é'.repeat(Math.floor(bytes / 2))}${'x'.repeat(bytes % 2)}`)).toBe(tier);
  });
});
