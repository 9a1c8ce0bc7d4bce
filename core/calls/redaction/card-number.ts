import { REDACTED } from './secret-catalogue.js';

/** What may stand between two groups of digits, as it is or percent-encoded. */
const SEPARATOR = String.raw`(?:[ ._+\u00a0-]|%(?:20|2[bBdDeE]|5[fF]|[cC]2%[aA]0|[aA]0))`;

// Words of hexadecimal digits and UUIDs come first: what they take is no number. Then 13 digits or more, one separator
// at most between two; no tail that could make the match go back.
const CANDIDATE = new RegExp(
  String.raw`(?<![A-Za-z\d%])(?:[\da-fA-F]{8}-(?:[\da-fA-F]{4}-){3}[\da-fA-F]{12}(?![A-Za-z\d])|[\da-fA-F]*[a-fA-F][\da-fA-F]*(?![A-Za-z\d]))|((?<!\d)\d(?:${SEPARATOR}?\d){12,})`,
  'g',
);
const GROUPS = new RegExp(`(${SEPARATOR})`);

/**
 * Replaces payment card numbers (ISO/IEC 7812 length, Luhn check digit) that begin and end where a group of digits
 * does, so that an expiry date or a security code behind the number does not hide it.
 */
export function redactCardNumbers(text: string): string {
  return text.replace(CANDIDATE, (match, digits: string | undefined) =>
    digits === undefined ? match : withoutCards(digits),
  );
}

function withoutCards(run: string): string {
  // groups at even places, separators at odd ones
  const parts = run.split(GROUPS);
  let out = '';
  for (let at = 0; at < parts.length; ) {
    const last = cardFrom(parts, at);
    if (last >= 0) out += REDACTED;
    else out += parts[at] ?? '';
    at = last >= 0 ? last + 1 : at + 1;
    if (at < parts.length) out += parts[at++] ?? '';
  }
  return out;
}

/** The last group of the card number that begins with this group, or -1. */
function cardFrom(parts: readonly string[], first: number): number {
  // Issuers begin with 2 to 6; epoch milliseconds begin with 1, and decimals stand behind a point.
  if (!/^[2-6]/.test(parts[first] ?? '') || parts[first - 1] === '.') return -1;
  let digits = '';
  for (let at = first; at < parts.length; at += 2) {
    const group = parts[at] ?? '';
    digits += group;
    if (digits.length > LONGEST) return -1;
    // Versions and addresses have short groups; only spaces and hyphens are written between any.
    if (at > first && !' -'.includes(parts[at - 1] ?? '') && group.length < SHORTEST_GROUP) return -1;
    if (digits.length >= SHORTEST && passesLuhn(digits)) return at;
  }
  return -1;
}

const SHORTEST = 13;
const LONGEST = 19;
const SHORTEST_GROUP = 3;

/** The check digit of ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let at = digits.length - 1, double = false; at >= 0; at--, double = !double) {
    const digit = digits.charCodeAt(at) - 48;
    sum += double ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit;
  }
  return sum % 10 === 0;
}
