/**
 * What stands in no template: a segment that begins with a digit, an id, an escape, a file's extension, what separates
 * parameters; or the stage, which `$context.path` begins with.
 */
const CONCRETE =
  /\/(?:\d|[\da-f]{8}-[\da-f-]{27}|[\da-f]{24,}(?:\/|$))|[%;,=@]|\.\w{1,5}$|^\/\.|^\/(?:prod|production|dev|development|stag(?:e|ing)|test|qa|uat|beta|sandbox|live|default)\//i;

/** Whether a path is one that somebody called, and not the template of a route. */
export function isConcretePath(path: string): boolean {
  return CONCRETE.test(path);
}
