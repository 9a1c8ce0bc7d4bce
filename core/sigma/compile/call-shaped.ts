import { LOG_SOURCES } from '../log-sources.js';
import type { SlotValue } from './event-view.js';
import { isObject } from './plain-object.js';

type Event = Readonly<Record<string, unknown>>;

/**
 * Reads a field of a call that is handed in as plain JSON (`gatewarden decode --json`) by the names that rules over calls may
 * use: derived fields and the names of web servers and proxies. Answers `undefined` for events of any other shape.
 */
export function callAlias(name: string): (event: Event) => SlotValue {
  const source = LOG_SOURCES.find(({ mapping }) => typeof mapping[name] === 'string');
  const field = source?.mapping[name] ?? name;
  const derive = Object.hasOwn(DERIVED, field) ? DERIVED[field] : undefined;
  const header = /^(request|response)\.headers\.([a-z0-9-]+)$/.exec(field);
  return (event) => {
    if (!CALL_KEYS.every((key) => Object.hasOwn(event, key))) return undefined;
    if (derive !== undefined) return derive(event);
    if (header !== null) return headerOf(event, header[1] ?? '', header[2] ?? '');
    const value = Object.hasOwn(event, field) ? event[field] : undefined;
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? value
      : undefined;
  };
}

/** Always there in a call, and hardly anywhere else together. */
const CALL_KEYS = ['timeMs', 'feed', 'trust', 'recovered'];

const DERIVED: Readonly<Record<string, (event: Event) => SlotValue>> = {
  uri: uriOf,
  url: (event) => {
    const [host, uri] = [textOf(event, 'host'), uriOf(event)];
    return host === undefined && uri === undefined ? undefined : `https://${host ?? ''}${uri ?? ''}`;
  },
  uriExtension: (event) => {
    const path = textOf(event, 'path');
    const dot = path?.lastIndexOf('.') ?? -1;
    return path !== undefined && dot > path.lastIndexOf('/') ? path.slice(dot + 1) : undefined;
  },
};

function uriOf(event: Event): string | undefined {
  const [path, query] = [textOf(event, 'path'), textOf(event, 'query')];
  return query === undefined || query === '' ? path : `${path ?? ''}?${query}`;
}

function headerOf(event: Event, side: string, name: string): string | undefined {
  const message = event[side];
  const headers = isObject(message) ? message['headers'] : undefined;
  return isObject(headers) ? textOf(headers, name) : undefined;
}

function textOf(event: Event, key: string): string | undefined {
  const value = Object.hasOwn(event, key) ? event[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}
