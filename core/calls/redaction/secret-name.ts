import {
  PLAIN_NAMES,
  SECRET_NAME_PARTS,
  SECRET_NAMES,
  SECRET_QUERY_NAMES,
  TOKEN_PATH_PARTS,
} from './secret-catalogue.js';

const EXACT = new Set(SECRET_NAMES);
const QUERY = new Set(SECRET_QUERY_NAMES);
const PLAIN = new Set(PLAIN_NAMES);
const LONGEST_NAME = 128;

/** Whether a header, query key, form field or JSON key so named holds a secret. */
export function isSecretName(name: string): boolean {
  // A caller may hide the name behind padding; what nobody would name a field is treated as secret.
  if (name.length > LONGEST_NAME) return true;
  const canonical = canonicalName(name);
  if (EXACT.has(canonical)) return true;
  return SECRET_NAME_PARTS.some((part) => canonical.includes(part)) && !PLAIN.has(canonical);
}

/** The same for query keys and form fields, where `code` and `key` are secrets too. */
export function isSecretQueryName(name: string): boolean {
  return isSecretName(name) || QUERY.has(canonicalName(name));
}

/** Whether a segment of a path says that a token follows that lets in whoever has it. */
export function announcesToken(segment: string): boolean {
  const name = segment.toLowerCase();
  return TOKEN_PATH_PARTS.some((part) => name.includes(part));
}

/** Lower case without `-`, `_`, `.`, brackets and spaces: the form in which the catalogue lists names. */
export function canonicalName(name: string): string {
  return name.replace(/[-_.\s[\]]/g, '').toLowerCase();
}
