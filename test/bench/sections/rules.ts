import { performance } from 'node:perf_hooks';
import { shippedRules } from '../../../adapters/shipped/shipped-rules.js';
import type { ApiCall } from '../../../core/calls/api-call.js';
import { compileRules } from '../../../core/sigma/compile-rules.js';
import type { Condition, EventRule, FieldMatch } from '../../../core/sigma/rule-source.js';
import { sampleCall } from '../../unit/core/sigma/sample-call.js';
import type { Figure, Section } from '../figure.js';

const CALLS = 20_000;
const CALLS_LEAST = 4_000;
const ROUNDS = 7;

/** µs a call at 10, 100 and 1,000 rules beside a plain loop over the same rules, whose hits must agree; the shipped rules; compiling. */
export function rulesSection(scale: number): Section {
  const calls = makeCalls(Math.max(CALLS_LEAST, Math.round(CALLS * scale)));
  const figures: Figure[] = [];
  for (const [count, limit] of [
    [10, undefined],
    [100, 2],
    [1_000, 10],
  ] as const) {
    const rules = makeRules(count);
    const set = compileRules(rules, undefined);
    const plain = rules.map((rule) => plainPredicate(rule.condition));
    const engine = measure(calls, (call) => set.match(call).length);
    const loop = measure(calls, (call) => {
      let hits = 0;
      for (const predicate of plain) if (predicate(call)) hits += 1;
      return hits;
    });
    if (engine.hits !== loop.hits)
      throw new Error(`the engine finds ${engine.hits} matches, the plain loop ${loop.hits}`);
    figures.push({
      name: `${count} rules`,
      value: engine.micros,
      unit: 'µs/call',
      beside: { name: 'a plain loop', value: loop.micros, ratio: loop.micros / engine.micros },
      ...(limit !== undefined && { target: { of: 'value', is: 'at-most', limit } }),
      note: `${(engine.hits / calls.length).toFixed(2)} signals a call`,
    });
  }
  const set = compileRules(shippedRules, undefined);
  const own = measure(calls, (call) => set.match(call).length);
  figures.push({
    name: `the shipped rules (${shippedRules.length})`,
    value: own.micros,
    unit: 'µs/call',
    note: `${(own.hits / calls.length).toFixed(2)} signals a call`,
  });
  const many = makeRules(3_000);
  const start = performance.now();
  compileRules(many, undefined);
  figures.push({ name: 'compile 3,000 rules', value: performance.now() - start, unit: 'ms' });
  return { title: 'Rules', figures };
}

interface Measured {
  readonly micros: number;
  readonly hits: number;
}

/** Processor time of the best round: others were disturbed, or ran before the code was optimised. */
function measure(calls: readonly ApiCall[], run: (call: ApiCall) => number): Measured {
  let best = Number.POSITIVE_INFINITY;
  let hits = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    hits = 0;
    const before = process.cpuUsage();
    for (const call of calls) hits += run(call);
    const used = process.cpuUsage(before);
    best = Math.min(best, used.user + used.system);
  }
  return { micros: best / calls.length, hits };
}

/** A seeded generator (mulberry32): the same rules and calls in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const ROUTES = [
  '/orders/{id}',
  '/orders',
  '/users/me',
  '/products/{id}',
  '/search',
  '/carts/{id}/items',
  '/login',
  '/reports/daily',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'okhttp/4.12.0',
  'python-requests/2.32.3',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.2 Safari/605.1.15',
];

function makeCalls(count: number): readonly ApiCall[] {
  const random = seeded(1);
  const pick = <T>(list: readonly T[], otherwise: T): T =>
    list[Math.floor(random() * list.length)] ?? otherwise;
  const base = sampleCall();
  return Array.from({ length: count }, (_, n) => {
    const route = pick(ROUTES, '/');
    const attack = random() < 0.01;
    return {
      ...base,
      id: `call-${n}`,
      method: pick(['GET', 'GET', 'GET', 'POST', 'PUT'], 'GET'),
      route,
      path: attack
        ? `/w${Math.floor(random() * 1_000)}rd/.git/config`
        : route.replace('{id}', String(Math.floor(random() * 100_000))),
      status: random() < 0.03 ? pick([401, 403, 404, 429, 500], 404) : 200,
      // A few thousand agents, as in real traffic; the remembered ones must not be all.
      userAgent: attack ? 'sqlmap/1.8' : `${pick(AGENTS, '')} build/${Math.floor(random() ** 3 * 3_000)}`,
      sourceIp: `198.51.${Math.floor(random() * 100)}.${Math.floor(random() * 250)}`,
      principal: `user-${Math.floor(random() * 5_000)}`,
      principalKind: 'subject',
    };
  });
}

function makeRules(count: number): readonly EventRule[] {
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

/** What a straightforward program does: a closure a rule, texts in lower case once a rule. */
function plainPredicate(condition: Condition): (call: ApiCall) => boolean {
  if (condition.kind === 'not') {
    const inner = plainPredicate(condition.of);
    return (call) => !inner(call);
  }
  if (condition.kind !== 'match') {
    const parts = condition.of.map(plainPredicate);
    return condition.kind === 'and'
      ? (call) => parts.every((part) => part(call))
      : (call) => parts.some((part) => part(call));
  }
  const { field = 'path', modifiers, values } = condition.match;
  const read = (call: ApiCall): unknown => call[field as keyof ApiCall];
  const [modifier] = modifiers;
  const limit = Number(values[0]);
  if (modifier === 'gt') return (call) => Number(read(call)) > limit;
  if (modifier === 'gte') return (call) => Number(read(call)) >= limit;
  const wanted = values.map((value) => String(value).toLowerCase());
  return (call) => {
    const value = read(call);
    if (value === undefined) return false;
    const text = String(value).toLowerCase();
    if (modifier === 'contains') return wanted.some((one) => text.includes(one));
    if (modifier === 'startswith') return wanted.some((one) => text.startsWith(one));
    if (modifier === 'endswith') return wanted.some((one) => text.endsWith(one));
    return wanted.includes(text);
  };
}
