import { isObject } from './plain-object.js';
import { SpacedKeys } from './spaced-keys.js';

type Read = (event: Readonly<Record<string, unknown>>) => unknown;

/**
 * Reads a field of a Windows event as converters print it in JSON: `Event` with `System` and `EventData` or `UserData`, XML
 * attributes under `#attributes`, text beside them under `#text`. Rules name fields without the envelope: those of the
 * event's data by name, those of its header by tag (`EventID`) or by tag and attribute (`Provider_Name`; specification
 * 2.1, "Field Usage"). Answers `undefined` for events of any other shape.
 */
export function windowsField(name: string): Read {
  const cut = name.indexOf('_');
  const [tag, attribute] = cut < 0 ? [name, undefined] : [name.slice(0, cut), name.slice(cut + 1)];
  return (event) => {
    const inside = own(event, 'Event');
    if (!isObject(inside)) return undefined;
    const data = named(own(inside, 'EventData'), name);
    if (data !== undefined) return data;
    const system = own(inside, 'System');
    const header = text(own(system, name));
    if (header !== undefined) return header;
    if (attribute !== undefined) {
      const found = own(own(own(system, tag), '#attributes'), attribute);
      if (found !== undefined) return found;
    }
    return inUserData(own(inside, 'UserData'), name);
  };
}

/** User data stands in one element of the provider's own naming. */
function inUserData(userData: unknown, name: string): unknown {
  if (!isObject(userData)) return undefined;
  for (const element of Object.values(userData)) {
    const found = named(element, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

const spaced = new SpacedKeys();

function named(data: unknown, name: string): unknown {
  const found = text(own(data, name));
  return found === undefined ? text(spaced.find(data, name)) : found;
}

/** The text of an element that has attributes beside it. */
function text(value: unknown): unknown {
  const inside = own(value, '#text');
  return inside === undefined ? value : inside;
}

function own(value: unknown, key: string): unknown {
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
