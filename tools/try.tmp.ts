import { nodeDigest } from '../adapters/node/node-digest.js';
import { compileRules } from '../core/sigma/compile-rules.js';
import { Simulation } from '../demo/simulate.js';
import { sampleCall } from '../test/unit/core/sigma/sample-call.js';
import { readShippedRules } from './read-shipped-rules.js';

const { rules } = readShippedRules('rules');
const set = compileRules(rules, undefined);
const base = sampleCall();
const templ = (p: string) =>
  p
    .split('/')
    .map((s) => (/^\d+$|^[0-9a-f]{12,}$|^[0-9a-f-]{36}$|^[a-z-]+-\d+$/.test(s) ? '{id}' : s))
    .join('/');
for (const seed of [11,12,13,14,15,16,17,18]) {
  const sim = new Simulation({ seed, startMs: Date.UTC(2026, 0, 5), days: 2, calls: 200_000 });
  const groups = new Map<string, { rule: any; ev: [number, string, string][] }>();
  let n = 0,
    touches = 0;
  const chunk = new Map<string, { n: number; set: Set<string> }>();
  for (const c of sim.calls()) {
    n++;
    const id = c.client.identity;
    const [kind, principal] =
      id.kind === 'jwt'
        ? ['subject', id.sub]
        : id.kind === 'api-key'
          ? ['api-key', id.apiKeyId]
          : id.kind === 'iam'
            ? ['iam', id.userArn]
            : ['ip', c.client.ip];
    const path = c.path;
    const call: any = {
      ...base,
      id: c.extendedRequestId,
      timeMs: c.timeMs,
      apiId: c.api.apiId,
      apiType: c.api.type,
      method: c.method,
      path,
      route: c.route?.template ?? (path === undefined ? undefined : templ(path)),
      routeSource: c.route ? 'deployed' : 'template',
      status: c.status,
      sourceIp: c.client.ip,
      userAgent: c.client.userAgent,
      principal,
      principalKind: kind,
      errorType: c.errorType,
      integrationStatus: c.errorType ? undefined : c.status,
    };
    const ck = chunk.get(call.apiId) ?? { n: 0, set: new Set<string>() };
    chunk.set(call.apiId, ck);
    ck.n++;
    const add = (rule: any, groupBy: string[], value: string) => {
      const parts = groupBy.map((f) => call[f]);
      if (parts.includes(undefined)) return;
      if ((rule.sampleOneIn ?? 1) > 1 && parseInt(nodeDigest.hex([value], 4), 16) % rule.sampleOneIn !== 0)
        return;
      const key = rule.name + '|' + parts.join('|');
      ck.set.add(key);
      let g = groups.get(key);
      if (!g) {
        g = { rule, ev: [] };
        groups.set(key, g);
      }
      g.ev.push([c.timeMs, value, c.incident?.label ?? 'ordinary']);
    };
    for (const r of set.match(call)) {
      if (r.alerts)
        add(
          { ...r, type: 'event_count', timespanMs: 3600000, threshold: 1 },
          ['apiId', 'principalKind', 'principal'],
          call.id,
        );
      for (const cr of set.correlationsOf(r.id))
        add(cr, [...cr.groupBy], cr.type === 'event_count' ? call.id : String(call[cr.valueField!]));
    }
    if (ck.n >= 100) {
      touches += ck.set.size;
      ck.n = 0;
      ck.set = new Set();
    }
  }
  const found = new Map<string, Set<string>>();
  for (const { rule, ev } of groups.values()) {
    const need = Math.ceil(rule.threshold / (rule.sampleOneIn ?? 1));
    if (ev.length < need) continue;
    const counts = new Map<string, number>();
    let from = 0;
    let hit = false;
    for (let i = 0; i < ev.length && !hit; i++) {
      const [t, v] = ev[i]!;
      counts.set(v, (counts.get(v) ?? 0) + 1);
      while (ev[from]![0] <= t - rule.timespanMs) {
        const o = ev[from]![1];
        const k = counts.get(o)! - 1;
        k ? counts.set(o, k) : counts.delete(o);
        from++;
      }
      if (counts.size >= need) {
        hit = true;
        const labels = ev.slice(from, i + 1).map((e) => e[2]);
        const top = [...new Set(labels)].sort(
          (a, b) => labels.filter((x) => x === b).length - labels.filter((x) => x === a).length,
        )[0]!;
        (found.get(top) ?? found.set(top, new Set()).get(top)!).add(rule.name);
      }
    }
  }
  const attacks = [
    ...new Set(
      sim
        .incidents()
        .filter((i) => i.kind === 'attack')
        .map((i) => 'attack:' + i.name),
    ),
  ];
  console.log(`seed ${seed} calls ${n} touches/call ${(touches / n).toFixed(3)}`);
  for (const a of attacks)
    console.log('  ', found.has(a) ? 'found ' : 'MISSED', a, [...(found.get(a) ?? [])].join(','));
  for (const [l, s] of found) if (!l.startsWith('attack')) console.log('   FALSE', l, [...s].join(','));
}
