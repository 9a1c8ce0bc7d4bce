import type { ApiType } from '../calls/api-call.js';
import { FIELD_SOURCES } from '../calls/call-sources.js';
import { CALL_VARIABLES, type CallVariable } from '../calls/call-variables.js';
import type { RuleSource } from '../sigma/rule-source.js';
import { buildFormat } from './build-format.js';
import { fieldsOfRules } from './fields-of-rules.js';
import { bestVariables, isLogged } from './supply-of-format.js';
import { callFieldOf } from './supply-of-minutes.js';

/**
 * Lean: what most rules look at, and one name for the caller. The order is that of the line; what the feed's
 * configuration says (account, API, stage) is left out, for it would be printed with every call.
 */
const LEAN: Readonly<Record<ApiType, readonly string[]>> = {
  rest: [
    'extendedRequestId',
    'requestTimeEpoch',
    'status',
    'httpMethod',
    'resourcePath',
    'identity.sourceIp',
    'identity.apiKeyId',
    'identity.userArn',
    'authorizer.claims.sub',
    'responseLength',
    'responseLatency',
    'integrationStatus',
    'error.responseType',
    'path',
    'identity.userAgent',
  ],
  http: [
    'requestId',
    'requestTimeEpoch',
    'status',
    'httpMethod',
    'routeKey',
    'identity.sourceIp',
    'identity.userArn',
    'authorizer.claims.sub',
    'responseLength',
    'responseLatency',
    'integrationStatus',
    'error.responseType',
    'path',
    'identity.userAgent',
  ],
  websocket: [
    'requestId',
    'requestTimeEpoch',
    'status',
    'routeKey',
    'eventType',
    'connectionId',
    'identity.sourceIp',
    'identity.apiKeyId',
    'identity.userArn',
    'authorizer.principalId',
    'error.responseType',
    'identity.userAgent',
  ],
};

export function leanFormat(apiType: ApiType): string {
  return buildFormat({ apiType, variables: LEAN[apiType], keys: 'short' });
}

/** Whatever fills a field of a call, so that no rule over calls is dark for want of a variable. */
export function fullFormat(apiType: ApiType): string {
  const slots = Object.keys(CALL_VARIABLES) as readonly CallVariable[];
  const variables = slots.filter((slot) => slot !== 'time').flatMap((slot) => bestVariables(slot, apiType));
  return buildFormat({ apiType, variables, keys: 'named' });
}

/**
 * The format that lights every one of these rules that this type of API can have: the lean one, what they need beside
 * it, and what the present format has (`keep`), for somebody may read that.
 */
export function formatForRules(
  rules: readonly RuleSource[],
  apiType: ApiType,
  keep: readonly string[] = [],
): string {
  const needed = fieldsOfRules(rules).flatMap((field) => variablesFor(field, apiType));
  return buildFormat({ apiType, variables: [...LEAN[apiType], ...needed, ...keep], keys: 'short' });
}

function variablesFor(field: string, apiType: ApiType): readonly string[] {
  if (field === 'url') return [...variablesFor('host', apiType), ...variablesFor('path', apiType)];
  if (field === 'uri' || field === 'uriExtension') return variablesFor('path', apiType);
  if (field === 'hostKind') return variablesFor('host', apiType);
  const counted = isLogged(field) ? undefined : callFieldOf(field);
  if (counted !== undefined) return variablesFor(counted, apiType);
  if (!isLogged(field) || FROM_FEED.has(field)) return [];
  // Of most fields the best variable; of who called one for every kind of identity, of the route all sources.
  const slots = FIELD_SOURCES[field].filter(({ only }) => only === undefined || only === apiType);
  const variables = slots.map(({ from }) => bestVariables(from, apiType));
  return MANY_SOURCES.has(field) ? variables.flat() : (variables.find((some) => some.length > 0) ?? []);
}

/** Filled by what the feed's configuration says. */
const FROM_FEED: ReadonlySet<string> = new Set(['accountId', 'region', 'apiId', 'stage']);
const MANY_SOURCES: ReadonlySet<string> = new Set(['principal', 'principalKind', 'routeSource']);
