import type { SegmentReader, SegmentWriter } from './segment-streams.js';
import { readFlags, readTextColumn, type TextColumn, writeFlags, writeTextColumn } from './text-column.js';
import { readTexts, writeTexts } from './text-list.js';

/** Far more path variables than a segment's calls have; a damaged count must not ask for endless memory. */
const VALUES_MAX = 10_000_000;

/**
 * Paths by their route templates: `/pets/17` under `/pets/{id}` is only `17`. Paths that their template does not
 * explain are written whole.
 */
export function writePathColumn(out: SegmentWriter, paths: TextColumn, routes: TextColumn): void {
  const values: string[] = [];
  const templates = new Map<string, readonly string[]>();
  const explained = paths.map((path, row) => {
    const route = routes[row];
    if (path === undefined || route === undefined) return false;
    if (path === route && !route.includes('{')) return true;
    let template = templates.get(route);
    if (template === undefined) {
      template = route.split('/');
      templates.set(route, template);
    }
    return explain(path, template, values);
  });
  writeFlags(out.packed, explained);
  out.packed.varint(values.length);
  writeTexts(out, values);
  writeTextColumn(
    out,
    paths.filter((_, row) => explained[row] !== true),
  );
}

export function readPathColumn(source: SegmentReader, routes: TextColumn): TextColumn {
  const explained = readFlags(source.packed, routes.length);
  const values = readTexts(source, source.packed.count(VALUES_MAX));
  const rest = readTextColumn(
    source,
    explained.reduce((sum, is) => sum + (is ? 0 : 1), 0),
  );
  let nextValue = 0;
  let nextRest = 0;
  return routes.map((route, row) => {
    if (explained[row] !== true || route === undefined) return rest[nextRest++];
    if (!route.includes('{')) return route;
    return route
      .split('/')
      .map((part) => (isVariable(part) ? (values[nextValue++] ?? '') : part))
      .join('/');
  });
}

/** Adds the variables' values in order; adds nothing when the template does not give back exactly this path. */
function explain(path: string, template: readonly string[], values: string[]): boolean {
  const parts = path.split('/');
  const greedy = template.at(-1)?.endsWith('+}') === true;
  if (greedy ? parts.length < template.length : parts.length !== template.length) return false;
  const found: string[] = [];
  for (const [at, part] of template.entries()) {
    if (!isVariable(part)) {
      if (parts[at] !== part) return false;
    } else if (greedy && at === template.length - 1) {
      found.push(parts.slice(at).join('/'));
    } else {
      found.push(parts[at] ?? '');
    }
  }
  values.push(...found);
  return true;
}

function isVariable(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}');
}
