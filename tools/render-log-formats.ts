import { shippedRules } from '../adapters/shipped/shipped-rules.js';
import type { ApiType } from '../core/calls/api-call.js';
import { compileFormat } from '../core/calls/format/compile-format.js';
import { fullFormat, leanFormat } from '../core/coverage/recommended-formats.js';
import { coverRules } from '../core/coverage/rule-coverage.js';
import { supplyOfFormat, TYPE_NAMES } from '../core/coverage/supply-of-format.js';

const TYPES: readonly ApiType[] = ['rest', 'http', 'websocket'];

/** The text of docs/log-formats.md. */
export function renderLogFormats(): string {
  return `# Log formats we recommend

<!-- Generated from core/coverage by tools/build-taxonomy.ts; a test keeps it current. -->

Any format is read. These carry what the rules look at: one line of JSON, only variables that the type of API has (API
Gateway refuses others), no secrets, and what callers write at the end, so that a value which breaks out of its quotes
has nothing behind it to forge. **Lean** holds what most rules need, under short keys, for CloudWatch Logs charges by the byte;
**full** holds whatever fills a field of a call. \`gatewarden rules coverage\` says what your present format leaves dark,
and prints the smallest one that lights everything.

| API | format | bytes | variables | shipped rules lit | dim | dark |
|---|---|---|---|---|---|---|
${TYPES.flatMap((type) => [row(type, 'lean', leanFormat(type)), row(type, 'full', fullFormat(type))]).join('\n')}

Rules that need what a type of API does not have count nowhere. Dim: part of the rule works.
${TYPES.map(section).join('')}
## How to set one

Save the line as \`format.txt\`, and put it on the stage:

\`\`\`sh
# REST and WebSocket log groups must exist; the ARN stands without the final ":*".
aws apigateway update-stage --rest-api-id API --stage-name STAGE --patch-operations \\
  "op=replace,path=/accessLogSettings/destinationArn,value=$LOG_GROUP_ARN" \\
  "$(jq -cRs '{op: "replace", path: "/accessLogSettings/format", value: rtrimstr("\\n")}' format.txt)"

aws apigatewayv2 update-stage --api-id API --stage-name STAGE --access-log-settings \\
  "$(jq -cRs --arg arn "$LOG_GROUP_ARN" '{DestinationArn: $arn, Format: rtrimstr("\\n")}' format.txt)"
\`\`\`
`;
}

function section(type: ApiType): string {
  const blocks = [
    ['Lean', leanFormat(type)],
    ['Full', fullFormat(type)],
  ].map(([title, format]) => `${title}:\n\n\`\`\`\n${format}\n\`\`\`\n`);
  return `\n## ${TYPE_NAMES[type]} APIs\n\n${blocks.join('\n')}`;
}

function row(type: ApiType, name: string, format: string): string {
  const compiled = compileFormat(format);
  if (compiled.kind !== 'compiled') throw new Error(`the ${name} format for ${type} does not compile`);
  const { variables } = compiled.decoder;
  const fromFeed = new Set(['accountId', 'region', 'apiId', 'stage']);
  const supply = supplyOfFormat({ variables, apiType: type, fromFeed });
  const covered = coverRules({ rules: shippedRules, apiType: type, supply });
  const count = (state: string): number => covered.filter((rule) => rule.state === state).length;
  const cells = [TYPE_NAMES[type], name, Buffer.byteLength(format), variables.length];
  return `| ${[...cells, count('lit'), count('dim'), count('dark')].join(' | ')} |`;
}
