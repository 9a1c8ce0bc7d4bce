import type { ApiType } from '../calls/api-call.js';
import {
  FIELD_SOURCES,
  type FieldSource,
  type LoggedField,
  PRINCIPAL_VARIABLES,
  ROUTE_VARIABLES,
} from '../calls/call-sources.js';
import { CALL_VARIABLES, type CallVariable } from '../calls/call-variables.js';
import { typesOfVariable } from '../calls/format/variable-types.js';
import { KNOWN_VARIABLES } from '../calls/format/variables.js';
import { type FieldSupply, FULL, type PossibleValues, type Supply } from './field-supply.js';

export interface FormatSupplyInput {
  /** The variables of the compiled format. */
  readonly variables: readonly string[];
  readonly apiType: ApiType;
  /** Fields that the feed's configuration fills where the lines do not. */
  readonly fromFeed: ReadonlySet<string>;
}

/** What a log format supplies, from its variables alone. */
export function supplyOfFormat({ variables, apiType, fromFeed }: FormatSupplyInput): Supply {
  const given = new Set(variables);
  const has = (from: CallVariable): boolean => CALL_VARIABLES[from].some((name) => given.has(name));
  return withDerivedFields(apiType, (field) => {
    const sources = sourcesOf(field, apiType);
    const found = sources.find(({ from }) => has(from));
    if (found === undefined || (found.weakness !== undefined && fromFeed.has(field)))
      return fromFeed.has(field) || ALWAYS_FILLED.has(field) ? FULL : lacking(field, apiType);
    const better = sources.slice(0, sources.indexOf(found));
    return {
      state: found.weakness === undefined ? 'full' : 'weak',
      how: found.weakness === undefined ? '' : `${field}: ${found.weakness}`,
      anyOf: found.weakness === undefined ? [] : variablesOf(better, apiType),
      ...valuesOf(field, apiType, has),
    };
  });
}

/** Absent from the line, the event's own id and time stand in. */
const ALWAYS_FILLED: ReadonlySet<string> = new Set(['id', 'timeMs']);

/** Adds the fields that are no key of a logged call: derived, nested, and those that the collector fills itself. */
export function withDerivedFields(apiType: ApiType, logged: (field: LoggedField) => FieldSupply): Supply {
  return (field) => {
    if (field === 'apiType') return { ...FULL, values: constant(apiType) };
    if (OF_THE_COLLECTOR.has(field)) return FULL;
    if (field === 'hostKind') return logged('host');
    if (field === 'uri' || field === 'uriExtension') return logged('path');
    if (field === 'url') {
      const [host, path] = [logged('host'), logged('path')];
      return host.state === 'full' ? path : host;
    }
    if (isLogged(field)) return logged(field);
    return {
      state: 'unlogged',
      how: 'access logs never carry it; execution logs and FireTail clients do',
      anyOf: [],
    };
  };
}

const OF_THE_COLLECTOR: ReadonlySet<string> = new Set(['feed', 'format', 'trust', 'recovered']);

/** Whether a log line decides on the field. */
export function isLogged(field: string): field is LoggedField {
  return Object.hasOwn(FIELD_SOURCES, field);
}

function constant(value: string): PossibleValues {
  return { now: new Set([value]), with: new Map(), constant: true };
}

/** A field that nothing fills: what would, or that nothing can. */
export function lacking(field: LoggedField, apiType: ApiType): FieldSupply {
  const sources = sourcesOf(field, apiType);
  const strong = sources.filter(({ weakness }) => weakness === undefined);
  const anyOf = variablesOf(strong, apiType);
  const some = anyOf.length > 0 ? anyOf : variablesOf(sources, apiType);
  if (some.length === 0)
    return { state: 'foreign', how: `${TYPE_NAMES[apiType]} APIs have no ${field}`, anyOf: [] };
  return {
    state: 'missing',
    how: `nothing in the format fills ${field}`,
    anyOf: some,
    ...valuesOf(field, apiType, () => false),
  };
}

function sourcesOf(field: LoggedField, apiType: ApiType): readonly FieldSource[] {
  return FIELD_SOURCES[field].filter(({ only }) => only === undefined || only === apiType);
}

export const TYPE_NAMES: Readonly<Record<ApiType, string>> = {
  rest: 'REST',
  http: 'HTTP',
  websocket: 'WebSocket',
};

/** The variables of the sources that this type of API has, best first. */
function variablesOf(sources: readonly FieldSource[], apiType: ApiType): readonly string[] {
  return [...new Set(sources.flatMap(({ from }) => bestVariables(from, apiType)))];
}

/**
 * What to put into a format for one entry of `CALL_VARIABLES`: the first variable that AWS documents for this type of
 * API. Of the subject two, for it comes from the claims of a token or from a Lambda authorizer, and a stage may have both.
 */
export function bestVariables(from: CallVariable, apiType: ApiType): readonly string[] {
  const [first, ...others] = CALL_VARIABLES[from].filter(
    (name) =>
      typesOfVariable(name).includes(apiType) &&
      (KNOWN_VARIABLES.includes(name) || name.startsWith('authorizer.claims.')),
  );
  const authorizers = from === 'subject' ? others.filter((name) => name === 'authorizer.principalId') : [];
  return first === undefined ? [] : [first, ...authorizers];
}

/** Which values a field with few of them can take. */
export function valuesOf(
  field: LoggedField,
  apiType: ApiType,
  has: (from: CallVariable) => boolean,
): { readonly values?: PossibleValues } {
  const sources: Readonly<Record<string, readonly CallVariable[]>> | undefined =
    field === 'principalKind' ? PRINCIPAL_VARIABLES : field === 'routeSource' ? ROUTE_VARIABLES : undefined;
  if (sources === undefined) return {};
  const now = new Set<string>();
  const others = new Map<string, readonly string[]>();
  for (const [value, from] of Object.entries(sources)) {
    const variables = from.flatMap((source) => bestVariables(source, apiType));
    if (from.length === 0 || from.some(has)) now.add(value);
    else if (variables.length > 0) others.set(value, variables);
  }
  return { values: { now, with: others, constant: false } };
}
