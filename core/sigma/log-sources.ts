import { CALL_FIELDS, type CallField, callField } from './taxonomy.js';

/** A log source whose rules run over API calls, and how its field names map to ours. */
export interface LogSource {
  readonly title: string;
  /** `logsource` keys that must have exactly these values; the other two of category, product, service must be absent. */
  readonly where: Readonly<Record<string, string>>;
  /** Field of the log source → call field; `null`: the log source has it, an API call never does, so it reads as absent. */
  readonly mapping: Readonly<Record<string, string | null>>;
}

/** W3C extended log format names, as the `webserver` and `proxy` taxonomies of Sigma 2.1 list them. */
const W3C: Readonly<Record<string, string | null>> = {
  'c-ip': 'sourceIp',
  src_ip: 'sourceIp',
  'cs-method': 'method',
  'cs-uri': 'uri',
  'c-uri-stem': 'path',
  'cs-uri-stem': 'path',
  // SigmaHQ's own rules use both names for the whole request URI (`cs-uri-query|contains: '/../../'`).
  'c-uri-query': 'uri',
  'cs-uri-query': 'uri',
  'c-uri-extension': 'uriExtension',
  'c-useragent': 'userAgent',
  'cs-user-agent': 'userAgent',
  'cs(user-agent)': 'userAgent',
  'cs-host': 'host',
  'r-dns': 'host',
  'cs-referer': 'request.headers.referer',
  'cs-referrer': 'request.headers.referer',
  // Redacted before any rule runs: only its presence can be tested.
  'cs-cookie': 'request.headers.cookie',
  'cs-username': 'principal',
  'cs-version': 'protocol',
  'sc-status': 'status',
  'sc-bytes': 'responseBytes',
  'time-taken': 'latencyMs',
  'cs-bytes': null,
  'c-win32-status': null,
  's-sitename': 'apiId',
  's-computername': null,
  's-ip': null,
  's-port': null,
  dst_ip: null,
  date: null,
  time: null,
};

/** All log sources whose rules run over API calls. */
export const LOG_SOURCES: readonly LogSource[] = [
  { title: 'API Gateway calls', where: { product: 'aws', service: 'apigateway' }, mapping: {} },
  { title: 'Web server logs', where: { category: 'webserver' }, mapping: { ...W3C, 'c-uri': 'uri' } },
  { title: 'Proxy logs', where: { category: 'proxy' }, mapping: { ...W3C, 'c-uri': 'url' } },
];

const SELECTORS = ['category', 'product', 'service'] as const;

/** The log source that a rule's `logsource` names, or `undefined`. */
export function logSourceOf(logsource: Readonly<Record<string, string>>): LogSource | undefined {
  return LOG_SOURCES.find((source) => SELECTORS.every((key) => source.where[key] === logsource[key]));
}

/** What a field name of a log source stands for. */
export type ResolvedField =
  | { readonly kind: 'field'; readonly field: CallField }
  | { readonly kind: 'never'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Resolves a field name: the log source's own names first, then ours, so that a public rule may be extended. */
export function resolveField(source: LogSource, name: string): ResolvedField {
  const mapped = Object.hasOwn(source.mapping, name) ? source.mapping[name] : name;
  if (mapped === null) return { kind: 'never', name };
  const known = mapped === undefined ? undefined : callField(mapped);
  return known === undefined ? { kind: 'unknown' } : { kind: 'field', field: known };
}

/** Every name a rule of that log source may use, for the nearest-name hint. */
export function fieldNames(source: LogSource): readonly string[] {
  return [...Object.keys(source.mapping), ...CALL_FIELDS.map((entry) => entry.name)];
}
