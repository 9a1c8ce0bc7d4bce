import { nodeDigest } from '../../../adapters/node/node-digest.js';
import { shippedRules } from '../../../adapters/shipped/shipped-rules.js';
import { describeProblem, parseRules } from '../../../core/sigma/parse-rules.js';
import type { RuleSource } from '../../../core/sigma/rule-source.js';

const CALL_RULES = 20;

/** The shipped rules with all their correlations, and as many rules a user might add as make twenty call rules. */
export function twentyRules(): readonly RuleSource[] {
  const { rules, problems } = parseRules([{ name: 'bench.yml', text: ADDED }], { digest: nodeDigest });
  if (problems.length > 0) throw new Error(problems.map(describeProblem).join('\n'));
  const shipped = shippedRules.filter(({ kind }) => kind === 'event').length;
  return [...shippedRules, ...rules.slice(0, Math.max(0, CALL_RULES - shipped))];
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
