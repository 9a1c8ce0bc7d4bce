import { decodePercent, redactText } from './redact-text.js';
import { REDACTED } from './secret-catalogue.js';
import { isSecretQueryName } from './secret-name.js';

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
  return `${redactValue(name)}=${isSecretQueryName(decodePercent(name)) ? REDACTED : redactValue(value)}`;
}

function redactValue(value: string): string {
  if (value.includes('+')) {
    const spaced = value.replaceAll('+', ' ');
    if (redactText(spaced) !== spaced) return REDACTED;
  }
  return redactText(value);
}
