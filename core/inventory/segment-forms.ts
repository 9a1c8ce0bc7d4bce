/** Forms of identifiers that are told by their exact shape. Every test looks at each character at most twice. */

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isUpper = (c: number): boolean => c >= 65 && c <= 90;
const isLower = (c: number): boolean => c >= 97 && c <= 122;
const isHex = (c: number): boolean => isDigit(c) || (c >= 97 && c <= 102) || (c >= 65 && c <= 70);

function every(text: string, from: number, to: number, test: (code: number) => boolean): boolean {
  for (let i = from; i < to; i++) if (!test(text.charCodeAt(i))) return false;
  return to > from;
}

/** RFC 9562, hyphenated, any version, any letter case. */
export function isUuid(s: string): boolean {
  if (s.length !== 36) return false;
  for (let i = 0; i < 36; i++) {
    const c = s.charCodeAt(i);
    if (i === 8 || i === 13 || i === 18 || i === 23 ? c !== 45 : !isHex(c)) return false;
  }
  return true;
}

export function isHexText(s: string): boolean {
  return every(s, 0, s.length, isHex);
}

export function isDigits(s: string): boolean {
  return every(s, 0, s.length, isDigit);
}

/** 26 characters of Crockford base32, the first 0–7 (48 bits of time); one letter case throughout. */
export function isUlid(s: string): boolean {
  if (s.length !== 26) return false;
  const first = s.charCodeAt(0);
  if (first < 48 || first > 55) return false;
  const upper = s.toUpperCase();
  if (s !== upper && s !== s.toLowerCase()) return false;
  // I, L, O and U are not in the alphabet
  return every(
    upper,
    0,
    26,
    (c) => isDigit(c) || (isUpper(c) && c !== 73 && c !== 76 && c !== 79 && c !== 85),
  );
}

/** 27 characters of base62; the first is 0–3 until the year 2150. Mixed case and digits, as 160 random bits have. */
export function isKsuid(s: string): boolean {
  if (s.length !== 27) return false;
  const first = s.charCodeAt(0);
  if (first < 48 || first > 51) return false;
  let upper = false;
  let lower = false;
  for (let i = 0; i < 27; i++) {
    const c = s.charCodeAt(i);
    if (isUpper(c)) upper = true;
    else if (isLower(c)) lower = true;
    else if (!isDigit(c)) return false;
  }
  return upper && lower;
}

/** ISO 8601: `2024-01-31`, `2024-01`, `2024-W05`, each date also with a time (`T10:00:00.000Z`, `T10:00+02:00`). */
export function isDate(s: string): boolean {
  const n = s.length;
  if (n < 7 || n > 35 || s.charCodeAt(4) !== 45 || !every(s, 0, 4, isDigit)) return false;
  const century = s.slice(0, 2);
  if (century !== '19' && century !== '20') return false;
  if (s.charCodeAt(5) === 87 /* W */) return (n === 8 || n === 10) && every(s, 6, 8, isDigit);
  const month = Number(s.slice(5, 7));
  if (!every(s, 5, 7, isDigit) || month < 1 || month > 12) return false;
  if (n === 7) return true;
  const day = Number(s.slice(8, 10));
  if (s.charCodeAt(7) !== 45 || !every(s, 8, 10, isDigit) || day < 1 || day > 31) return false;
  if (n === 10) return true;
  const separator = s.charCodeAt(10);
  if (separator !== 84 && separator !== 116 && separator !== 32 && separator !== 95) return false;
  return n >= 13 && every(s, 11, 13, isDigit) && (n === 13 || every(s, 13, n, isTimeCharacter));
}

const isTimeCharacter = (c: number): boolean =>
  isDigit(c) || c === 58 || c === 46 || c === 43 || c === 45 || c === 90;

/** Dotted IPv4, or IPv6 with at least two colons; a prefix length may follow. */
export function isIp(s: string): boolean {
  const slash = s.indexOf('/');
  const address = slash === -1 ? s : s.slice(0, slash);
  if (slash !== -1 && !every(s, slash + 1, s.length, isDigit)) return false;
  if (address.length > 45) return false;
  if (!address.includes(':')) {
    const parts = address.split('.');
    return (
      parts.length === 4 && parts.every((part) => part.length <= 3 && isDigits(part) && Number(part) <= 255)
    );
  }
  const groups = address.split(':');
  if (groups.length < 3 || groups.length > 9) return false;
  const last = groups.at(-1) ?? '';
  return groups.every(
    (group) => group === '' || (group.length <= 4 && isHexText(group)) || (group === last && isIp4(group)),
  );
}

const isIp4 = (s: string): boolean => s.split('.').length === 4 && isIp(s);

/** Something before one `@`, and a dotted host after it. */
export function isEmail(s: string): boolean {
  const at = s.indexOf('@');
  if (at < 1 || s.length > 254 || s.indexOf('@', at + 1) !== -1) return false;
  const dot = s.indexOf('.', at + 2);
  return dot !== -1 && dot < s.length - 1;
}

/** E.164 with its plus, or digits grouped by hyphens and brackets as people write them: 7 to 15 digits. */
export function isPhone(s: string): boolean {
  const n = s.length;
  if (n < 7 || n > 24) return false;
  let digits = 0;
  let groups = 1;
  for (let i = 0; i < n; i++) {
    const c = s.charCodeAt(i);
    if (isDigit(c)) digits++;
    else if (c === 45 || c === 32 || c === 46 || c === 40 || c === 41) groups++;
    else if (!(c === 43 && i === 0)) return false;
  }
  if (digits < 7 || digits > 15) return false;
  return s.charCodeAt(0) === 43 || (groups >= 3 && groups <= 6 && digits >= 9);
}

const REGION_PLACES = new Set(
  'north south east west central northeast northwest southeast southwest'.split(' '),
);

/** `eu-central-1`, `us-gov-west-1`. */
export function isAwsRegion(s: string): boolean {
  if (s.length < 9 || s.length > 16) return false;
  const parts = s.split('-');
  const place = parts.at(-2);
  return (
    (parts.length === 3 || parts.length === 4) &&
    parts[0]?.length === 2 &&
    place !== undefined &&
    REGION_PLACES.has(place) &&
    parts.at(-1)?.length === 1 &&
    isDigits(parts.at(-1) ?? '')
  );
}

/** A language and a country: `en-US`, `pt_BR`. */
export function isLocale(s: string): boolean {
  if (s.length !== 5) return false;
  const separator = s.charCodeAt(2);
  return (separator === 45 || separator === 95) && every(s, 0, 2, isLower) && every(s, 3, 5, isUpper);
}
