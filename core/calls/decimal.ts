/** The number that up to 15 digits say; `undefined` for anything else. By hand: every line has half a dozen of them. */
export function wholeNumber(text: string): number | undefined {
  const { length } = text;
  if (length === 0 || length > DIGITS_MAX) return undefined;
  let number = 0;
  for (let at = 0; at < length; at++) {
    const digit = text.charCodeAt(at) - 48;
    // Also true of NaN, were there no character.
    if (!(digit >= 0 && digit <= 9)) return undefined;
    number = number * 10 + digit;
  }
  return number;
}

/** More would not fit a double exactly. */
const DIGITS_MAX = 15;
