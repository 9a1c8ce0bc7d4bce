import type { Digest } from '../ports/digest.js';

/** Hex SHA-256 prefix (16 bytes) of plain data, whatever the order of its keys: what decides a rule's behaviour. */
export function contentHash(behaviour: unknown, digest: Digest): string {
  return digest.hex(['gatewarden-rule-1', canonicalJson(behaviour)], 16);
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}
