import { INVENTORY_FIELDS } from './inventory-fields.js';
import { MINUTE_FIELDS } from './minute-fields.js';
import type { RecordField } from './record-field.js';
import { CALL_FIELDS, type CallField, callField, type FieldType } from './taxonomy.js';

/** What Gatewarden feeds to rules: API calls, and three kinds of plain JSON events. */
export const FEEDS = ['calls', 'minutes', 'inventory', 'cloudtrail'] as const;
export type Feed = (typeof FEEDS)[number];
/** The feeds of plain JSON events. */
export const RECORD_FEEDS = ['minutes', 'inventory', 'cloudtrail'] as const;
export type RecordFeed = (typeof RECORD_FEEDS)[number];

/** A log source: which events its rules run over, and what its field names stand for. */
export interface LogSource {
  readonly title: string;
  /** `undefined`: no feed carries it; its rules run over events that someone hands in (`gatewarden rules match`). */
  readonly feed: Feed | undefined;
  /** `logsource` keys that must have exactly these values; the other two of category, product, service must be absent. */
  readonly where: Readonly<Record<string, string>>;
  /** Field of the log source → call field; `null`: the log source has it, an API call never does, so it reads as absent. */
  readonly mapping: Readonly<Record<string, string | null>>;
  /** The fields of plain JSON events; `undefined` where their names are not known and any is taken as written. */
  readonly record?: readonly RecordField[] | undefined;
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

/** All log sources that a feed carries. */
export const LOG_SOURCES: readonly LogSource[] = [
  {
    title: 'API Gateway calls',
    feed: 'calls',
    where: { product: 'aws', service: 'apigateway' },
    mapping: {},
  },
  {
    title: 'Web server logs',
    feed: 'calls',
    where: { category: 'webserver' },
    mapping: { ...W3C, 'c-uri': 'uri' },
  },
  { title: 'Proxy logs', feed: 'calls', where: { category: 'proxy' }, mapping: { ...W3C, 'c-uri': 'url' } },
  {
    title: 'Minutes of API Gateway traffic',
    feed: 'minutes',
    where: { product: 'aws', service: 'apigateway-minute' },
    mapping: {},
    record: MINUTE_FIELDS,
  },
  {
    title: 'Changes of the API inventory',
    feed: 'inventory',
    where: { product: 'aws', service: 'apigateway-inventory' },
    mapping: {},
    record: INVENTORY_FIELDS,
  },
  {
    title: 'CloudTrail management events',
    feed: 'cloudtrail',
    where: { product: 'aws', service: 'cloudtrail' },
    mapping: {},
  },
];

const SELECTORS = ['category', 'product', 'service'] as const;

/** The fed log source that a rule's `logsource` names, or `undefined`. */
export function logSourceOf(logsource: Readonly<Record<string, string>>): LogSource | undefined {
  return LOG_SOURCES.find((source) => SELECTORS.every((key) => source.where[key] === logsource[key]));
}

/**
 * Any log source over plain JSON events: field names are taken as written, but for our own log sources, whose fields are
 * known and mean the same in both.
 */
export function plainLogSource(logsource: Readonly<Record<string, string>>): LogSource {
  const known = logSourceOf(logsource);
  if (known !== undefined && Object.keys(known.mapping).length === 0) return known;
  const where: Record<string, string> = {};
  for (const key of SELECTORS) if (logsource[key] !== undefined) where[key] = logsource[key];
  return { title: `Events of ${Object.values(where).join(' ')}`.trim(), feed: undefined, where, mapping: {} };
}

/** `category: webserver` and the like, as messages name a log source. */
export function describeLogSource({ where }: Pick<LogSource, 'where'>): string {
  return Object.entries(where)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}

/** What a field name of a log source stands for. */
export type ResolvedField =
  | { readonly kind: 'field'; readonly field: CallField }
  /** A field of plain JSON events; the type is `undefined` where the taxonomy is not ours. */
  | { readonly kind: 'plain'; readonly name: string; readonly type: FieldType | undefined }
  | { readonly kind: 'never'; readonly name: string }
  | { readonly kind: 'unknown' };

/** Resolves a field name: the log source's own names first, then ours, so that a public rule may be extended. */
export function resolveField(source: LogSource, name: string): ResolvedField {
  if (source.feed !== 'calls') {
    const known = source.record?.find((field) => field.name === name);
    return known === undefined && source.record !== undefined
      ? { kind: 'unknown' }
      : { kind: 'plain', name, type: known?.type };
  }
  const mapped = Object.hasOwn(source.mapping, name) ? source.mapping[name] : name;
  if (mapped === null) return { kind: 'never', name };
  const known = mapped === undefined ? undefined : callField(mapped);
  return known === undefined ? { kind: 'unknown' } : { kind: 'field', field: known };
}

/** Every name a rule of that log source may use, for the nearest-name hint. */
export function fieldNames(source: LogSource): readonly string[] {
  if (source.feed !== 'calls') return (source.record ?? []).map((entry) => entry.name);
  return [...Object.keys(source.mapping), ...CALL_FIELDS.map((entry) => entry.name)];
}
