import type { Bundle } from '../bundle.js';

/** Stands for all APIs or stages that one payload claims beyond the first ones, and for unknown APIs in metrics. */
export const OTHER = 'other';

/** The API ids that the bundle knows from elsewhere than from lines: deployed routes, configured feeds, learned templates. */
export function knownApis(bundle: Pick<Bundle, 'feeds' | 'routes' | 'templates'>): ReadonlySet<string> {
  const staged = Object.keys(bundle.routes).map((name) => name.slice(0, name.indexOf('/')));
  const configured = bundle.feeds.flatMap(({ apiId }) => apiId ?? []);
  return new Set([...staged, ...configured, ...Object.keys(bundle.templates)]);
}

/** An API as a metric or a log line may name it: what a line claims is neither, and each value of a dimension is paid for. */
export function apiDimension(apiId: string | undefined, known: ReadonlySet<string>): string {
  return apiId !== undefined && known.has(apiId) ? apiId : OTHER;
}
