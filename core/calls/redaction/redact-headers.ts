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
  if (PLAIN.has(canonical)) return redactText(value);
  if (isSecretName(name)) return REDACTED;
  const scanned = redactText(value);
  return scanned.length < 16
    ? scanned
    : scanned.replace(/[^\s,;"']{16,}/g, (word) => (isOpaque(word) ? REDACTED : word));
}
