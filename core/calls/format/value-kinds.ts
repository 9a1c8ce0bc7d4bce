import { hasKind } from './field-kind.js';
import { GATEWAY_MESSAGE } from './gateway-messages.js';

/** What a value is by its looks alone. */
export type ValueKind =
  | 'missing'
  | 'ip'
  | 'clf-time'
  | 'epoch'
  | 'uuid'
  | 'gateway-id'
  | 'trace'
  | 'method'
  | 'event-type'
  | 'route'
  | 'request-line'
  | 'template'
  | 'path'
  | 'protocol'
  | 'three-digits'
  | 'account'
  | 'integer'
  | 'user-arn'
  | 'acl-arn'
  | 'principal'
  | 'domain'
  | 'user-agent'
  | 'waf'
  | 'error-type'
  | 'gateway-message'
  | 'tls'
  | 'cipher'
  | 'api-id'
  | 'unknown';

// Anchored, no nested repetition, applied to values of at most MAX_LENGTH characters.
const KINDS: readonly (readonly [ValueKind, RegExp])[] = [
  ['uuid', /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i],
  ['gateway-id', /^[\w/+-]{10,30}={1,2}$|^[\w-]{14,15}$(?<=[A-Z].{0,14})(?<=[a-z].{0,14})(?<=\d.{0,14})/],
  ['trace', /^(?:Root=)?1-[\da-f]{8}-[\da-f]{24}(?:;.*)?$/],
  ['event-type', /^(?:CONNECT|MESSAGE|DISCONNECT)$/],
  ['method', /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|ANY)$/],
  ['route', /^(?:\$(?:connect|disconnect|default)|(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|ANY) \/\S*)$/],
  ['request-line', /^[A-Z]{3,10} \S+ HTTP\/[\d.]+$/],
  ['template', /^\/\S*\{[\w.+-]+\}\S*$/],
  ['path', /^\/\S*$/],
  ['three-digits', /^[1-5]\d\d$/],
  ['account', /^\d{12}$/],
  ['integer', /^\d{1,10}$/],
  ['acl-arn', /^arn:aws[\w-]*:waf\S+$/],
  ['user-arn', /^arn:aws[\w-]*:(?:iam|sts):\S+$/],
  ['principal', /^A(?:RO|ID|KI|SI)A[A-Z\d]{8,17}(?::\S+)?$/],
  ['domain', /^(?=[\w.-]{4,253}$)(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}$/],
  ['waf', /^WAF_(?:ALLOW|BLOCK|CAPTCHA|CHALLENGE)\w*$/],
  ['tls', /^(?:TLSv?|TLS_)[\d._]+$/],
  ['cipher', /^(?:TLS_[A-Z\d_]+|(?:ECDHE|DHE|AES)[A-Z\d-]+)$/],
  [
    'error-type',
    /^(?:ACCESS_DENIED|API_CONFIGURATION_ERROR|AUTHORIZER_(?:CONFIGURATION_ERROR|FAILURE)|BAD_REQUEST_(?:BODY|PARAMETERS)|DEFAULT_[45]XX|EXPIRED_TOKEN|INTEGRATION_(?:FAILURE|TIMEOUT)|INVALID_(?:API_KEY|SIGNATURE)|MISSING_AUTHENTICATION_TOKEN|QUOTA_EXCEEDED|REQUEST_TOO_LARGE|RESOURCE_NOT_FOUND|THROTTLED|UNAUTHORIZED|UNSUPPORTED_MEDIA_TYPE|WAF_FILTERED)$/,
  ],
  ['api-id', /^(?=.{0,9}\d)(?=.{0,9}[a-z])[a-z\d]{10}$/],
  ['gateway-message', GATEWAY_MESSAGE],
  ['user-agent', /^(?:Mozilla\/|Opera\/|\p{L}[\p{L}\w.-]{1,40}\/v?\d[\w.]*(?:$|[ (;]))/u],
];
const MAX_LENGTH = 2048;

export function kindOfValue(value: string | undefined): ValueKind {
  if (value === undefined || value === '' || value === '-') return 'missing';
  if (value.length > MAX_LENGTH) return /^Mozilla\//.test(value) ? 'user-agent' : 'unknown';
  if (hasKind('ip', value)) return 'ip';
  if (hasKind('clf-time', value)) return 'clf-time';
  if (/^1\d{12}$/.test(value)) return 'epoch';
  if (hasKind('protocol', value)) return 'protocol';
  return KINDS.find(([, pattern]) => pattern.test(value))?.[0] ?? 'unknown';
}
