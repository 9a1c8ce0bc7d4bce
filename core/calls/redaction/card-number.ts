import { REDACTED } from './secret-catalogue.js';

// 13 to 19 digits, grouped by single spaces or hyphens at most, not inside a longer run of digits. Issuers begin
// with 2 to 6; epoch milliseconds begin with 1, so that times are not taken for cards.
const CANDIDATE = /(?<![\d.])[2-6](?:[ -]?\d){12,18}(?!\d)/g;

/** Replaces payment card numbers (ISO/IEC 7812 length, Luhn check digit). */
export function redactCardNumbers(text: string): string {
  return text.replace(CANDIDATE, (match) => (passesLuhn(match) ? REDACTED : match));
}

/** The check digit of ISO/IEC 7812-1, annex B; separators are skipped. */
function passesLuhn(candidate: string): boolean {
  let sum = 0;
  let double = false;
  for (let at = candidate.length - 1; at >= 0; at--) {
    const digit = candidate.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) continue;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
    double = !double;
  }
  return sum % 10 === 0;
}
