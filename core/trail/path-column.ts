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
  const templates = new Map<string, Template>();
  const explained = paths.map((path, row) => {
    const route = routes[row];
    if (path === undefined || route === undefined) return false;
    let template = templates.get(route);
    if (template === undefined) {
      const parts = route.split('/');
      template = { parts, variables: parts.map(isVariable), isPlain: !route.includes('{') };
      templates.set(route, template);
    }
    return template.isPlain ? path === route : explain(path, template, values);
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

interface Template {
  readonly parts: readonly string[];
  /** Which of them are variables. */
  readonly variables: readonly boolean[];
  /** No braces at all: only the path that reads the same is explained by it. */
  readonly isPlain: boolean;
}

/** Adds the variables' values in order; adds nothing when the template does not give back exactly this path. */
function explain(path: string, { parts, variables }: Template, values: string[]): boolean {
  const last = parts.length - 1;
  const greedy = parts[last]?.endsWith('+}') === true;
  const before = values.length;
  let start = 0;
  for (let at = 0; at <= last; at++) {
    const slash = path.indexOf('/', start);
    const end = at === last ? path.length : slash;
    const isWhole = at === last ? greedy || slash < 0 : slash >= 0;
    const value = isWhole ? path.slice(start, end) : undefined;
    if (value === undefined || (variables[at] !== true && value !== parts[at])) {
      values.length = before;
      return false;
    }
    if (variables[at] === true) values.push(value);
    start = end + 1;
  }
  return true;
}

function isVariable(part: string): boolean {
  return part.startsWith('{') && part.endsWith('}');
}
