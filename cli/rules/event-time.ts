/** Where events commonly carry their time, tried in this order. */
export const TIME_FIELDS = [
  'timeMs',
  'timestamp',
  '@timestamp',
  'time',
  'eventTime',
  'datetime',
  'date',
  'ts',
  '_time',
  'UtcTime',
  'TimeCreated',
  'TimeCreated_SystemTime',
  'SystemTime',
  'EventTime',
  'TimeGenerated',
  'CreationTime',
  'createdDateTime',
  'published',
  'Event.System.TimeCreated.#attributes.SystemTime',
] as const;

const ISO =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d{2}:?\d{2})?)?$/i;
const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;
/** Epoch seconds pass it in the year 5138, epoch milliseconds did in 1973: it tells the two apart. */
const SECONDS_BELOW = 100_000_000_000;

/** Epoch milliseconds of a time as logs write it; UTC where it names no zone. `undefined` when it is none. */
export function eventTimeMs(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) < SECONDS_BELOW ? value * 1_000 : value;
  if (typeof value !== 'string') return undefined;
  if (/^\d{9,16}(\.\d+)?$/.test(value)) return eventTimeMs(Number(value));
  const [, date, time = '00:00', fraction = '0', zone = 'Z'] = ISO.exec(value) ?? [];
  if (date !== undefined)
    return parsed(`${date}T${time}${time.length === 5 ? ':00' : ''}.${fraction.slice(0, 3)}${zoned(zone)}`);
  const [, day, month, year, clock, hours, minutes] = CLF.exec(value) ?? [];
  return day === undefined ? undefined : parsed(`${day} ${month} ${year} ${clock} ${hours}${minutes}`);
}

function zoned(zone: string): string {
  return /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase();
}

function parsed(text: string): number | undefined {
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
