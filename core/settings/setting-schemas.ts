import * as v from 'valibot';
import { isIpRange } from '../calls/ip-ranges.js';
import type { SettingName, Settings } from './settings.js';

const text = v.pipe(v.string('a text'), v.minLength(1, 'a text that is not empty'));
const texts = v.pipe(v.array(text, 'a list of texts'), v.readonly());
const cidrs = v.pipe(
  v.array(v.pipe(text, v.check(isIpRange, 'an address or a CIDR such as 192.0.2.0/24')), 'a list of CIDRs'),
  v.readonly(),
);
const count = v.pipe(
  v.number('a number'),
  v.finite('a number'),
  v.minValue(0, 'a number above 0'),
  v.gtValue(0, 'a number above 0'),
);
/** As the compiler of correlations reads it; longer spans are a job for the trail. */
const timespan = v.pipe(
  text,
  v.regex(/^([1-9]\d{0,5})[smhd]$/, 'a number with a unit: 30s, 10m, 6h, 1d'),
  v.check((span) => timespanToMs(span) <= TIMESPAN_MAX_MS, 'at most 7d'),
);

const override = v.strictObject(
  {
    threshold: v.optional(count),
    timespan: v.optional(timespan),
    sample: v.optional(
      v.pipe(
        v.number('a whole number'),
        v.integer('a whole number'),
        v.minValue(1, 'from 1'),
        v.maxValue(1024, 'up to 1024'),
      ),
    ),
  },
  'a map of threshold, timespan and sample',
);

const allowEntry = v.pipe(
  v.strictObject(
    {
      reason: text,
      addresses: v.optional(cidrs),
      principals: v.optional(texts),
      userAgents: v.optional(texts),
      apis: v.optional(texts),
      rules: v.optional(texts),
    },
    'a map with a reason and whom to allow',
  ),
  v.check(
    ({ addresses = [], principals = [], userAgents = [], apis = [] }) =>
      addresses.length + principals.length + userAgents.length + apis.length > 0,
    'at least one of addresses, principals, userAgents and apis: an empty entry would allow everybody',
  ),
);

interface SettingSchema<Name extends SettingName> {
  readonly schema: v.GenericSchema<unknown, Settings[Name]>;
  /** Names of the keys that a strict map inside may have, for the hint at a misspelt one. */
  readonly keys: readonly string[];
}

/** One schema a setting; `settings/<name>` holds it as JSON. Messages say what would be right. */
export const SETTING_SCHEMAS: { readonly [Name in SettingName]: SettingSchema<Name> } = {
  packs: {
    schema: v.record(text, v.picklist(['on', 'off'], '"on" or "off"'), 'a map of pack names'),
    keys: [],
  },
  thresholds: {
    schema: v.record(text, override, 'a map of rule ids'),
    keys: ['threshold', 'timespan', 'sample'],
  },
  allow: {
    schema: v.pipe(v.array(allowEntry, 'a list of entries'), v.readonly()),
    keys: ['reason', 'addresses', 'principals', 'userAgents', 'apis', 'rules'],
  },
  placeholders: {
    schema: v.record(
      v.pipe(text, v.regex(/^[A-Za-z0-9_.-]{1,64}$/, 'a name of letters, digits, _ . and -')),
      v.pipe(
        v.array(v.union([text, v.number()], 'a text or a number'), 'a list of values'),
        v.minLength(1, 'at least one value'),
        v.readonly(),
      ),
      'a map of placeholder names',
    ),
    keys: [],
  },
  retention: {
    schema: v.strictObject(
      {
        hotDays: v.pipe(
          v.number('a whole number of days'),
          v.integer('a whole number of days'),
          v.minValue(7, 'at least 7: sealing and learning need a week'),
          v.maxValue(366, 'at most 366: older calls are a job for the archive'),
        ),
      },
      'a map with hotDays',
    ),
    keys: ['hotDays'],
  },
  proxies: { schema: cidrs, keys: [] },
  keepExtra: { schema: texts, keys: [] },
  redact: { schema: texts, keys: [] },
  budgets: {
    schema: v.strictObject(
      {
        alertsPerDay: v.optional(count, 5),
        rules: v.optional(v.record(text, count, 'a map of rule ids'), {}),
      },
      'a map with alertsPerDay and rules',
    ),
    keys: ['alertsPerDay', 'rules'],
  },
};

const TIMESPAN_MAX_MS = 7 * 86_400_000;
const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Milliseconds of a span that the schema let through. */
export function timespanToMs(span: string): number {
  const unit = span.at(-1);
  const unitMs = unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' ? UNIT_MS[unit] : Number.NaN;
  return Number(span.slice(0, -1)) * unitMs;
}
