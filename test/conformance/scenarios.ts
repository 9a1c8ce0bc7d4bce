/**
 * Runs labelled web logs through the command line, all shipped rules on: `npx tsx test/conformance/scenarios.ts --data DIR`
 * (`DIR/scenarios/crowdsec/<name>/`: a log, and `scenario.assert` with the detections it stands for). Where a detection
 * stands for a behaviour that access logs of API Gateway can show, a rule of ours must fire; where a log stands for
 * none, nothing may fire but what single hostile lines of it deserve.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedRules } from '../../adapters/shipped/shipped-rules.js';
import { openExistingStores } from '../../cli/local-stores.js';
import { run } from '../../cli/program.js';
import { capturedIo } from '../unit/cli/captured-io.js';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const data = values.data ?? process.env['GATEWARDEN_DATA'];
if (data === undefined) throw new Error('give the folder of inputs: --data DIR');
const folder = join(data, 'scenarios', 'crowdsec');

/** Detection → the rules of ours that fire on the same behaviour; any of them will do. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'http-cve-2021-41773': ['path-traversal', 'exploit-answered', 'known-exploit-paths'],
  'http-probing': ['route-probing', 'route-probing-fast', 'known-file-probing'],
  'http-sensitive-files': ['known-file-probing'],
  'apache_log4j2_cve-2021-44228': ['lookup-injection'],
  'http-bad-user-agent': ['scanner-user-agent'],
  'http-admin-interface-probing': ['admin-interfaces-probed'],
  'http-cve-probing': ['known-exploit-paths'],
  'http-backdoors-attempts': ['known-exploit-paths'],
  'http-w00tw00t': ['known-exploit-paths'],
  'http-dos-random-uri': ['route-probing', 'route-probing-fast'],
  'http-dos-swithcing-ua': ['user-agent-switching'],
  'http-technology-probing': ['products-probed'],
  'http-wordpress-scan': ['wordpress-probing', 'known-file-probing'],
  'http-wordpress_wpconfig': ['known-file-probing', 'sensitive-file-served'],
  'http-generic-bf': ['credentials-guessed-fast', 'login-failures-fast'],
  'http-generic-401-bf': ['credentials-guessed-fast', 'login-failures-fast'],
  'http-open-proxy': ['open-proxy-probing'],
  'http-path-traversal-probing': ['path-traversal'],
  'http-sqli-probbing-detection': ['sql-injection-probing'],
  'http-xss-probbing': ['xss-probing'],
};

/** Detections of what access logs of API Gateway cannot show, and why. */
const NOT_APPLICABLE: Readonly<Record<string, string>> = {
  'apache-guacamole_bf': 'the log of an application, not of calls',
  'apache-guacamole_user_enum': 'the log of an application, not of calls',
  'aws-cloudtrail-bf-console-login': 'logins to the AWS console',
  'aws-cloudtrail-nwo-nwd-console-login': 'logins to the AWS console',
  'aws-cloudtrail-postexploit': 'calls to EC2 and IAM, not to an API of API Gateway',
  'crs-anomaly-score': 'the audit log of a web application firewall',
  'http-bf-wordpress_bf': 'failed logins that are answered with 200: no access log tells them from others',
  'http-magento-bf': 'failed logins that are answered with 200: no access log tells them from others',
  'http-dos-bypass-cache': 'tells calls apart by their query strings, which access logs never carry',
  'http-wordpress_user-enum': 'tells calls apart by their query strings, which access logs never carry',
  'http-dos-invalid-http-versions': 'API Gateway answers invalid versions itself, and logs HTTP/1.1 for all',
  'http-generic-test': 'a test of the other product’s own installation',
  'email-generic-bf': 'mail',
  'email-user-bf': 'mail',
  'nginx-req-limit-exceeded': 'the error log of a web server; throttled-caller counts 429 in access logs',
};

/** Logs whose records are no requests as an access log of API Gateway has them. */
const OTHER_LOGS: Readonly<Record<string, string>> = {
  'apache2-malformed': 'request lines that are no HTTP: API Gateway never logs them',
  'nginx-http-malformed': 'request lines that are no HTTP: API Gateway never logs them',
  'nginx-proxy-manager-malformed': 'request lines that are no HTTP: API Gateway never logs them',
  'aws-alb-http-bad-user-agent': 'the format of a load balancer, whose addresses carry ports',
};

/** Logs that stand for no detection and hold hostile lines all the same: what one such line sets off. */
const HOSTILE_LINES: Readonly<Record<string, readonly string[]>> = {
  'apache2-logs': ['known-exploit-paths', 'products-probed', 'scanner-user-agent'],
  'nginx_http-logs': ['known-exploit-paths', 'products-probed'],
  traefik_json: ['scanner-user-agent'],
  traefik_clf: ['scanner-user-agent', 'known-exploit-paths'],
};

const REQUEST =
  '[$context.requestTime] "$context.httpMethod $context.path $context.protocol" $context.status $context.responseLength';
const COMMON = `$context.identity.sourceIp $context.ident $context.login ${REQUEST}`;
const COMBINED = `${COMMON} "$context.referer" "$context.identity.userAgent"`;
const TRAEFIK =
  '{"ClientHost":"$context.identity.sourceIp","DownstreamStatus":$context.status,"RequestMethod":"$context.httpMethod","RequestPath":"$context.path","StartUTC":"$context.requestTime","request_User-Agent":"$context.identity.userAgent"}';
const WEB_FORMATS = [
  `${COMBINED} "$context.more"`,
  COMBINED,
  COMMON,
  `$context.domainName ${COMBINED} "$context.more"`,
];
/** What is new in a log of a few scattered lines says nothing of an API: these rules are not what the scenarios are about. */
const ON_NEW_ENDPOINTS: ReadonlySet<string> = new Set(
  shippedRules.flatMap((rule) =>
    rule.kind === 'event' && rule.logsource['service'] === 'apigateway-inventory'
      ? [rule.name ?? rule.id]
      : [],
  ),
);
const NAMES = new Map(shippedRules.map(({ id, name }) => [id, name]));
/** Syslog's own prefix, which a shipper takes off. */
const SYSLOG = /^[A-Z][a-z]{2} +\d+ [\d:]{8} \S+ \S+\[\d+\]: /gm;

const scratch = mkdtempSync(join(tmpdir(), 'gw-scenarios-'));
const failures: string[] = [];
const counts = { logs: 0, held: 0, heldInShadow: 0, missed: 0, notApplicable: 0, silent: 0 };

const names = existsSync(folder) ? readdirSync(folder).sort() : [];
for (const name of names) await checkScenario(name);
rmSync(scratch, { recursive: true });

console.log(JSON.stringify(counts));
for (const failure of failures) console.error(`FAILED ${failure}`);
if (counts.logs === 0) console.error('FAILED there are no scenarios');
process.exit(failures.length > 0 || counts.logs === 0 ? 1 : 0);

async function checkScenario(name: string): Promise<void> {
  const log = readdirSync(join(folder, name)).find((file) => file.endsWith('.log'));
  if (log === undefined) return;
  counts.logs += 1;
  const text = readFileSync(join(folder, name, log), 'utf8').replace(SYSLOG, '');
  const fired = await rulesThatFire(name, text);
  const expected = detectionsOf(name);
  for (const detection of expected) {
    const because = OTHER_LOGS[name] ?? NOT_APPLICABLE[detection];
    const ours = RULES[detection] ?? [];
    if (because !== undefined) {
      counts.notApplicable += 1;
      console.log(`not applicable  ${name}: ${detection}: ${because}`);
    } else if (ours.some((rule) => fired.has(rule))) {
      counts.held += 1;
      if (!ours.some((rule) => fired.get(rule) === 'active')) counts.heldInShadow += 1;
    } else {
      counts.missed += 1;
      failures.push(
        `${name}: ${detection}: none of ${ours.join(', ')} fired, but ${[...fired.keys()].join(', ') || 'none'}`,
      );
    }
  }
  if (expected.length > 0) return;
  const loud = [...fired.keys()].filter(
    (rule) => HOSTILE_LINES[name]?.includes(rule) !== true && !ON_NEW_ENDPOINTS.has(rule),
  );
  if (loud.length === 0) counts.silent += 1;
  else failures.push(`${name}: stands for no detection, and ${loud.join(', ')} fired`);
}

/** Without the publisher's name: `crowdsecurity/http-probing` → `http-probing`. */
function detectionsOf(name: string): readonly string[] {
  const path = join(folder, name, 'scenario.assert');
  if (!existsSync(path)) return [];
  const matches = readFileSync(path, 'utf8').matchAll(/GetScenario\(\) == "[^"/]+\/([^"]+)"/g);
  return [...new Set([...matches].map(([, detection = '']) => detection))];
}

/** Names of the rules behind the alerts that the log raises, those in shadow too. */
async function rulesThatFire(name: string, text: string): Promise<ReadonlyMap<string, 'active' | 'shadow'>> {
  const file = join(scratch, `${name}.log`);
  writeFileSync(file, text);
  const format = await formatOf(file, text);
  const folderOf = join(scratch, name);
  const told = format === undefined ? [] : ['--format', format];
  await command('ingest', file, '--api-id', 'web', '--stage', 'prod', '--data', folderOf, '--json', ...told);
  const { stores, close } = await openExistingStores(folderOf, Date.now);
  try {
    const fired = new Map<string, 'active' | 'shadow'>();
    const all = { fromMs: undefined, toMs: undefined, limit: 10_000 };
    for (const status of [undefined, 'shadow'] as const)
      for await (const { ruleId } of stores.findings.alerts({ ...all, status }))
        fired.set(NAMES.get(ruleId) ?? ruleId, status ?? 'active');
    return fired;
  } finally {
    await close();
  }
}

async function command(...argv: readonly string[]): Promise<string> {
  const captured = capturedIo(Date.now());
  await run(argv, captured.io);
  return captured.out();
}

/** The format that reads most lines whole; `undefined` to have it inferred. */
async function formatOf(file: string, text: string): Promise<string | undefined> {
  if (text.includes('"DownstreamStatus"')) return TRAEFIK;
  let best: string | undefined;
  let most = 0;
  for (const format of WEB_FORMATS) {
    const out = await command('decode', file, '--format', format, '--json');
    const whole = out
      .split('\n')
      .filter((line) => line.includes('"recovered":false') && line.includes('"path"'));
    if (whole.length > most) [best, most] = [format, whole.length];
  }
  return best;
}
