/** Total accessors over parsed JSON of unknown shape: what is not there or not of the kind is `undefined`. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses text that ought to hold a JSON object; `undefined` for anything else. V8 parses any depth without a stack. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch (cause) {
    if (cause instanceof SyntaxError || cause instanceof RangeError) return undefined;
    throw cause;
  }
}

export function asObject(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object's own value: never what `__proto__` or `constructor` would find. */
export function memberOf(object: JsonObject | undefined, name: string): unknown {
  return object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
}

export function objectOf(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(memberOf(object, name));
}

/** A non-empty string; numbers count as their text. */
export function stringOf(object: JsonObject | undefined, name: string): string | undefined {
  const value = memberOf(object, name);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A finite number; numeric text counts. */
export function numberOf(object: JsonObject | undefined, name: string): number | undefined {
  const value = memberOf(object, name);
  const number =
    typeof value === 'string' && /^-?\d{1,19}(?:\.\d{1,19})?$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

export function arrayOf(object: JsonObject | undefined, name: string): readonly unknown[] | undefined {
  const value = memberOf(object, name);
  return Array.isArray(value) ? value : undefined;
}
