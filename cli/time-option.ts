import { UsageError } from './cli-io.js';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Epoch milliseconds of `7d`, `24h`, `30m`, `2w` before now, or of an ISO 8601 date or time (UTC where it names no zone). */
export function parseSince(option: string, text: string, nowMs: number): number {
  const [, amount, unit] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  const unitMs = unit === undefined ? undefined : UNIT_MS[unit];
  if (amount !== undefined && unitMs !== undefined) return nowMs - Number(amount) * unitMs;
  const iso = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})?)?$/.test(
    text,
  );
  const hasZone = text.length <= 10 || /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const timeMs = iso ? Date.parse(hasZone ? text : `${text}Z`) : Number.NaN;
  if (!Number.isNaN(timeMs)) return timeMs;
  throw new UsageError(
    `${option}: seen ${text}, expected a span such as 24h or 7d, or a time such as 2026-03-02T14:00Z`,
  );
}
