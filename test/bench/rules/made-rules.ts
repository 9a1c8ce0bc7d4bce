import type { Condition, EventRule, FieldMatch } from '../../../core/sigma/rule-source.js';
import { ROUTES } from './made-calls.js';
import { seeded } from './seeded.js';

/** Rules as packs have them: most look for texts that hardly any call holds. */
export function makeRules(count: number): readonly EventRule[] {
  const random = seeded(2);
  const word = (): string =>
    Array.from({ length: 5 + Math.floor(random() * 6) }, () =>
      String.fromCharCode(97 + Math.floor(random() * 26)),
    ).join('');
  const field = (name: string, modifiers: readonly string[], values: FieldMatch['values']): Condition => ({
    kind: 'match',
    match: { field: name, modifiers, values },
  });
  const kinds: readonly (() => Condition)[] = [
    () => field('userAgent', ['contains'], [word(), word(), `${word()}/`]),
    () => field('path', ['contains'], [`/${word()}`, `.${word()}`]),
    () => ({
      kind: 'and',
      of: [
        field('path', ['startswith'], [`/w${Math.floor(random() * 1_000)}rd`]),
        field('status', ['gte'], [200]),
      ],
    }),
    () => ({
      kind: 'and',
      of: [field('status', [], [401, 403]), field('path', ['endswith'], [`/${word()}`])],
    }),
    () => ({
      kind: 'and',
      of: [
        field('status', [], [404]),
        { kind: 'not', of: field('userAgent', ['contains'], [word()]) },
        field('path', ['contains'], [word()]),
      ],
    }),
    () => ({
      kind: 'and',
      of: [field('method', [], ['DELETE', 'PATCH']), field('route', [], [`/${word()}/{id}`])],
    }),
    // One in ten is about what is ordinary, as rules that feed correlations are: it matches one call in a dozen.
    () => ({
      kind: 'and',
      of: [
        field('route', [], [ROUTES[Math.floor(random() * ROUTES.length)] ?? '/']),
        field('method', [], ['GET', 'HEAD']),
        { kind: 'not', of: field('userAgent', ['contains'], [word()]) },
      ],
    }),
    () => ({
      kind: 'and',
      of: [field('status', ['gte'], [400]), field('path', ['contains'], ['/orders', word()])],
    }),
    () => field('sourceIp', [], [`198.51.${Math.floor(random() * 100)}.${Math.floor(random() * 250)}`]),
    () => ({ kind: 'and', of: [field('errorType', [], [word()]), field('latencyMs', ['gt'], [1_000])] }),
  ];
  return Array.from(
    { length: count },
    (_, n): EventRule => ({
      kind: 'event',
      id: `rule-${n}`,
      name: undefined,
      title: `Rule ${n}`,
      description: undefined,
      level: 'low',
      tags: [],
      falsePositives: [],
      references: [],
      blindSpots: [],
      runbook: [],
      contentHash: String(n),
      logsource: {},
      condition: kinds[n % kinds.length]?.() ?? field('path', [], ['/']),
      alerts: true,
    }),
  );
}
