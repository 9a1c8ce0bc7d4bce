import { isObject } from './plain-object.js';

const NO_KEYS: ReadonlyMap<string, string> = new Map();

/**
 * Finds keys that a log writes with spaces by their names in rules, which have none (specification 2.1, "Field Usage":
 * `New Value` is `NewValue`). Remembers the object it saw last, for rules ask for many names of one event.
 */
export class SpacedKeys {
  #last: object | undefined;
  #keys = NO_KEYS;

  /** What stands at the key that is `name` without its spaces; of two such keys, at the first. */
  find(object: unknown, name: string): unknown {
    if (!isObject(object) || Array.isArray(object)) return undefined;
    if (object !== this.#last) {
      this.#keys = keysOf(object);
      this.#last = object;
    }
    const key = this.#keys.get(name);
    return key === undefined ? undefined : object[key];
  }
}

function keysOf(object: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  let keys: Map<string, string> | undefined;
  for (const key of Object.keys(object)) {
    if (!key.includes(' ')) continue;
    keys ??= new Map();
    const name = key.replaceAll(' ', '');
    if (!keys.has(name)) keys.set(name, key);
  }
  return keys ?? NO_KEYS;
}
