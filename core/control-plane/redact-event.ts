import type { Redactor } from '../calls/redaction/redactor.js';
import { REDACTED } from '../calls/redaction/secret-catalogue.js';
import { canonicalName, isSecretName } from '../calls/redaction/secret-name.js';

type JsonRecord = Readonly<Record<string, unknown>>;

/** Members that hold what was sent or answered, or words about it. All else is written by AWS, and needed to tell who did what. */
const REDACTED_MEMBERS: ReadonlySet<string> = new Set([
  'requestParameters',
  'responseElements',
  'additionalEventData',
  'serviceEventDetails',
  'apiVersion',
  'errorMessage',
  'userAgent',
]);

/** Names that hold a part of a secret's name, and no secret: settings that rules are about, and ids. */
const PLAIN_NAMES: ReadonlySet<string> = new Set([
  'authorizationtype',
  'authorizationscopes',
  'apikeyid',
  'apikeysource',
  'apikeyrequired',
  'apikeyselectionexpression',
  'disableexecuteapiendpoint',
]);

/** Maps whose values are the user's own, under names that say nothing: all of them go. */
const VALUE_MAPS: ReadonlySet<string> = new Set(['variables', 'stagevariables', 'environment']);

/** Events that carry the value of an API key under the plain name `value`. */
const KEY_EVENT = /ApiKeys?$/;

/** No AWS request nests so deep; beyond it nothing is looked at, and nothing kept. */
const DEPTH_MAX = 32;

/**
 * The record of a management event as it may be kept: the same structure, without the values of API keys, stage variables,
 * credentials, and whatever else is named like a secret or looks like one.
 */
export function redactEvent(record: JsonRecord, redactor: Redactor): JsonRecord {
  const holdsKeys = typeof record['eventName'] === 'string' && KEY_EVENT.test(record['eventName']);
  const scope = { redactor, holdsKeys, isHidden: false, depth: 0 };
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      REDACTED_MEMBERS.has(name) ? redactValue(value, name, scope) : value,
    ]),
  );
}

interface Scope {
  readonly redactor: Redactor;
  readonly holdsKeys: boolean;
  /** Inside of something secret: no value stays. */
  readonly isHidden: boolean;
  readonly depth: number;
}

function redactValue(value: unknown, name: string, scope: Scope): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (scope.depth > DEPTH_MAX) return REDACTED;
  const isHidden = scope.isHidden || isSecret(name, scope);
  if (typeof value !== 'object') {
    if (isHidden) return REDACTED;
    return typeof value === 'string' ? redactText(value, scope.redactor) : value;
  }
  const inner = { ...scope, isHidden, depth: scope.depth + 1 };
  if (Array.isArray(value)) return value.map((item: unknown) => redactValue(item, name, inner));
  const patched = hidesPatchValue(value as JsonRecord, scope);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      redactValue(member, key, patched && key === 'value' ? { ...inner, isHidden: true } : inner),
    ]),
  );
}

function isSecret(name: string, { holdsKeys }: Scope): boolean {
  // `integration.request.header.Authorization`: the last part says what the value is.
  const last = canonicalName(name.slice(name.lastIndexOf('.') + 1));
  // `createApiKeyInput` is a request, not a key.
  if (PLAIN_NAMES.has(last) || last.endsWith('input')) return false;
  return (holdsKeys && last === 'value') || VALUE_MAPS.has(last) || isSecretName(last);
}

/** `{"op":"replace","path":"/variables/dbPassword","value":"…"}`: only the path says what the value is. */
function hidesPatchValue({ path }: JsonRecord, scope: Scope): boolean {
  if (typeof path !== 'string') return false;
  const parts = path.split('/').filter((part) => part !== '');
  return parts.some((part) => isSecret(part, scope));
}

function redactText(text: string, redactor: Redactor): string {
  return /^\s*[[{]/.test(text) ? redactor.body(text) : redactor.text(text);
}
