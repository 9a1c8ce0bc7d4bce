import { assignVariables, hasRivalTokens } from './assign-variables.js';
import type { Pair } from './json-pairs.js';
import { isLoose } from './key-value-pairs.js';
import { allVariables, isTemplate, openVariables, toNamedFields } from './named-fields.js';
import { toPairValue } from './pair-values.js';
import { hasAccessField } from './plausible-call.js';
import { spacedTokens } from './tokens.js';
import { isKnownVariable } from './variables.js';

/** The values of a line some of which stand under keys and some under none. */
export interface LabelledLine {
  readonly variables: readonly string[];
  readonly values: readonly (string | undefined)[];
  /** Two values claim to be one fact. */
  readonly contradictory: boolean;
  /** As of a line without keys: how much is explained, less what is not. */
  readonly score: number;
}

/**
 * Names the values: those before the first key by their shapes, for a caller's text stands behind what it could forge more often
 * than before; then those under keys, then the rest. A fact that is given keeps its first value. `undefined` for what is
 * no call.
 */
export function readLabelled(
  pairs: readonly Pair[],
  rawOf: (pair: Pair) => string,
): LabelledLine | undefined {
  const first = pairs.findIndex((pair) => !isLoose(pair));
  const lead = looseTokens(pairs.slice(0, Math.max(first, 0)), rawOf);
  const rest = looseTokens(pairs.slice(first), rawOf);
  const named = pairs.filter((pair) => !isLoose(pair));
  const fields = toNamedFields(named.map(({ key }) => key));
  if (!fields.isCall) return undefined;

  const namedValues = named.map((pair) => toPairValue('key-value', pair, rawOf(pair)));
  const byKey = allVariables(fields, openVariables(fields, namedValues)).map((name, at) =>
    at === fields.onlyPath && isTemplate(namedValues[at]) ? 'resourcePath' : name,
  );
  const byLead = assignVariables(lead, new Set());
  const given = new Map(
    byLead.flatMap((name, at) => (name === undefined ? [] : [[name, lead[at]] as const])),
  );
  // Behind a bare user agent a key may be a part of it.
  let contradictory = hasRivalTokens([...lead, ...rest]) || byLead.includes('identity.userAgent');
  const keyed = byKey.map((name, at) => {
    if (!given.has(name)) return name;
    contradictory ||= namedValues[at] !== undefined && namedValues[at] !== given.get(name);
    return `${fields.ownNames[at] ?? ''}_2`;
  });
  const keyedHere = keyed.filter((_name, at) => namedValues[at] !== undefined);
  const byRest = assignVariables(rest, new Set([...given.keys(), ...keyedHere]));
  const restHas = new Set(byRest);

  const variables: string[] = [];
  const values: (string | undefined)[] = [];
  const add = (names: readonly (string | undefined)[], own: readonly (string | undefined)[]) => {
    names.forEach((name, at) => {
      if (name === undefined) return;
      variables.push(name);
      values.push(own[at]);
    });
  };
  add(byLead, lead);
  add(
    keyed.map((name) => (restHas.has(name) ? undefined : name)),
    namedValues,
  );
  add(byRest, rest);
  const known = variables.filter(isKnownVariable).length;
  // `REPORT RequestId: … Duration: …` is what a function logs.
  if (known < LEAST_KNOWN || !hasAccessField(variables)) return undefined;
  const present = [...lead, ...rest, ...namedValues].filter((value) => value !== undefined).length;
  return { variables, values, contradictory, score: known * 2 - present };
}

const LEAST_KNOWN = 3;

function looseTokens(pairs: readonly Pair[], rawOf: (pair: Pair) => string): (string | undefined)[] {
  return pairs
    .filter(isLoose)
    .flatMap((pair) => spacedTokens(rawOf(pair)))
    .map((token) => (token === '-' || token === '' ? undefined : token));
}
