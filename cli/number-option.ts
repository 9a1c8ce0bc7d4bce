import { UsageError } from './cli-io.js';

/** The whole number that an option gives; throws `UsageError` with what was seen and what would be right. */
export function wholeNumber(option: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(
    `${option}: seen ${JSON.stringify(text)}, expected a whole number from ${least} to ${most}`,
  );
}
