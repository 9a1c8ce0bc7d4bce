import type { Bundle } from './bundle.js';

/** A container of ingest unpacks, parses and compiles it in seconds and in its memory; the shipped rules are less than 200 kB. */
export const BUNDLE_MAX_CHARACTERS = 16 * 1024 * 1024;

/** Whether the bundle's JSON is at most so long: part by part, for the whole of a larger one need not fit into memory. */
export function isWithinSize(
  { rules, configuration, feeds, templates, ...others }: Omit<Bundle, 'version'>,
  most = BUNDLE_MAX_CHARACTERS,
): boolean {
  let left = most - JSON.stringify(others).length;
  const parts = [
    ...rules,
    ...feeds,
    ...Object.entries(templates),
    ...(configuration?.drafts ?? []),
    ...(configuration?.accepted ?? []),
  ];
  for (const part of parts) {
    if (left < 0) return false;
    left -= JSON.stringify(part).length;
  }
  return left - JSON.stringify(configuration?.configured ?? []).length >= 0;
}
