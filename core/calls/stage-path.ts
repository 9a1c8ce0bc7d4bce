const EXECUTE_API =
  /^([a-z0-9]+)(?:-vpce-[a-z0-9-]+)?\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\.?(?::\d+)?$/i;

/** API id and region from an `execute-api` host; `undefined` for a custom domain. */
export function parseExecuteApiHost(
  host: string,
): { readonly apiId: string; readonly region: string } | undefined {
  if (!host.includes('.execute-api.') && !/\.EXECUTE-API\./i.test(host)) return undefined;
  const parts = EXECUTE_API.exec(host);
  const [, apiId, region] = parts ?? [];
  return apiId === undefined || region === undefined
    ? undefined
    : { apiId: apiId.toLowerCase(), region: region.toLowerCase() };
}

/** Escapes of unreserved characters: letters, digits, `-`, `.`, `_`, `~`. */
const NEEDLESS_ESCAPE = /%(?:2[de]|3\d|4[1-9a-f]|5[0-9af]|6[1-9a-f]|7[0-9ae])/gi;

/**
 * The path with needless escapes undone (RFC 3986, section 6.2.2.2: both spellings name the same thing), so that
 * `/%2egit/config` cannot pass by a rule that looks for `/.git/`. Escapes that mean something (`%2F`, `%25`) stay.
 */
export function withoutNeedlessEscapes(path: string): string {
  if (!path.includes('%')) return path;
  return path.replace(NEEDLESS_ESCAPE, (written) =>
    String.fromCharCode(Number.parseInt(written.slice(1), 16)),
  );
}

export interface PathContext {
  /** What the host of the line is; `undefined` where the line has none. */
  readonly host: 'execute-api' | 'custom' | undefined;
  readonly stage: string | undefined;
  readonly basePath: string | undefined;
  /** The line's own route template: says whether the first segment is the stage where the host does not. */
  readonly route: string | undefined;
}

/**
 * The path as the API's own routes name it. On `execute-api` hosts the first segment is the stage (never of
 * `$default`), on custom domains the matched base path. Where the line has no host, the stage goes only if the route
 * template shows that it is one segment too many, or no template is there to say otherwise.
 */
export function toStagePath(path: string, context: PathContext): string {
  const { host, stage, basePath, route } = context;
  if (host === 'execute-api')
    return stage === undefined || stage === '$default' ? path : withoutPrefix(path, stage);
  if (basePath !== undefined && basePath !== '(none)')
    return withoutPrefix(path, basePath.replace(/^\/+|\/+$/g, ''));
  if (host !== undefined || basePath !== undefined || stage === undefined || stage === '$default')
    return path;
  const stripped = withoutPrefix(path, stage);
  return stripped === path || route === undefined || !fits(route, path) || fits(route, stripped)
    ? stripped
    : path;
}

function withoutPrefix(path: string, prefix: string): string {
  if (prefix === '' || !path.startsWith(`/${prefix}`)) return path;
  const rest = path.slice(prefix.length + 1);
  if (rest === '' || rest === '/') return '/';
  return rest.startsWith('/') ? rest : path;
}

/** Whether a path has the literal segments of a template, in place and number. */
function fits(route: string, path: string): boolean {
  const template = route.split('/');
  const segments = path.split('/');
  if (template.at(-1)?.endsWith('+}') !== true && template.length !== segments.length) return false;
  return template.every((part, at) => part.startsWith('{') || part === segments[at]);
}
