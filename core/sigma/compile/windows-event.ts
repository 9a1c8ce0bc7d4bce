import { isObject } from './plain-object.js';
import { SpacedKeys } from './spaced-keys.js';

type Read = (event: Readonly<Record<string, unknown>>) => unknown;

/**
 * Reads a field of a Windows event as converters print it in JSON. Rules name fields without the envelope: those of the event's
 * data by name, those of its header by tag (`EventID`) or by tag and attribute (`Provider_Name`; specification 2.1, "Field
 * Usage"). Read are `Event` with `System` and `EventData` or `UserData`, XML attributes under `#attributes`, in an element of
 * their own (`Provider_attributes`) or marked with `@`, text beside them under `#text`, data as a list of elements with names;
 * and what Winlogbeat sends under `winlog`. Answers `undefined` for events of any other shape.
 */
export function windowsField(name: string): Read {
  const cut = name.indexOf('_');
  const [tag, attribute] = cut < 0 ? [name, undefined] : [name.slice(0, cut), name.slice(cut + 1)];
  const beatName = BEAT_NAMES.get(name);
  return (event) => {
    const inside = own(event, 'Event');
    if (!isObject(inside)) return inBeat(own(event, 'winlog'), name, beatName);
    const eventData = own(inside, 'EventData');
    const data = named(eventData, name);
    if (data !== undefined) return data;
    const listed = inList(own(eventData, 'Data'), name);
    if (listed !== undefined) return listed;
    const system = own(inside, 'System');
    const header = text(own(system, name));
    if (header !== undefined) return header;
    if (attribute !== undefined) {
      const element = own(system, tag);
      const found =
        own(own(element, '#attributes'), attribute) ??
        own(own(system, `${tag}_attributes`), attribute) ??
        own(element, `@${attribute}`);
      if (found !== undefined) return found;
    }
    return inUserData(own(inside, 'UserData'), name);
  };
}

/** What Winlogbeat calls the fields of the header. */
const BEAT_NAMES: ReadonlyMap<string, string> = new Map([
  ['EventID', 'event_id'],
  ['Channel', 'channel'],
  ['Provider_Name', 'provider_name'],
  ['Provider_Guid', 'provider_guid'],
  ['Computer', 'computer_name'],
  ['EventRecordID', 'record_id'],
]);

function inBeat(winlog: unknown, name: string, beatName: string | undefined): unknown {
  if (!isObject(winlog)) return undefined;
  const data = named(own(winlog, 'event_data'), name);
  if (data !== undefined) return data;
  const userData = named(own(winlog, 'user_data'), name);
  return userData === undefined && beatName !== undefined ? own(winlog, beatName) : userData;
}

/** Data whose elements stand in a list, each with its name beside its text. */
function inList(data: unknown, name: string): unknown {
  if (!Array.isArray(data)) return undefined;
  for (const element of data) {
    const called = own(element, '@Name') ?? own(own(element, '#attributes'), 'Name');
    if (called === name) return own(element, '#text') ?? null;
  }
  return undefined;
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
