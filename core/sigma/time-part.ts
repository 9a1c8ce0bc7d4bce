import type { TimePart } from './modifiers.js';
import type { FieldValue } from './taxonomy.js';

/** `2026-01-05`, `2026-01-05T09:00:00.5Z`, `2026-01-05 09:00`; what follows the minutes does not matter. */
const ISO = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2}))?/;
/** `05/Jan/2026:09:00:00 +0000`, as web servers write it. */
const CLF = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2})/;
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec';
/** Epoch seconds pass it in the year 5138, epoch milliseconds did in 1973: it tells the two apart. */
const SECONDS_BELOW = 100_000_000_000;
const DAY_MS = 86_400_000;

/**
 * One part of a date as the event writes it: no time zone is converted (appendix 2.1, "Time Modifiers"). Numbers are epoch
 * milliseconds or seconds, in UTC. Weeks are those of ISO 8601. `undefined` when it is no date.
 */
export function timePart(value: FieldValue, part: TimePart): number | undefined {
  const written =
    typeof value === 'number' ? fromEpoch(value) : typeof value === 'string' ? read(value) : undefined;
  if (written === undefined) return undefined;
  const { year, month, day } = written;
  return part === 'week' ? isoWeek(Date.UTC(year, month - 1, day)) : written[part];
}

type Written = Readonly<Record<Exclude<TimePart, 'week'>, number>>;

function fromEpoch(value: number): Written | undefined {
  const date = new Date(Math.abs(value) < SECONDS_BELOW ? value * 1_000 : value);
  if (Number.isNaN(date.getTime())) return undefined;
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

function read(text: string): Written | undefined {
  const iso = ISO.exec(text);
  if (iso !== null) {
    const [, year, month, day, hour = 0, minute = 0] = iso;
    return checked({ year, month, day, hour, minute });
  }
  const [, day, name = '-', year, hour, minute] = CLF.exec(text) ?? [];
  const at = MONTHS.indexOf(name);
  return at % 3 === 0 ? checked({ year, month: at / 3 + 1, day, hour, minute }) : undefined;
}

function checked(parts: Readonly<Record<keyof Written, string | number | undefined>>): Written | undefined {
  const written = {
    year: Number(parts.year),
    month: Number(parts.month),
    day: Number(parts.day),
    hour: Number(parts.hour),
    minute: Number(parts.minute),
  };
  const date = new Date(Date.UTC(written.year, written.month - 1, written.day));
  const isDate = date.getUTCMonth() + 1 === written.month && date.getUTCDate() === written.day;
  return isDate && written.hour < 24 && written.minute < 60 ? written : undefined;
}

/** The week of the Thursday of the same week, counted from 1 January. */
function isoWeek(dayMs: number): number {
  const weekday = (new Date(dayMs).getUTCDay() + 6) % 7;
  const thursdayMs = dayMs + (3 - weekday) * DAY_MS;
  const newYearMs = Date.UTC(new Date(thursdayMs).getUTCFullYear(), 0, 1);
  return Math.floor((thursdayMs - newYearMs) / DAY_MS / 7) + 1;
}
