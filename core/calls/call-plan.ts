import type { ApiType } from './api-call.js';
import { CALL_VARIABLES, type CallVariable, TYPE_VARIABLES } from './call-variables.js';
import type { LineFormat } from './format/line-format.js';
import { factsOf } from './format/variables.js';
import { SECRET_VARIABLES } from './redaction/secret-catalogue.js';

/** A slot of the format to keep under `extra`; its value too where the allow list names it. */
export interface ExtraSlot {
  readonly name: string;
  readonly slot: number;
}

/** Where each field of a call finds its value in the lines of one format. Built once a format. */
export interface CallPlan {
  /** Slots by variable, best first; empty where the format does not carry it. */
  readonly slots: Readonly<Record<CallVariable, readonly number[]>>;
  /** What the format's variables alone say of the API type. */
  readonly likelyType: ApiType | undefined;
  readonly hasWebSocketVariables: boolean;
  /** No caller-written value stands before the address: whatever a caller writes, it cannot be shifted. */
  readonly isAddressFirst: boolean;
  /** Allow-listed variables. */
  readonly kept: readonly ExtraSlot[];
  /** `extra` of every line without allow-listed values: one shared object, all `null`. */
  readonly names: Readonly<Record<string, null>> | undefined;
}

export function buildCallPlan(format: LineFormat, keepExtra: ReadonlySet<string>): CallPlan {
  const read = new Set<string>();
  const slots = mapValues(CALL_VARIABLES, (variables: readonly string[]) => {
    for (const variable of variables) read.add(variable);
    return variables.map((variable) => format.variables.indexOf(variable)).filter((slot) => slot >= 0);
  });
  const unread = format.variables
    .map((name, slot) => ({ name, slot }))
    .filter(({ name }) => name !== '' && !read.has(name));
  return {
    slots,
    likelyType: likelyType(format.variables),
    hasWebSocketVariables: hasAny(format.variables, TYPE_VARIABLES.websocket),
    isAddressFirst: isBeforeText(slots.sourceIp[0], format.variables),
    kept: unread.filter(({ name }) => keepExtra.has(name) && !SECRET_VARIABLES.includes(name)),
    names:
      unread.length === 0
        ? undefined
        : Object.freeze(Object.fromEntries(unread.map(({ name }) => [name, null]))),
  };
}

function likelyType(variables: readonly string[]): ApiType | undefined {
  if (hasAny(variables, TYPE_VARIABLES.websocket)) return 'websocket';
  const rest = hasAny(variables, TYPE_VARIABLES.rest);
  const http = hasAny(variables, TYPE_VARIABLES.http);
  return rest === http ? undefined : rest ? 'rest' : 'http';
}

function isBeforeText(slot: number | undefined, variables: readonly string[]): boolean {
  return slot !== undefined && variables.slice(0, slot).every((name) => factsOf(name).kind !== 'text');
}

function hasAny(variables: readonly string[], some: readonly string[]): boolean {
  return some.some((name) => variables.includes(name));
}

function mapValues<Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  convert: (value: From) => To,
): Record<Key, To> {
  const mapped = {} as Record<Key, To>;
  for (const key in record) mapped[key] = convert(record[key]);
  return mapped;
}
