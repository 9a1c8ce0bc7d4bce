import type { Digest } from '../../ports/digest.js';
import { isOpaque } from '../redaction/redact-text.js';
import type { Redactor } from '../redaction/redactor.js';
import { REDACTED } from '../redaction/secret-catalogue.js';
import { cutMark, mapParameters, withMark } from './parameter-map.js';

/**
 * The text of one line of an execution log as it may wait for the rest of its request: without secrets, and such that reading it
 * gives what reading the line itself gives once redacted. What no reader looks at is reduced to the word it begins with.
 */
export function redactExecutionText(text: string, redactor: Redactor, digest: Digest): string {
  for (const [prefix, redact] of REDACTIONS) {
    if (text.startsWith(prefix)) return `${prefix}${redact(text.slice(prefix.length), redactor, digest)}`;
  }
  const [unread] = UNREAD_WORD.exec(text) ?? [];
  return unread ?? redactor.text(text.slice(0, LONGEST_TEXT));
}

/** An API key in clear, as it is known without being kept. */
export function hashedKey(key: string, digest: Digest): string {
  return HASHED_KEY.test(key) ? key : `sha256:${digest.hex(['api-key', key], 16)}`;
}

const HASHED_KEY = /^sha256:[0-9a-f]{32}$/;

// What readers look at of a failure's text, and of a body's.
const LONGEST_TEXT = 2_048;
const LONGEST_BODY = 65_536;

type Redaction = (rest: string, redactor: Redactor, digest: Digest) => string;

const REDACTIONS: readonly (readonly [prefix: string, redact: Redaction])[] = [
  ['Extended Request Id: ', (rest, redactor) => redactor.text(rest.slice(0, LONGEST_TEXT))],
  [
    'HTTP Method: ',
    (rest, redactor) => rest.replace(/, Resource Path: .*$/s, (path) => redactPath(path, redactor)),
  ],
  ['Method request path: ', redactPathParameters],
  ['Method request query string: ', redactQuery],
  ['Method request headers: ', redactHeaders],
  ['Method request body before transformations: ', redactBody],
  ['Method response headers: ', redactHeaders],
  ['Gateway response headers: ', redactHeaders],
  ['Method response body after transformations: ', redactBody],
  ['Gateway response body: ', redactBody],
  ['Verifying Usage Plan for request: ', redactUsagePlan],
  [
    'API Key ',
    (rest, _redactor, digest) => rest.replace(/^\S+(?= authorized )/, (key) => redactKey(key, digest)),
  ],
  [
    'Using valid authorizer policy for principal: ',
    (rest, redactor) => redactor.text(rest.slice(0, LONGEST_TEXT)),
  ],
  ['Authorizer result body before parsing: ', redactAuthorizerResult],
  ['Endpoint request headers: ', onlySourceArn],
  ['Endpoint request URI: ', onlySourceArn],
];

/** Lines that no reader looks into, and what tells a second request of one id from the first. */
const UNREAD_WORD =
  /^(?:Starting (?:execution|authorizer)|(?:Endpoint|Method (?!completed|throttle)|Gateway (?!response type)|Sending request|Incoming identity|Starting|Successfully|X-ray|AWS Integration)\b)/;

function redactPath(text: string, redactor: Redactor): string {
  const at = text.indexOf('/');
  if (at < 0) return text;
  const cut = cutMark(text.slice(at));
  return text.slice(0, at) + withMark(redactor.path(cut.text), cut.truncated);
}

/** What announces a secret stands in the path, on another line: so whatever looks like one goes. */
function redactPathParameters(rest: string, redactor: Redactor): string {
  return mapParameters(rest, (_name, value) => (isOpaque(value) ? REDACTED : redactor.path(value)));
}

function redactQuery(rest: string, redactor: Redactor): string {
  return mapParameters(rest, (name, value) => {
    const pair = redactor.query(`${name}=${value}`);
    return pair.startsWith(`${name}=`) ? pair.slice(name.length + 1) : pair;
  });
}

function redactHeaders(rest: string, redactor: Redactor): string {
  return mapParameters(rest, (name, value) => redactor.header(name, value));
}

function redactBody(rest: string, redactor: Redactor): string {
  const cut = cutMark(rest);
  const isLong = cut.text.length > LONGEST_BODY;
  return withMark(redactor.body(cut.text.slice(0, LONGEST_BODY)), cut.truncated || isLong);
}

/** Masked keys stay as the gateway masked them. */
function redactKey(key: string, digest: Digest): string {
  return /^\**[\w-]{0,8}$/.test(key) && key.startsWith('*') ? key : hashedKey(key, digest);
}

function redactUsagePlan(rest: string, _redactor: Redactor, digest: Digest): string {
  return rest.replace(
    /(API Key: {0,8})(\S+?)(?= {0,8}API Stage: )/i,
    (_all, before: string, key: string) => before + redactKey(key, digest),
  );
}

/** The context that an authorizer returns is its own, secrets included. */
function redactAuthorizerResult(rest: string, redactor: Redactor): string {
  const principal = /"principalId"\s{0,8}:\s{0,8}"([^"\\]{1,256})"/.exec(rest)?.[1];
  return principal === undefined ? '' : `{"principalId":"${redactor.text(principal)}"}`;
}

/** What the gateway sends on carries its own credentials; the ARN tells region and account. */
function onlySourceArn(rest: string): string {
  return /arn:aws[\w-]*:execute-api:[a-z0-9-]+:\d{12}:/.exec(rest)?.[0] ?? '';
}
