import { decodePercent, NOTHING, redactText } from './redact-text.js';
import { REDACTED } from './secret-catalogue.js';
import { isSecretName, isSecretQueryName } from './secret-name.js';

/** `name=value` pairs joined by `&` or `;`: values of secret names and values that look secret are replaced. */
export function redactQuery(query: string): string {
  return query
    .split(/([&;])/)
    .map(redactPair)
    .join('');
}

function redactPair(pair: string): string {
  const at = pair.indexOf('=');
  if (at < 0) return redactValue(pair);
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  if (value === '') return `${redactValue(name)}=`;
  return `${redactValue(name)}=${isSecret(decodePercent(name), decodePercent(value)) ? REDACTED : redactValue(value)}`;
}

/** What goes by a name that mostly holds none (`state`, `code`) is one where it looks like a token: no word, and no attack. */
function isSecret(name: string, value: string): boolean {
  if (NOTHING.test(value)) return false;
  return isSecretName(name) || (isSecretQueryName(name) && /^[\w.~+/=:-]+$/.test(value) && !WORD.test(value));
}

const WORD = /^[A-Za-z]{1,12}$/;

function redactValue(value: string): string {
  if (value.includes('+')) {
    const spaced = value.replaceAll('+', ' ');
    if (redactText(spaced) !== spaced) return REDACTED;
  }
  return redactText(value);
}
