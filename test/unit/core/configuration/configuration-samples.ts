import { nodeDigest } from '../../../../adapters/node/node-digest.js';
import { re2Engine } from '../../../../adapters/regex/re2-engine.js';
import {
  type ConfigurationSources,
  compileConfiguration,
} from '../../../../core/configuration/compile-configuration.js';
import type { Parameter } from '../../../../core/configuration/parameter.js';
import { parseRules } from '../../../../core/sigma/parse-rules.js';

export const TOOLS = { digest: nodeDigest, regex: re2Engine };

export const ruleText = (id: string, userAgent = 'sqlmap'): string => `title: Tool of ${id}
id: ${id}
level: high
logsource: { product: aws, service: apigateway }
detection:
  tool: { userAgent|contains: ${userAgent} }
  condition: tool
`;

/** A base rule and a correlation that counts it, in one parameter. */
export const burstText = (id: string, threshold = 20): string => `title: Refused
name: refused-${id}
id: base-${id}
logsource: { product: aws, service: apigateway }
detection:
  refused: { status: 401 }
  condition: refused
---
title: Burst of ${id}
id: ${id}
name: burst-${id}
level: medium
correlation:
  type: event_count
  rules: [refused-${id}]
  group-by: [apiId, principal]
  timespan: 5m
  condition: { gte: ${threshold} }
`;

export const rule = (name: string, text = ruleText(name)): Parameter => ({ name: `rules/${name}`, text });
export const setting = (name: string, value: unknown): Parameter => ({
  name: `settings/${name}`,
  text: typeof value === 'string' ? value : JSON.stringify(value, undefined, 2),
});

const shippedFiles = [
  { name: 'shipped-one.yml', text: ruleText('shipped-one', 'nikto') },
  { name: 'shipped-burst.yml', text: burstText('shipped-burst') },
  { name: 'shipped-quiet.yml', text: ruleText('shipped-quiet', 'gobuster') },
];

export const SHIPPED = {
  packs: [
    {
      name: 'baseline',
      version: '1.0.0',
      title: 'Baseline',
      rules: [
        { id: 'shipped-one', state: 'active' as const },
        { id: 'shipped-burst', state: 'active' as const },
      ],
    },
    {
      name: 'abuse',
      version: '2.1.0',
      title: 'Abuse',
      rules: [{ id: 'shipped-quiet', state: 'shadow' as const }],
    },
  ],
  rules: parseRules(shippedFiles, TOOLS).rules,
};

export function compile(parameters: readonly Parameter[], more: Partial<ConfigurationSources> = {}) {
  return compileConfiguration(
    { parameters, shipped: SHIPPED, lifeCycle: [], previous: undefined, ...more },
    TOOLS,
  );
}

export const stateOf = (compiled: ReturnType<typeof compile>, id: string) =>
  compiled.parts.configuration.configured.find((rule) => rule.id === id)?.state;
