import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { shippedPacks } from '../../../adapters/shipped/shipped-packs.js';
import { shippedRules } from '../../../adapters/shipped/shipped-rules.js';
import { describeProblem, parseRules } from '../../../core/sigma/parse-rules.js';
import type { RuleSource } from '../../../core/sigma/rule-source.js';

const CALL_RULES = 20;

/**
 * The baseline pack with all its correlations, and as many rules a user might add as make twenty call rules: the same twenty that
 * `PLAIN_RULES` has. The other packs are left out, for the plain program has nothing that stands for them.
 */
export function twentyRules(): readonly RuleSource[] {
  const { rules: added, problems } = parseRules([{ name: 'bench.yml', text: ADDED }], { digest: nodeDigest });
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  const rules = [...baselineRules(), ...added];
  const callRules = rules.filter(({ kind }) => kind === 'event').length;
  if (callRules !== CALL_RULES) throw new Error(`${callRules} call rules instead of ${CALL_RULES}`);
  return rules;
}

/** What the pack alerts about, and the rules that its correlations count. */
function baselineRules(): readonly RuleSource[] {
  const pack = shippedPacks.find(({ name }) => name === 'baseline');
  const wanted = new Set(pack?.rules.map(({ id }) => id));
  for (const rule of shippedRules)
    if (rule.kind === 'correlation' && wanted.has(rule.id)) for (const id of rule.ruleIds) wanted.add(id);
  return shippedRules.filter(({ id }) => wanted.has(id));
}

const ADDED = `
title: Path traversal
id: 4b1d2a60-6f0e-4f0c-9a3e-000000000001
name: path-traversal
status: test
logsource: { product: aws, service: apigateway }
detection:
  selection:
    path|contains: ['../', '..%2f', '%2e%2e', '/etc/passwd', '\\windows\\']
  condition: selection
level: medium
---
title: Injection in the path
id: 4b1d2a60-6f0e-4f0c-9a3e-000000000002
name: injection-in-path
status: test
logsource: { product: aws, service: apigateway }
detection:
  selection:
    path|contains: ['union select', 'union%20select', 'union+select', 'union all select', "' or '", '%27%20or', '<script', '%3cscript', '\${jndi:']
  condition: selection
level: medium
---
title: Very slow call
id: 4b1d2a60-6f0e-4f0c-9a3e-000000000003
name: slow-call
status: test
logsource: { product: aws, service: apigateway }
detection:
  selection:
    latencyMs|gte: 10000
  condition: selection
level: low
---
title: A write that failed in the server
id: 4b1d2a60-6f0e-4f0c-9a3e-000000000004
name: server-error-on-write
status: test
logsource: { product: aws, service: apigateway }
detection:
  selection:
    status|gte: 500
    method: [POST, PUT, PATCH, DELETE]
  condition: selection
level: low
---
title: Old TLS
id: 4b1d2a60-6f0e-4f0c-9a3e-000000000005
name: old-tls
status: test
logsource: { product: aws, service: apigateway }
detection:
  selection:
    tlsVersion: [TLSv1, TLSv1.1]
  condition: selection
level: low
`;
