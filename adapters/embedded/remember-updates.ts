import updateParser, {
  type ParsedUpdate,
  type UpdateContext,
  type UpdateSection,
} from 'dynalite/db/updateParser.js';

/** Far more texts than this product has; another process of this user could send any. */
const TEXTS_MAX = 512;

/**
 * Makes the engine parse each update expression once: parsing costs more than the update itself. A parse names the request's
 * own attributes and values, so what is remembered has gaps for them. Only plain expressions are: each section one
 * `#name` of its own and at most one `:value`. Then nothing but the types of the values decides whether it is valid.
 */
export function rememberUpdates(): void {
  if (updateParser.parse !== parse) return;
  updateParser.parse = (text, options) => {
    const { context } = options;
    const key = `${text} ${typesOf(context)}`;
    const filled = fillGaps(remembered.get(key), context);
    if (filled !== undefined) return filled;
    const parsed = parse(text, options);
    const gaps = typeof parsed === 'string' ? undefined : gapsOf(parsed, context);
    if (gaps !== undefined) {
      if (remembered.size >= TEXTS_MAX) remembered.clear();
      remembered.set(key, gaps);
    }
    return parsed;
  };
}

const { parse } = updateParser;
const remembered = new Map<string, readonly Gap[]>();

/** A section without what the request fills in: the placeholders of its name and of its value. */
interface Gap {
  readonly type: UpdateSection['type'];
  readonly attrType: string | null | undefined;
  readonly name: string;
  readonly value: string | undefined;
}

function typesOf({ attrVals = {} }: UpdateContext): string {
  let types = '';
  for (const [placeholder, value] of Object.entries(attrVals))
    types += `${placeholder}${Object.keys(value).join('+')}`;
  return types;
}

/** `undefined` for an expression that is not plain. As many names as sections, all in use: so no path is a literal one. */
function gapsOf(
  { sections }: ParsedUpdate,
  { attrNames = {}, attrVals = {}, unusedAttrNames }: UpdateContext,
): readonly Gap[] | undefined {
  // A literal path may read like what an unused placeholder stands for.
  if (Object.keys(unusedAttrNames).length > 0) return undefined;
  const names = new Map(Object.entries(attrNames).map(([placeholder, name]) => [name, placeholder]));
  const values = new Map<unknown, string>(
    Object.entries(attrVals).map(([placeholder, value]) => [value, placeholder]),
  );
  const gaps: Gap[] = [];
  for (const { type, path, val, attrType } of sections) {
    const name = path.length === 1 ? names.get(String(path[0])) : undefined;
    const value = values.get(val);
    if (name === undefined || (value === undefined && val !== undefined)) return undefined;
    gaps.push({ type, attrType, name, value });
  }
  const used = new Set(gaps.map(({ name }) => name));
  return used.size === sections.length && used.size === Object.keys(attrNames).length ? gaps : undefined;
}

/** What parsing would answer; `undefined` where only parsing can tell. Marks names and values as used, as parsing does. */
function fillGaps(gaps: readonly Gap[] | undefined, context: UpdateContext): ParsedUpdate | undefined {
  const { attrNames = {}, attrVals = {}, unusedAttrNames, unusedAttrVals } = context;
  if (gaps === undefined || new Set(Object.values(attrNames)).size !== gaps.length) return undefined;
  const sections: UpdateSection[] = [];
  for (const { type, attrType, name, value } of gaps) {
    const path = attrNames[name];
    if (path === undefined || path === '') return undefined;
    sections.push({ type, path: [path], ...(value !== undefined && { val: attrVals[value] }), attrType });
  }
  for (const { name, value } of gaps) {
    delete unusedAttrNames[name];
    if (value !== undefined) delete unusedAttrVals[value];
  }
  return { sections, paths: sections.map(({ path }) => path), nestedPaths: {} };
}
