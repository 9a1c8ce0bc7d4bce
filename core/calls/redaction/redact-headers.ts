import { redactQuery } from './redact-query.js';
import { isOpaque, redactText } from './redact-text.js';
import { PLAIN_HEADERS, REDACTED } from './secret-catalogue.js';
import { canonicalName, isSecretName } from './secret-name.js';

const PLAIN = new Set(PLAIN_HEADERS);

/**
 * The value of a header as it may be kept: nothing of one that is secret by name, a listed plain one without what
 * looks secret, any other also without long opaque words: a home-made session header has any name.
 */
export function redactHeader(name: string, value: string): string {
  const canonical = canonicalName(name);
  if (PLAIN.has(canonical)) return redactAddress(value);
  if (isSecretName(name)) return REDACTED;
  const scanned = redactAddress(value);
  return scanned.length < 16
    ? scanned
    : scanned.replace(/[^\s,;"']{16,}/g, (word) => (isOpaque(word) ? REDACTED : word));
}

/** `Referer`, `Location` and their likes: what stands behind `?` or `#` of an address are pairs. */
function redactAddress(value: string): string {
  const at = /^[^\s?#]*\//.test(value) ? value.search(/[?#]/) : -1;
  if (at < 0) return redactText(value);
  const pairs = value.slice(at).split(/([?#])/);
  return (
    redactText(value.slice(0, at)) + pairs.map((part, i) => (i % 2 === 0 ? redactQuery(part) : part)).join('')
  );
}
