import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import { compilePlainRules } from '../../../../core/sigma/compile-rules.js';
import { MODIFIERS } from '../../../../core/sigma/modifiers.js';
import type { Condition, EventRule, FieldMatch } from '../../../../core/sigma/rule-source.js';
import { matchesSlowly, slowPlain } from './reference-matcher.js';

/** Field names of rules; events have some of them as keys, as paths, in lists, or not at all. */
const FIELDS = ['a', 'b', 'a.b', 'b.a', 'b.a.b', 'c', 'list.a'];
const field = fc.constantFrom(...FIELDS);
const words = [
  'abc',
  'ABC',
  'é',
  '-a /b',
  '–x',
  'ping',
  '中',
  '404',
  '10.1.2.3',
  'fe80::1',
  'a*b',
  'a?',
  '\\',
  '',
];
/** As rules write them: wildcards and escapes. */
const written = fc.oneof(
  fc.stringMatching(/^[abAB*?\\é/-]{0,5}$/),
  fc.constantFrom(...words, '\\*', '\\\\', '*b*', 'a\\*b', '?', '*'),
);
const withoutWildcards = fc.oneof(
  fc.stringMatching(/^[abA é/-]{0,4}$/),
  fc.constantFrom('ping', 'a\\*b', '中', '-x', '\\\\'),
);
const INSTANTS = [
  Date.UTC(2026, 0, 1, 9, 30),
  Date.UTC(2027, 0, 1),
  Date.UTC(2024, 11, 30, 23, 59),
  Date.UTC(2020, 11, 31, 12),
];
const encode = (text: string): readonly string[] => [
  Buffer.from(text).toString('base64'),
  Buffer.from(`x${text}`).toString('base64'),
  Buffer.from(`xy${text}z`, 'utf16le').toString('base64'),
  Buffer.from(text, 'utf16le').toString('latin1'),
  Buffer.from(text, 'utf16le').swap16().toString('latin1'),
  `\xff\xfe${Buffer.from(text, 'utf16le').toString('latin1')}`,
];
const scalar = fc.oneof(
  fc.stringMatching(/^[abAB*?\\é/–-]{0,5}$/),
  fc.constantFrom(...words),
  fc.constantFrom(404, 5, 0, -1.5, true, false, null),
  fc.constantFrom(...INSTANTS, ...INSTANTS.map((instant) => new Date(instant).toISOString())),
  fc.constantFrom('ping', '-x', 'ab', '中').chain((text) => fc.constantFrom(...encode(text))),
);
const value = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(fc.oneof(scalar, fc.array(scalar, { maxLength: 2 }), fc.record({ a: scalar })), { maxLength: 3 }),
  fc.record({ a: scalar, b: scalar }, { requiredKeys: [] }),
  fc.record({ a: fc.record({ b: scalar }) }),
);
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record(
      {
        a: value,
        b: value,
        c: value,
        'a.b': value,
        list: fc.array(fc.record({ a: value }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  },
  scalar,
);

type Part = Pick<FieldMatch, 'modifiers' | 'values'>;
const part = (
  modifiers: readonly (readonly string[])[],
  values: fc.Arbitrary<FieldMatch['values'][number]>,
  most = 3,
): fc.Arbitrary<Part> =>
  fc.record({
    modifiers: fc.constantFrom(...modifiers),
    values: fc.array(values, { minLength: 1, maxLength: most }),
  });
const SHAPES = [[], ['contains'], ['startswith'], ['endswith']];
const OPERATORS = [['gt'], ['gte'], ['lt'], ['lte']];
const plain = part(
  [
    ...SHAPES,
    ['cased'],
    ['contains', 'cased'],
    ['neq'],
    ['contains', 'neq'],
    ['windash'],
    ['windash', 'contains'],
    ['contains', 'windash', 'cased'],
  ],
  written,
);
const encoded = part(
  [
    ['base64'],
    ['base64', 'contains'],
    ['base64offset', 'contains'],
    ['utf16le', 'base64offset', 'contains'],
    ['wide', 'base64', 'contains', 'cased'],
    ['utf16be', 'base64offset', 'contains'],
    ['utf16', 'base64'],
    ['wide'],
    ['utf16le', 'contains'],
    ['utf16be', 'startswith'],
    ['utf16'],
    ['windash', 'base64offset', 'contains'],
  ],
  withoutWildcards,
);
const all = fc.record({
  modifiers: fc.constantFrom(['all'], ['contains', 'all'], ['startswith', 'all', 'neq']),
  values: fc.array(written, { minLength: 2, maxLength: 3 }),
});
const numeric = part([...OPERATORS, ['gt', 'neq']], fc.constantFrom(5, 0, -1.5, 404, 403.9));
const time = part(
  ['minute', 'hour', 'day', 'week', 'month', 'year'].flatMap((name) => [
    [name],
    [name, 'gte'],
    ['neq', name],
  ]),
  fc.constantFrom(1, 9, 30, 12, 52, 53, 2026, 2024, 23, 59, 0),
);
const pattern = part(
  [['re'], ['re', 'i'], ['re', 's'], ['re', 'i', 'm', 's'], ['re', 'neq']],
  fc.constantFrom('^a', 'b$', 'A.', '[a-b]+/', '^(a|b){2}$', '4', 'ping', '.*', 'a?b*c'),
);
const network = part(
  [['cidr'], ['cidr', 'neq']],
  fc.constantFrom('10.0.0.0/8', '10.1.2.0/30', 'fe80::/10', '::/0'),
);
const presence = fc.oneof(
  fc.record({ modifiers: fc.constant(['exists']), values: fc.tuple(fc.boolean()) }),
  fc.record({ modifiers: fc.constantFrom<string[]>([], ['neq']), values: fc.constant([null]) }),
);
const reference = part(
  [...SHAPES.map((shape) => ['fieldref', ...shape]), ['fieldref', 'neq'], ['fieldref', 'contains', 'cased']],
  field,
  2,
);
const ofField = fc
  .tuple(
    field,
    fc.oneof(plain, encoded, all, numeric, time, pattern, network, presence, reference, part([[]], scalar)),
  )
  .map(([name, rest]): FieldMatch => ({ field: name, ...rest }));
const keyword = fc
  .oneof(
    part([[], ['startswith'], ['cased'], ['windash']], written),
    part([['re']], fc.constantFrom('^a', 'b$')),
    all,
  )
  .filter(({ modifiers }) => !modifiers.some((name) => name === 'neq'))
  .map((rest): FieldMatch => ({ field: undefined, ...rest }));
const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof({ weight: 6, arbitrary: ofField }, keyword).map((match) => ({ kind: 'match', match }) as const),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    }),
    tie('node').map((of) => ({ kind: 'not', of }) as const),
  ),
})).node;

function toRule(tree: Condition, at: number): EventRule {
  const none = {
    description: undefined,
    tags: [],
    falsePositives: [],
    references: [],
    blindSpots: [],
    runbook: [],
  };
  const id = `r${at}`;
  const meta = { id, name: undefined, title: id, level: 'low', contentHash: id, ...none } as const;
  return { kind: 'event', ...meta, logsource: {}, condition: tree, alerts: true };
}

describe('the engine over plain JSON', () => {
  it('agrees with a slow reading of the specification, on any rules and events', () => {
    let matched = 0;
    fc.assert(
      fc.property(
        fc.array(condition, { minLength: 1, maxLength: 8 }),
        fc.array(event, { minLength: 1, maxLength: 6 }),
        (conditions, events) => {
          const rules = conditions.map(toRule);
          const match = compilePlainRules(rules, re2Engine);
          for (const seen of events) {
            const slow = slowPlain(seen);
            const expected = rules.filter((rule) => matchesSlowly(rule.condition, slow)).map(({ id }) => id);
            expect(match(seen).map(({ id }) => id)).toEqual(expected);
            matched += expected.length;
          }
        },
      ),
      { numRuns: 3_000 },
    );
    expect(matched).toBeGreaterThan(3_000);
  });

  it.each(MODIFIERS.filter((name) => name !== 'expand'))('is compared with it on %s', (modifier) => {
    const samples = fc.sample(fc.oneof(ofField, keyword), { numRuns: 2_000, seed: 7 });
    const using = samples.filter(({ modifiers }) => modifiers.includes(modifier));
    expect(using.length).toBeGreaterThan(5);
  });

  it('gives the same rules in whatever order they were compiled', () => {
    fc.assert(
      fc.property(fc.array(condition, { minLength: 2, maxLength: 6 }), event, (conditions, seen) => {
        const rules = conditions.map(toRule);
        const ids = (list: readonly EventRule[]) =>
          compilePlainRules(
            list,
            re2Engine,
          )(seen)
            .map(({ id }) => id)
            .sort();
        expect(ids([...rules].reverse())).toEqual(ids(rules));
      }),
      { numRuns: 300 },
    );
  });
});
