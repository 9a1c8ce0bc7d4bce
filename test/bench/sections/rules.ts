import { performance } from 'node:perf_hooks';
import { re2Engine } from '../../../adapters/regex/re2-engine.js';
import { shippedRules } from '../../../adapters/shipped/shipped-rules.js';
import type { ApiCall } from '../../../core/calls/api-call.js';
import { compilePlainRules, compileRules } from '../../../core/sigma/compile-rules.js';
import type { Figure, Section } from '../figure.js';
import { jsonRules } from '../rules/json-rules.js';
import { makeCalls } from '../rules/made-calls.js';
import { makeRules } from '../rules/made-rules.js';
import { plainPredicate } from '../rules/plain-loop.js';

const CALLS = 20_000;
const CALLS_LEAST = 4_000;
const ROUNDS = 7;
/** json-rules-engine needs milliseconds a call at 1,000 rules: it gets as many calls as it does in a second or two. */
const PEER_EVALUATIONS = 200_000;

/**
 * µs a call at 10, 100 and 1,000 rules beside a plain loop and json-rules-engine over the same rules, whose hits must
 * agree; the shipped rules; calls as plain JSON; compiling; a hostile text in RE2.
 */
export async function rulesSection(scale: number): Promise<Section> {
  const calls = makeCalls(Math.max(CALLS_LEAST, Math.round(CALLS * scale)));
  const figures: Figure[] = [];
  for (const [count, limit] of [
    [10, undefined],
    [100, 2],
    [1_000, 10],
  ] as const)
    figures.push(...(await besidePeers(calls, count, limit)));
  const set = compileRules(shippedRules, undefined);
  const own = measure(calls, (call) => set.match(call).length);
  figures.push({
    name: `the shipped rules (${shippedRules.length})`,
    value: own.micros,
    unit: 'µs/call',
    note: `${(own.hits / calls.length).toFixed(2)} signals a call`,
  });
  figures.push(asPlainJson(calls), compiling(), hostile());
  return { title: 'Rules', figures };
}

async function besidePeers(
  calls: readonly ApiCall[],
  count: number,
  limit: number | undefined,
): Promise<readonly Figure[]> {
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
  const some = calls.slice(0, Math.ceil(PEER_EVALUATIONS / count));
  const peer = await measurePeer(some, jsonRules(rules));
  const same = some.reduce((hits, call) => hits + set.match(call).length, 0);
  if (same !== peer.hits) throw new Error(`the engine finds ${same} matches, json-rules-engine ${peer.hits}`);
  const figure = {
    value: engine.micros,
    unit: 'µs/call',
    ...(limit !== undefined && { target: { of: 'value', is: 'at-most', limit } as const }),
  };
  return [
    {
      name: `${count} rules`,
      ...figure,
      beside: { name: 'a plain loop', value: loop.micros, ratio: loop.micros / engine.micros },
      note: `${(engine.hits / calls.length).toFixed(2)} signals a call`,
    },
    {
      name: `${count} rules`,
      ...figure,
      beside: { name: 'json-rules-engine', value: peer.micros, ratio: peer.micros / engine.micros },
    },
  ];
}

/** Any log source: the same calls and rules, field by field looked up in JSON. */
function asPlainJson(calls: readonly ApiCall[]): Figure {
  const rules = makeRules(1_000);
  const set = compileRules(rules, undefined);
  const match = compilePlainRules(rules, undefined);
  const engine = measure(calls, (call) => match(call).length);
  const asCalls = measure(calls, (call) => set.match(call).length);
  if (engine.hits !== asCalls.hits)
    throw new Error(`as calls ${asCalls.hits} matches, as plain JSON ${engine.hits}`);
  return { name: '1,000 rules over plain JSON', value: engine.micros, unit: 'µs/event' };
}

function compiling(): Figure {
  const many = makeRules(3_000);
  const start = performance.now();
  compileRules(many, undefined);
  return {
    name: 'compile 3,000 rules',
    value: performance.now() - start,
    unit: 'ms',
    target: { of: 'value', is: 'at-most', limit: 5_000 },
  };
}

/** A pattern that takes a backtracking engine for ever, on 100 KB; twice the text should take about twice as long. */
function hostile(): Figure {
  const pattern = re2Engine.compile('^(a|aa)+$', { ignoreCase: false, multiline: false, dotAll: false });
  const time = (text: string): number => {
    pattern(text);
    const start = performance.now();
    pattern(text);
    return performance.now() - start;
  };
  const [half, whole] = [time(`${'a'.repeat(50_000)}!`), time(`${'a'.repeat(100_000)}!`)];
  return {
    name: 'an exponential pattern on 100 KB',
    value: whole,
    unit: 'ms',
    note: `${(whole / half).toFixed(1)} times what 50 KB take`,
  };
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

async function measurePeer(
  calls: readonly ApiCall[],
  run: (call: ApiCall) => Promise<number>,
): Promise<Measured> {
  let hits = 0;
  const before = process.cpuUsage();
  for (const call of calls) hits += await run(call);
  const used = process.cpuUsage(before);
  return { micros: (used.user + used.system) / calls.length, hits };
}
