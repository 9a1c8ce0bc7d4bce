import updateParser, { type UpdateContext } from 'dynalite/db/updateParser.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rememberUpdates } from '../../../../adapters/embedded/remember-updates.js';

const { parse } = updateParser;

interface Request {
  readonly text: string;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, object>>;
}

/** What a parser answers to a request, and what of the request it left unused. */
function outcome(parser: typeof parse, { text, names, values }: Request) {
  const unused = (of: object) => Object.fromEntries(Object.keys(of).map((name) => [name, true] as const));
  const context: UpdateContext & { readonly isReserved: (name: string) => boolean } = {
    attrNames: names,
    attrVals: values,
    unusedAttrNames: unused(names),
    unusedAttrVals: unused(values),
    isReserved: (name) => name === 'value',
  };
  const { unusedAttrNames, unusedAttrVals } = context;
  try {
    // A plain object says whether a section has an operand by having it at all.
    return JSON.stringify([parser(text, { context }), unusedAttrNames, unusedAttrVals]);
  } catch (error) {
    return String(error);
  }
}

const NAME = fc.constantFrom('#a', '#b', '#c', 'plain', 'value', '#a.x', '#d[1]');
const OPERAND = fc.constantFrom(':n', ':s', ':x', 'if_not_exists(#a, :n)', '#b + :n', ':n - :n');
const SECTIONS = fc.uniqueArray(
  fc.oneof(
    fc
      .array(
        fc.tuple(NAME, OPERAND).map(([name, value]) => `${name} = ${value}`),
        { minLength: 1, maxLength: 3 },
      )
      .map((sets) => `SET ${sets.join(', ')}`),
    NAME.map((name) => `REMOVE ${name}`),
    fc.tuple(NAME, OPERAND).map(([name, value]) => `ADD ${name} ${value}`),
    fc.tuple(NAME, OPERAND).map(([name, value]) => `DELETE ${name} ${value}`),
  ),
  { minLength: 1, maxLength: 3, selector: (section) => section.slice(0, 3) },
);
const VALUE = fc.constantFrom(
  { N: '1' },
  { N: '2' },
  { S: 'a' },
  { BS: ['AQ=='] },
  { BS: ['Ag=='] },
  { M: {} },
);
const REQUEST: fc.Arbitrary<Request> = fc.record({
  text: SECTIONS.map((sections) => sections.join(' ')),
  names: fc.dictionary(
    fc.constantFrom('#a', '#b', '#c', '#d'),
    fc.constantFrom('p', 'q', 'plain', 'value', ''),
  ),
  values: fc.dictionary(
    fc.constantFrom(':n', ':s', ':x'),
    VALUE.map((value) => ({ ...value })),
  ),
});

describe('remembered update expressions', () => {
  it('name the attributes and values of the request at hand, not of the one that was parsed', () => {
    rememberUpdates();
    const text = 'SET #e = :e ADD #a0 :a0';
    const requestOf = (bucket: string, member: string): Request => ({
      text,
      names: { '#e': 'expires', '#a0': bucket },
      values: { ':e': { N: '1' }, ':a0': { BS: [member] } },
    });
    updateParser.parse(text, { context: { ...contextOf(requestOf('b1', 'AQ==')) } });
    const again = updateParser.parse(text, { context: contextOf(requestOf('b2', 'Ag==')) });
    expect(again).toMatchObject({
      sections: [
        { type: 'set', path: ['expires'], val: { N: '1' } },
        { type: 'add', path: ['b2'], val: { BS: ['Ag=='] }, attrType: 'BS' },
      ],
      paths: [['expires'], ['b2']],
    });
  });

  it('come to what parsing them anew comes to, valid or not, in any order', () => {
    rememberUpdates();
    fc.assert(
      fc.property(fc.array(REQUEST, { minLength: 1, maxLength: 30 }), (requests) => {
        for (const request of [...requests, ...requests])
          expect(outcome(updateParser.parse, request)).toBe(outcome(parse, request));
      }),
      { numRuns: 300 },
    );
  });
});

function contextOf({ names, values }: Request): UpdateContext {
  const isReserved = () => false;
  return Object.assign(
    { attrNames: names, attrVals: values, unusedAttrNames: {}, unusedAttrVals: {} },
    { isReserved },
  );
}
