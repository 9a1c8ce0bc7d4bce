import type { PickedCall } from './straightforward.js';

/** The twenty rules of `twentyRules` as a program without a rule language has them. */
export const PLAIN_RULES: readonly ((call: PickedCall) => boolean)[] = [
  // api-key-failure
  (call) =>
    call.principalKind === 'api-key' && (call.status === 403 || call.status === 404 || call.status === 405),
  // auth-failure
  (call) =>
    (call.status === 401 || call.status === 403) &&
    !/\/(?:login|signin|sign-in|token)$/i.test(call.path) &&
    call.errorType !== 'MISSING_AUTHENTICATION_TOKEN',
  // malformed-call
  (call) => MALFORMED.has(call.status),
  // known-file
  (call) =>
    (call.status === 400 || call.status === 403 || call.status === 404 || call.status === 405) &&
    KNOWN_FILE.test(call.path),
  // login-failure
  (call) =>
    call.method === 'POST' &&
    (call.status === 401 || call.status === 403) &&
    call.errorType !== 'INVALID_API_KEY' &&
    LOGIN.test(call.path),
  // object-denied
  (call) =>
    call.status === 403 && call.route.includes('{') && call.errorType !== 'MISSING_AUTHENTICATION_TOKEN',
  // object-read
  (call) =>
    call.method === 'GET' && call.status === 200 && call.route.includes('{') && call.principalKind !== 'ip',
  // object-missing
  (call) =>
    call.status === 404 &&
    call.route.includes('{') &&
    call.principalKind !== 'ip' &&
    !call.route.includes('+}'),
  // identified-denied
  (call) => call.status === 403 && call.principalKind !== 'ip',
  // unserved-path
  (call) =>
    (call.status === 404 || call.status === 405 || call.errorType === 'MISSING_AUTHENTICATION_TOKEN') &&
    (call.route.includes('+}') || !call.route.includes('{')),
  // scanner-user-agent
  (call) => SCANNER.test(call.userAgent),
  // list-read
  (call) =>
    call.method === 'GET' && call.status === 200 && call.principalKind !== 'ip' && !call.route.includes('{'),
  // sweep-read
  (call) =>
    call.method === 'GET' && call.status === 200 && call.route.includes('{') && call.principalKind !== 'ip',
  // throttled-call
  (call) => call.status === 429 || call.errorType === 'THROTTLED' || call.errorType === 'QUOTA_EXCEEDED',
  // undeployed-call
  (call) => call.status === 403 && call.errorType === 'MISSING_AUTHENTICATION_TOKEN' && call.route === '-',
  // path-traversal
  (call) => TRAVERSAL.test(call.path),
  // injection-in-path
  (call) => INJECTION.test(call.path),
  // slow-call
  (call) => call.latencyMs >= 10_000,
  // server-error-on-write
  (call) =>
    call.status >= 500 &&
    (call.method === 'POST' || call.method === 'PUT' || call.method === 'PATCH' || call.method === 'DELETE'),
  // old-tls
  (call) => call.tlsVersion === 'TLSv1' || call.tlsVersion === 'TLSv1.1',
];

const MALFORMED = new Set([400, 406, 411, 413, 414, 415, 422, 431, 501]);
const KNOWN_FILE =
  /\/\.(?:env|git\/|aws\/|svn\/|ssh\/|hg\/|vscode\/|idea\/|ds_store|htaccess|htpasswd|npmrc|docker|kube\/|bash_history|travis\.yml)|\/wp-(?:admin|login|content\/|includes\/|config)|\/xmlrpc\.php|\/phpmyadmin|\/phpinfo|\/vendor\/phpunit|\/cgi-bin\/|\/actuator|\/server-(?:status|info)|\/manager\/html|\/jenkins|\/solr\/|\/owa\/|\/boaform|\/hnap1|\/_ignition|\/telescope\/|\/jmx-console|\/web-inf\/|\/etc\/passwd|\/id_rsa|\/web\.config|\/config\.php|\/docker-compose|\.(?:php|aspx?|jsp|cgi|sql|bak)$|\.sql\.gz$|\/backup\.(?:zip|tar\.gz)$/i;
const LOGIN =
  /\/(?:login|logon|signin|sign[-_]in|authenticate|auth|token|sessions?)$|\/(?:login|signin|sign-in|authenticate)\//i;
const SCANNER =
  /sqlmap\/|nikto\/|gobuster\/|feroxbuster\/|dirsearch\/|dirbuster-|fuzz faster u fool|wfuzz\/|wpscan v|masscan\/|zgrab\/|commix\/|nuclei - open-source project|projectdiscovery\/nuclei|nmap scripting engine|arachni\/|w3af\.org|openvas|acunetix|netsparker|nessus|mozilla\/4\.0 \(hydra\)|jaeles|whatweb\/|sqlninja|havij/i;
const TRAVERSAL = /\.\.\/|\.\.%2f|%2e%2e|\/etc\/passwd|\\windows\\/i;
const INJECTION =
  /union(?:%20|\+| )(?:all(?:%20|\+| ))?select|' or '|%27(?:%20|\+)or|<script|%3cscript|\$\{jndi:/i;
