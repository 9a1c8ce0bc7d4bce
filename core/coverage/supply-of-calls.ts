import type { ApiCall, ApiType } from '../calls/api-call.js';
import { FIELD_SOURCES, type LoggedField } from '../calls/call-sources.js';
import type { CallVariable } from '../calls/call-variables.js';
import { type FieldSupply, FULL, type Supply } from './field-supply.js';
import { lacking, valuesOf, withDerivedFields } from './supply-of-format.js';

/** How many calls of one stage had which field: what is known of a feed whose format nobody told. */
export interface CallTally {
  readonly calls: number;
  readonly seen: ReadonlyMap<LoggedField, number>;
  readonly principalKinds: ReadonlyMap<string, number>;
  readonly routeSources: ReadonlyMap<string, number>;
  /** The type of most calls; `undefined` where no call has one. */
  readonly apiType: ApiType | undefined;
}

const FIELDS = Object.keys(FIELD_SOURCES) as readonly LoggedField[];

/** Counts calls one by one; what it holds does not grow with them. */
export class CallTallier {
  private calls = 0;
  private readonly seen = new Map<LoggedField, number>();
  private readonly kinds = new Map<string, number>();
  private readonly sources = new Map<string, number>();
  private readonly types = new Map<ApiType, number>();

  add(call: ApiCall): void {
    this.calls += 1;
    for (const field of FIELDS) if (call[field] !== undefined) increase(this.seen, field);
    increase(this.kinds, call.principalKind);
    increase(this.sources, call.routeSource);
    increase(this.types, call.apiType);
  }

  tally(): CallTally {
    const [most] = [...this.types].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    return {
      calls: this.calls,
      seen: this.seen,
      principalKinds: this.kinds,
      routeSources: this.sources,
      apiType: most?.[0],
    };
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key | undefined): void {
  if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * What the calls of a stage had. A field that none of them had counts as missing: a format may have it all the same
 * when what it tells of never happened (no error, no WAF verdict), so the words say what was seen and no more.
 */
export function supplyOfCalls(tally: CallTally, apiType: ApiType): Supply {
  const seenIn = ({ size }: { readonly size: number }): boolean => size > 0;
  return withDerivedFields(apiType, (field) => {
    if ((tally.seen.get(field) ?? 0) === 0) return unseen(field, tally, apiType);
    if (field === 'principal' && seenIn(tally.principalKinds) && !hasIdentity(tally.principalKinds))
      return {
        state: 'weak',
        how: `principal: in all of ${tally.calls} calls it is the source address, which many callers may share`,
        anyOf: lacking('principal', apiType).anyOf,
      };
    return { ...FULL, ...observedValues(field, tally, apiType) };
  });
}

function hasIdentity(kinds: ReadonlyMap<string, number>): boolean {
  return [...kinds.keys()].some((kind) => kind !== 'ip' && kind !== 'proxy' && kind !== 'unknown');
}

function unseen(field: LoggedField, tally: CallTally, apiType: ApiType): FieldSupply {
  const supply = lacking(field, apiType);
  return supply.state === 'missing'
    ? { ...supply, how: `none of ${tally.calls} calls has ${field}` }
    : supply;
}

/** The values seen, in place of those that a format's variables allow. */
function observedValues(
  field: LoggedField,
  tally: CallTally,
  apiType: ApiType,
): { readonly values?: NonNullable<FieldSupply['values']> } {
  const nothing = (_: CallVariable): boolean => false;
  const { values } = valuesOf(field, apiType, nothing);
  if (values === undefined) return {};
  const now = new Set((field === 'principalKind' ? tally.principalKinds : tally.routeSources).keys());
  // Whether a route is known to be deployed is not for the format to say.
  return {
    values: { ...values, now: field === 'routeSource' ? new Set([...now, ...values.with.keys()]) : now },
  };
}
