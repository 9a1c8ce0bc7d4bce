const CLF = /^(\d{1,2})\/([A-Za-z]{3})\/(\d{4}):(\d{2}):(\d{2}):(\d{2})(?:\s?([+-])(\d{2}):?(\d{2})|\s?Z)?$/;
const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,9}))?\s?(?:Z|UTC|([+-])(\d{2}):?(\d{2}))?$/;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

// Epoch seconds stay below this until the year 5138, and epoch milliseconds have been above it since 1973.
const SECONDS_BELOW = 1e11;

/** The end of the year 9999, epoch milliseconds: what is later is no time that a log line tells, and none that all dates can hold. */
export const LATEST_TIME_MS = 253_402_300_799_999;

/** `09/Jun/2023:12:54:08 +0000` in any zone (UTC where it names none), as epoch milliseconds. */
function parseClfTime(text: string): number | undefined {
  const parts = CLF.exec(text);
  if (parts === null) return undefined;
  const [, day, name, year, hour, minute, second, sign, zoneHours, zoneMinutes] = parts;
  const month = MONTHS.indexOf((name ?? '').toLowerCase());
  if (month < 0) return undefined;
  return utc([year, String(month + 1), day, hour, minute, second], '', sign, zoneHours, zoneMinutes);
}

/** ISO 8601 with `T` or a space, any fraction, any zone (UTC where it names none), as epoch milliseconds. */
export function parseIsoTime(text: string): number | undefined {
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  return utc(parts.slice(1, 7), parts[7] ?? '', parts[8], parts[9], parts[10]);
}

/** Epoch seconds, milliseconds, microseconds or nanoseconds, told apart by size, as epoch milliseconds. */
export function parseEpoch(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < SECONDS_BELOW) return Math.round(value * 1000);
  if (value < SECONDS_BELOW * 1000) return Math.round(value);
  if (value < SECONDS_BELOW * 1e6) return Math.round(value / 1000);
  return value < SECONDS_BELOW * 1e9 ? Math.round(value / 1e6) : undefined;
}

/** Any of the forms that logs carry; `undefined` for what is none of them. */
export function parseTime(text: string): number | undefined {
  if (/^\d{9,19}(?:\.\d{1,9})?$/.test(text)) return parseEpoch(Number(text));
  return parseClfTime(text) ?? parseIsoTime(text);
}

function utc(
  date: readonly (string | undefined)[],
  fraction: string,
  sign: string | undefined,
  zoneHours: string | undefined,
  zoneMinutes: string | undefined,
): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = date.map(Number);
  // A leap second (60) is real in logs; everything else out of range is not a time.
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    return undefined;
  const zone = (Number(zoneHours ?? 0) * 60 + Number(zoneMinutes ?? 0)) * 60_000 * (sign === '-' ? -1 : 1);
  const millis = fraction === '' ? 0 : Math.floor(Number(`0.${fraction}`) * 1000 + 1e-6);
  const timeMs = Date.UTC(year, month - 1, day, hour, minute, second, millis) - zone;
  return timeMs >= 0 && timeMs <= LATEST_TIME_MS ? timeMs : undefined;
}
