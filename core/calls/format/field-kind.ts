import { GATEWAY_MESSAGE } from './gateway-messages.js';

/** The shapes that values of `$context` variables have; `text` is anything. */
export type FieldKind =
  | 'ip'
  | 'clf-time'
  | 'epoch'
  | 'method'
  | 'status'
  | 'protocol'
  | 'request-id'
  | 'integer'
  | 'route-key'
  | 'resource-path'
  | 'event-type'
  | 'account'
  | 'arn'
  | 'token'
  | 'key-id'
  | 'domain'
  | 'gateway-message'
  | 'text';

interface Shape {
  readonly maxLength: number;
  readonly pattern: RegExp;
}

// All patterns are anchored, without nested repetition, and applied to at most `maxLength` characters: linear.
const SHAPES: Readonly<Record<Exclude<FieldKind, 'text'>, Shape>> = {
  ip: {
    maxLength: 60,
    pattern: /^(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-fA-F:]*:[\da-fA-F:.]*(?:%\w+)?|test-invoke-source-ip)$/,
  },
  'clf-time': { maxLength: 26, pattern: /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}$/ },
  epoch: { maxLength: 13, pattern: /^\d{10,13}$/ },
  method: { maxLength: 32, pattern: /^[A-Z][A-Z-]{2,31}$/ },
  status: { maxLength: 3, pattern: /^[1-5]\d\d$/ },
  protocol: { maxLength: 16, pattern: /^(?:HTTP\/[\d.]{1,3}|websocket|wss?)$/i },
  // REST: a UUID, or the client's text with `_REPLACED_INVALID_REQUEST_ID`; HTTP, WebSocket and extended ids: base64url.
  'request-id': {
    maxLength: 300,
    pattern: /^(?:[\w+/-]{8,64}={0,2}|[^\s",<>]{1,250}_REPLACED_INVALID_REQUEST_ID)$/,
  },
  integer: { maxLength: 20, pattern: /^-?\d+(?:\.\d+)?$/ },
  // A WebSocket route key is any word that the API's owner chose.
  'route-key': { maxLength: 512, pattern: /^(?:\$[\w-]+|[A-Z]{3,10} \/[^\s"]*|[\w.:-]{1,128})$/ },
  'resource-path': { maxLength: 2048, pattern: /^\/[^\s"<>]*$/ },
  'event-type': { maxLength: 10, pattern: /^(?:CONNECT|MESSAGE|DISCONNECT)$/ },
  account: { maxLength: 12, pattern: /^\d{12}$/ },
  arn: { maxLength: 2048, pattern: /^arn:[^\s"<>]+$/ },
  token: { maxLength: 512, pattern: /^[^\s",<>|]+$/ },
  // The id that API Gateway gives a key; the key itself has 20 characters at least.
  'key-id': { maxLength: 10, pattern: /^[a-z\d]{10}$/ },
  domain: { maxLength: 253, pattern: /^(?:[\w-]{1,63}\.){1,10}[a-z]{2,24}$/ },
  'gateway-message': { maxLength: 256, pattern: GATEWAY_MESSAGE },
};

/** Whether `value` has the shape of its kind; the gateway's `-` (missing) has every shape. */
export function hasKind(kind: FieldKind, value: string): boolean {
  if (kind === 'text' || value === '-') return true;
  const shape = SHAPES[kind];
  return value.length <= shape.maxLength && shape.pattern.test(value);
}

/** Longest value of this kind that is worth testing, in characters. */
export function maxLengthOf(kind: FieldKind): number {
  return kind === 'text' ? Number.MAX_SAFE_INTEGER : SHAPES[kind].maxLength;
}

/** Kinds whose values may hold a space or another separator although they are well formed. */
export function mayHoldSeparator(kind: FieldKind): boolean {
  return (
    kind === 'clf-time' || kind === 'route-key' || kind === 'resource-path' || kind === 'arn' || kind === 'ip'
  );
}

/** A time and a route key hold a space as a rule; a comma in a resource path is possible, no more. */
export function holdsByNature(kind: FieldKind): boolean {
  return kind === 'clf-time' || kind === 'route-key';
}
